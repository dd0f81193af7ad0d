/**
 * The bounds of what one process may hold for another, and where the protocols change.
 *
 * A message goes eagerly, data and all, while it is short and while the peer holds little of ours that nobody has
 * asked for; beyond either its envelope goes alone and the data waits for the answer. So a receiver never holds more
 * than `eagerBudget` for each peer in messages that it did not want yet, and `requestsMax` envelopes; a sender that
 * has reached both waits with the rest in its own memory.
 */
export interface EngineLimits {
  /** The longest message that goes eagerly. */
  readonly eagerBytesMax: number;
  /** The shortest message that is lent where it does not go eagerly: for less, asking the system to copy is not worth while. */
  readonly lentBytesMin: number;
  /** Parts of an alltoall in common memory from so many bytes on are read where they lie (collectives/common/exchange.ts); the same at all processes. */
  readonly readBytesMin: number;
  /** Bytes of eager messages that a peer may hold unmatched for us. */
  readonly eagerBudget: number;
  /**
   * Requests to one peer without an answer. Generous, since envelopes are small and keep their order: beyond it the
   * sender cannot even announce the message that its receiver asks for first.
   */
  readonly requestsMax: number;
  /** Bytes in buffered sends (bsend) that are not yet on their way. */
  readonly bufferedBytesMax: number;
}

/** Answers that wait for a peer which does not listen: as many as a peer that keeps the rules can ask for. */
export const controlsMax = (limits: EngineLimits): number => 3 * limits.requestsMax + 16;

/** What an eager message costs the receiver beside its data. */
export const MESSAGE_OVERHEAD = 64;

export const DEFAULT_LIMITS: EngineLimits = {
  eagerBytesMax: 2 ** 16,
  lentBytesMin: 2 ** 19,
  readBytesMin: 2 ** 18,
  eagerBudget: 2 ** 20,
  requestsMax: 2 ** 16,
  bufferedBytesMax: 2 ** 30,
};
