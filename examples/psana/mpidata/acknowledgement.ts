/**
 * The master's answer to every message of a client: 16 bytes that say which one has arrived, and whether to go on.
 * A client keeps only so many messages unanswered, and so the master never holds more of it than that.
 */

const MAGIC = 0x7073756b;
const GO_ON = 1;
const STOP = 2;

export interface Acknowledgement {
  readonly sequence: number;
  /** The master takes nothing more from this client. */
  readonly stop: boolean;
}

export const ACKNOWLEDGEMENT_WORDS = 4;

export function encodeAcknowledgement({ sequence, stop }: Acknowledgement): Uint32Array<ArrayBuffer> {
  return Uint32Array.of(MAGIC, stop ? STOP : GO_ON, sequence, 0);
}

export function decodeAcknowledgement(words: Uint32Array): Acknowledgement {
  const [magic, code, sequence = 0] = words;
  if (words.length !== ACKNOWLEDGEMENT_WORDS || magic !== MAGIC || (code !== GO_ON && code !== STOP)) {
    throw new Error('The master sent a message that is not an acknowledgement');
  }
  return { sequence, stop: code === STOP };
}
