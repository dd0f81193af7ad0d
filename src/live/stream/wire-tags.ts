/**
 * The tags that a stream uses on its communicator, and what goes back from master to client.
 *
 * Updates go to the master with tag `tag`, answers come back with `tag + 1`. Answers that count (credits) are three float64;
 * all others are plain objects.
 */

/**
 * Updates travel in messages of at most so many bytes: short frames several at a time, of a longer one the beginning alone, so that
 * the master may wait for any of them with memory that is large enough. The rest of a long frame follows in messages of its own.
 */
export const SHORT_BYTES_MAX = 65_536;

/** Away from what programs use by themselves; the option `tag` chooses another pair. */
export const TAG_DEFAULT = 7300;

export interface FeedbackMessage {
  /** Merged into what the client knows as its settings. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Each is for this once. */
  readonly requests?: readonly FeedbackRequest[];
  /** The client is asked to end its work in good order. */
  readonly stop?: string;
  /** The last message to this client: everything that it sent has been received (and stored). */
  readonly farewell?: true;
  /** With the farewell: why not all of it is stored. */
  readonly notStored?: string;
  /** The master takes nothing any more. */
  readonly closed?: string;
  /** With `closed`: it has never taken anything of this client's stream. */
  readonly refused?: true;
}

export interface FeedbackRequest {
  readonly name: string;
  readonly value: unknown;
}

/** Undefined where it is none. */
export function asFeedback(value: unknown): FeedbackMessage | undefined {
  return typeof value === 'object' && value !== null ? value : undefined;
}

/** Milliseconds since 1970, with fractions. */
export const wallClock = (): number => ORIGIN_MS + performance.now();

const ORIGIN_MS = performance.timeOrigin;
