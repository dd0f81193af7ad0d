/**
 * Which of two ways is the faster one for long messages of a peer: through the transport, or by a copy from where they lie.
 * That depends on the machine, on the length, and on what the program does with the data before and after, so it is measured:
 * the first messages of each length take turns, then the quicker way is taken, and the other one is tried again now and then.
 *
 *     message    1     2     3    …    8   │   9 … 71     72     73 …
 *     way        copy  ring  copy …   ring │   quicker    other  quicker
 */

/** Messages of about one length with which the ways take turns. */
const TURNS = 8;
/** How often the slower way has another chance. */
const RETRY_EVERY = 64;
/** What a way has achieved counts for less with each message: once is not for ever. */
const FADING = 1.03;

class Record {
  messages = 0;
  /** Milliseconds of the quickest message by each way. */
  fetchedMs = Infinity;
  sentMs = Infinity;
}

export class FasterWay {
  /** For each power of two of the length. */
  readonly #records: Record[] = [];

  /** True where the next message of this length is to be fetched. */
  fetches(length: number): boolean {
    const record = this.#recordOf(length);
    const turn = record.messages++;
    if (turn < TURNS) return turn % 2 === 0;
    const faster = record.fetchedMs <= record.sentMs;
    return turn % RETRY_EVERY === RETRY_EVERY - 1 ? !faster : faster;
  }

  /** A message has taken so long, from when its receive and its request were both there. */
  took(length: number, fetched: boolean, ms: number): void {
    const record = this.#recordOf(length);
    if (fetched) record.fetchedMs = Math.min(ms, record.fetchedMs * FADING);
    else record.sentMs = Math.min(ms, record.sentMs * FADING);
  }

  #recordOf(length: number): Record {
    return (this.#records[Math.clz32(length)] ??= new Record());
  }
}
