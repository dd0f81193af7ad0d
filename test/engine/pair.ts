/** Two ranks, by name, over frames that move by hand; and a word for what is on the wire. */
import type { Intracommunicator } from '#api/intracommunicator.js';
import { Communicator } from '#api/communicator.js';
import type { MatchContext } from '#engine/match-context.js';
import { ManualWorld, type ManualWorldOptions } from './manual-world.ts';

export interface Pair {
  readonly world: ManualWorld;
  /** Rank 0, who mostly sends, and rank 1, who mostly receives. */
  readonly sender: Intracommunicator;
  readonly receiver: Intracommunicator;
}

export function makePair(options: ManualWorldOptions = {}): Pair {
  const world = new ManualWorld(2, options);
  const [sender, receiver] = world.comms;
  return { world, sender: sender!, receiver: receiver! };
}

abstract class Inside extends Communicator {
  static contextOf(comm: Communicator): MatchContext {
    return Communicator.coreOf(comm).messages.context;
  }
}

/** The matching context of a communicator's messages. */
export const contextOf = (comm: Communicator): MatchContext => Inside.contextOf(comm);

/** Bytes that a process holds in messages that nobody has asked for. */
export function unexpectedBytes(comm: Communicator): number {
  let bytes = 0;
  contextOf(comm).unexpected.forEach((message) => {
    bytes += message.bytes?.length ?? message.landing?.bytes.length ?? 0;
  });
  return bytes;
}

/** Bytes that differ from each other and from nothing. */
export function sample(length: number, first: number = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, k) => (first + k * 7) % 251 || 1);
}
