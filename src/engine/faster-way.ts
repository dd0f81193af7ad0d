/**
 * Which of two ways is the faster one for long messages of a peer: through the transport, or by a copy from where they lie.
 * That depends on the machine, on the length, and on what the program does with the data before and after, so it is measured.
 * The ways take turns in blocks of messages; then the quicker one is taken, and the other one has a block now and then.
 *
 *     block    0     1     2     3    │  4 … 34   │  35     36 …
 *     way      copy  ring  copy  ring │  quicker  │  other  quicker
 *
 * Messages that are under way at once wait for each other, so a message has taken the time since the one before it ended, or
 * since it began where that was later; and only the sum over a block says how quick a way is.
 */

/** Messages of about one length in a block: a usual window of them. */
const BLOCK = 16;
/** Blocks in which the ways take turns: the first one of each is that of cold memory, and does not count. */
const TURNS = 4;
/** How often, in blocks, the slower way has another chance. */
const RETRY_EVERY = 32;

/** What one way has achieved with messages of one length. */
class Achievement {
  /** Milliseconds for a byte, of the blocks that are over. */
  msPerByte = Infinity;
  #blocks = 0;
  #ms = 0;
  #bytes = 0;

  add(bytes: number, ms: number): void {
    this.#bytes += bytes;
    this.#ms += ms;
  }

  /** A block of this way is over, or was. */
  close(): void {
    if (this.#bytes === 0) return;
    const latest = this.#ms / this.#bytes;
    this.msPerByte = this.#blocks++ < TURNS / 2 ? latest : (this.msPerByte + latest) / 2;
    this.#ms = 0;
    this.#bytes = 0;
  }
}

class Record {
  messages = 0;
  fetches = true;
  readonly fetched: Achievement = new Achievement();
  readonly sent: Achievement = new Achievement();

  /** At the begin of a block: the way that it takes. */
  choose(block: number): boolean {
    this.fetched.close();
    this.sent.close();
    if (block < TURNS) return block % 2 === 0;
    const faster = this.fetched.msPerByte <= this.sent.msPerByte;
    return (block - TURNS) % RETRY_EVERY === RETRY_EVERY - 1 ? !faster : faster;
  }
}

export class FasterWay {
  /** For each power of two of the length. */
  readonly #records: Record[] = [];
  #lastEnd = 0;

  /** True where the next message of this length is to be fetched. */
  fetches(length: number): boolean {
    const record = this.#recordOf(length);
    const turn = record.messages++;
    if (turn % BLOCK === 0) record.fetches = record.choose(turn / BLOCK);
    return record.fetches;
  }

  /** A message has come whole, of which the receive and the request were both there from `begun` on. */
  took(length: number, fetched: boolean, begun: number, ended: number): void {
    const record = this.#recordOf(length);
    const achievement = fetched ? record.fetched : record.sent;
    achievement.add(length, ended - Math.max(begun, this.#lastEnd));
    this.#lastEnd = ended;
  }

  #recordOf(length: number): Record {
    return (this.#records[Math.clz32(length)] ??= new Record());
  }
}
