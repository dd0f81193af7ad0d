/**
 * Merges the output of many ranks into one stream so that no line holds bytes of two, nor of two jobs that write there.
 *
 *   rank 0 ──┐  each rank's bytes are held until a line ends,
 *   rank 1 ──┼─ then all whole lines go on in one piece          ──► target
 *   rank 2 ──┘  a rank's own order never changes
 *
 * Bounds: a line longer than `lineBytesMax` goes on in pieces; if somebody else writes in between, a line feed
 * is put there. The same happens after a last line that its rank never ended. A target that is slow pauses all
 * ranks: beyond their lines nothing is held but the target's own buffer.
 *
 * On a terminal a begun line (a prompt, a progress bar) is shown after a short while. As long as one process alone writes there it
 * goes on at once, whatever the target is.
 */
import type { Readable, Writable } from 'node:stream';
import { endsLine, labelLines } from './line-labels.ts';
import type { OutputEnd, Writer } from './output-end.ts';

/** How ranks' output is merged. */
export interface MergeOptions {
  /** What to put before each line of a rank; null for nothing. */
  readonly label: ((rank: number) => string) | null;
  /** By what the processes of this job are told from those of others that write there. */
  readonly writer: (rank: number) => Writer;
  /** How long a begun line waits for its end before it is shown, where others write too; 0 for not at all, Infinity for always. */
  readonly begunLineMs: number;
  /** Whether the target is a screen, where a carriage return begins a line anew. */
  readonly isTerminal: boolean;
  /** Shared with all other outputs that go there. */
  readonly end: OutputEnd;
  /** A longer line is not held as a whole. */
  readonly lineBytesMax?: number;
  /** The target refuses to take more; called once, with the error's code (`EPIPE`: its reader has gone). */
  readonly onFailure: (code: string) => void;
}

const LINE_BYTES_MAX_DEFAULT = 1 << 20;

const LINE_FEED = Buffer.from('\n');

/** One stream into which many ranks write. */
export class MergedOutput {
  readonly #target: Writable;
  readonly #options: MergeOptions;
  readonly #sources = new Set<Readable>();
  #failed = false;
  #released = false;

  constructor(target: Writable, options: MergeOptions) {
    this.#target = target;
    this.#options = options;
    // Each job that runs has its listeners there.
    target.setMaxListeners(target.getMaxListeners() + 2);
    target.on('error', this.#onError).on('drain', this.#onDrain);
  }

  /** Passes on what `source` yields; resolves at its end. */
  attach(rank: number, source: Readable): Promise<void> {
    const lines = new RankLines(rank, this.#options, (bytes) => {
      this.#write(bytes);
    });
    const { end } = this.#options;
    const writer = this.#options.writer(rank);
    end.join(writer);
    this.#sources.add(source);
    source.on('data', (chunk: Buffer) => {
      lines.push(chunk);
    });
    if (this.#isBlocked()) source.pause();
    return new Promise((resolve) => {
      // Also where reading fails or the agent gives the source up: what had come is passed on.
      source.on('error', () => undefined);
      source.once('close', () => {
        this.#sources.delete(source);
        lines.end();
        end.leave(writer);
        resolve();
      });
    });
  }

  /** Writes whole lines of the agent's own. */
  note(text: string): void {
    const { end } = this.#options;
    if (end.owner !== null) this.#write(LINE_FEED);
    end.owner = null;
    end.advance(null, text.length);
    this.#write(Buffer.from(text.endsWith('\n') ? text : `${text}\n`));
  }

  /** Resolves when the target has taken everything, or never will, and leaves it alone from then on. */
  async flush(): Promise<void> {
    if (this.#failed) return;
    await new Promise<void>((resolve) => {
      const onError = (): void => {
        resolve();
      };
      this.#target.once('error', onError);
      this.#target.write('', (error) => {
        // A failed write has an error event to come, which somebody must hear.
        if (!error) {
          this.#target.off('error', onError);
          this.release();
        }
        resolve();
      });
    });
  }

  /** Leaves the target alone, where somebody else looks after its errors. */
  release(): void {
    if (this.#released) return;
    this.#released = true;
    this.#target.off('error', this.#onError).off('drain', this.#onDrain);
    this.#target.setMaxListeners(this.#target.getMaxListeners() - 2);
  }

  readonly #onError = (error: NodeJS.ErrnoException): void => {
    if (this.#failed) return;
    this.#failed = true;
    this.#onDrain();
    this.#options.onFailure(error.code ?? error.message);
  };

  readonly #onDrain = (): void => {
    for (const source of this.#sources) source.resume();
  };

  #write(bytes: Buffer): void {
    if (this.#failed || this.#target.write(bytes)) return;
    for (const source of this.#sources) source.pause();
  }

  #isBlocked(): boolean {
    return !this.#failed && this.#target.writableNeedDrain;
  }
}

/** The lines of one rank's stream. */
class RankLines {
  readonly #writer: Writer;
  readonly #options: MergeOptions;
  readonly #label: Buffer | null;
  readonly #lineBytesMax: number;
  readonly #write: (bytes: Buffer) => void;
  /** A begun line. */
  #held: Buffer[] = [];
  #heldBytes = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(rank: number, options: MergeOptions, write: (bytes: Buffer) => void) {
    this.#writer = options.writer(rank);
    this.#options = options;
    this.#label = options.label === null ? null : Buffer.from(options.label(rank));
    this.#lineBytesMax = options.lineBytesMax ?? LINE_BYTES_MAX_DEFAULT;
    this.#write = write;
  }

  push(chunk: Buffer): void {
    const { end, begunLineMs } = this.#options;
    const holds = begunLineMs > 0 && end.isShared;
    const whole = holds ? chunk.lastIndexOf(LINE_FEED) + 1 : chunk.length;
    if (whole > 0) this.#emit(this.#takeHeld(chunk.subarray(0, whole)));
    if (whole < chunk.length) this.#hold(chunk.subarray(whole));
  }

  end(): void {
    this.#emit(this.#takeHeld());
  }

  #hold(bytes: Buffer): void {
    this.#held.push(bytes);
    this.#heldBytes += bytes.length;
    if (this.#heldBytes > this.#lineBytesMax) this.#emit(this.#takeHeld());
    else if (Number.isFinite(this.#options.begunLineMs)) this.#showLater();
  }

  #takeHeld(next?: Buffer): Buffer {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#heldBytes === 0) return next ?? Buffer.alloc(0);
    const bytes = Buffer.concat(next === undefined ? this.#held : [...this.#held, next]);
    this.#held = [];
    this.#heldBytes = 0;
    return bytes;
  }

  #showLater(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      // Somebody else's begun line is not broken for the sake of a begun line.
      const { owner } = this.#options.end;
      if (owner === null || owner === this.#writer) this.#emit(this.#takeHeld());
      else this.#showLater();
    }, this.#options.begunLineMs);
  }

  #emit(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const { end, isTerminal } = this.#options;
    if (end.owner !== null && end.owner !== this.#writer) {
      this.#write(LINE_FEED);
      end.owner = null;
    }
    const startsLine = end.owner === null || end.returned;
    this.#write(this.#label === null ? bytes : labelLines(bytes, this.#label, startsLine, isTerminal));
    end.owner = endsLine(bytes, false) ? null : this.#writer;
    end.returned = end.owner !== null && endsLine(bytes, isTerminal);
    end.advance(this.#writer, bytes.length);
  }
}
