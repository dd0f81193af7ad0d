/**
 * The other end of a door: attaches to a program that shows something, and gets what is shown there, first the last value of
 * everything, then the newest as fast as it is taken.
 *
 *     hello, role: 'viewer' ─→        ←─ welcome
 *     drawn, regions, settings ─→     ←─ heads and bodies of values, in pieces     (stream/mpi-viewer-line.ts)
 */
import { ANY_TAG, COMM_SELF, type Intercommunicator, lookupName, MPIError } from '../../../index.ts';
import { BufferPool } from '../../update/buffer-pool.ts';
import { FrameEncoder } from '../../update/frame-encoder.ts';
import * as kind from '../../update/frame-kinds.ts';
import { NO_STEP } from '../../update/frame-layout.ts';
import { BODY_LENGTH_BYTES, TAKEN_BYTES, VIEWER_TAGS } from '../../stream/mpi-viewer-line.ts';
import { VIEWER_BYE, VIEWER_ROLE } from '../../stream/guest.ts';
import { TAG_DEFAULT, wallClock } from '../../stream/wire-tags.ts';
import type { ViewFeedback, ViewerMessage } from '../feedback.ts';
import { decodeViewFrame, HEAD_BYTES, type ViewFrame } from '../wire/view-frame.ts';
import type { MirroredPanel } from '../wire/view-topics.ts';

const TIMEOUT_MS = 10_000;
const PORT_PREFIX = 'parley:';

export interface ConnectViewOptions {
  /** What the program there calls this viewer: `viewer (pid …)` by default. */
  readonly name?: string;
  /** Values of each topic for each second, at most: 30 by default. */
  readonly rate?: number;
  /** How long a name is waited for that nobody publishes yet: 0 by default. */
  readonly waitMs?: number;
  /** How long the program may take to answer: 10 s by default. */
  readonly timeoutMs?: number;
  /** Gives up, and detaches. */
  readonly signal?: AbortSignal;
}

/**
 * Attaches to a program that shows something, by the name that it publishes or by a port.
 *
 * ```ts
 * await using view = await connectView('detector');
 * for await (const { name, panel } of view) if (panel.kind === 'strip') console.log(name, panel.columns);
 * console.log(view.ending); // why there is no more
 * ```
 *
 * @throws MPIError of class MPI_ERR_NAME where nobody has the name, MPI_ERR_PORT where the port is closed, MPI_ERR_TIMEOUT where
 * nobody answers, MPI_ERR_SERVICE where the program shows nothing
 */
export async function connectView(nameOrPort: string, options: ConnectViewOptions = {}): Promise<RemoteView> {
  const { timeoutMs: timeout = TIMEOUT_MS, waitMs, signal } = options;
  const giveUp = signal === undefined ? {} : { signal };
  const port = nameOrPort.startsWith(PORT_PREFIX)
    ? nameOrPort
    : await lookupName(nameOrPort, { ...giveUp, ...(waitMs === undefined ? {} : { timeout: waitMs }) });
  const comm = await COMM_SELF.connect(port, { timeout, ...giveUp });
  const view = new RemoteView(comm, options);
  try {
    await view.open(timeout);
    return view;
  } catch (error) {
    comm.free();
    throw error;
  }
}

interface Piece {
  /** Above that of streams. */
  readonly tag: number;
  readonly bytes: Uint8Array;
}

interface Notice {
  readonly type?: unknown;
  readonly title?: unknown;
  readonly reason?: unknown;
}

/** What another program shows. Made by connectView. */
export class RemoteView implements AsyncIterable<ViewFrame<MirroredPanel>>, AsyncDisposable {
  readonly #comm: Intercommunicator;
  readonly #options: ConnectViewOptions;
  readonly #closing = new AbortController();
  #title = '';
  /** That have come, in all. */
  bytes = 0;
  #ending: string | undefined;
  #hasFailed = false;
  /** The value that is coming: its head stands there, its body is there up to `#filled`. */
  #value = new Uint8Array(0);
  #filled = 0;
  /** Bytes that the program has not been told are taken. */
  #owed = 0;
  #closed: Promise<void> | undefined;

  constructor(comm: Intercommunicator, options: ConnectViewOptions) {
    this.#comm = comm;
    this.#options = options;
  }

  /** At the head of the page there. */
  get title(): string {
    return this.#title;
  }

  /** Why nothing more comes; undefined while it does. */
  get ending(): string | undefined {
    return this.#ending;
  }

  /** True where the program there has ended without a word. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Tells the program what somebody does at a page. */
  say(message: ViewFeedback | Extract<ViewerMessage, { type: 'rate' }>): void {
    this.#tell(message);
  }

  /** Each value as it comes; what is asked for late comes as the newest. Ends with the program, or when this is closed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ViewFrame<MirroredPanel>, void, undefined> {
    while (this.#ending === undefined && this.#closed === undefined) {
      const message = await this.#receive();
      if (message === undefined) return;
      if (message.tag === VIEWER_TAGS.text) this.#hear(message.bytes);
      const frame = this.#assemble(message);
      if (frame === undefined) continue;
      yield frame;
      this.#tell({ type: 'drawn', versions: { [frame.name]: frame.version } });
    }
  }

  /** Detaches. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Called by connectView. */
  async open(timeout: number): Promise<void> {
    const { name = `viewer (pid ${process.pid})`, rate, signal } = this.#options;
    const head = { kind: kind.HELLO, rank: 0, run: 0, step: NO_STEP, sequence: 0, discarded: 0, queued: 0 };
    const hello = new FrameEncoder(new BufferPool()).encode(
      { ...head, time: wallClock() },
      { role: VIEWER_ROLE, name },
      [],
    );
    void this.#comm.send(hello.bytes, 0, TAG_DEFAULT).catch(() => undefined);
    const message = await this.#receive(timeout);
    if (message === undefined || this.#hear(message.bytes) !== 'welcome')
      throw new MPIError(
        'MPI_ERR_SERVICE',
        `Cannot look on: ${this.#ending ?? 'the program answers otherwise'}`,
      );
    if (rate !== undefined) this.#tell({ type: 'rate', hertz: rate });
    this.#tell({ type: 'hello', session: '', seen: {} });
    signal?.addEventListener('abort', () => void this.close(), { once: true });
  }

  async #close(): Promise<void> {
    this.#ending ??= 'this viewer has detached';
    this.#closing.abort();
    await this.#send(new TextEncoder().encode(VIEWER_BYE));
    this.#comm.free();
  }

  #tell(message: ViewerMessage): void {
    void this.#send(new TextEncoder().encode(JSON.stringify(message)));
  }

  /** Where the program is gone the next receive tells so. */
  async #send(bytes: Uint8Array): Promise<void> {
    try {
      await this.#comm.send(bytes, 0, TAG_DEFAULT, { timeout: this.#options.timeoutMs ?? TIMEOUT_MS });
    } catch {
      return;
    }
  }

  /** The next message; undefined where there will be none. */
  async #receive(timeout?: number): Promise<Piece | undefined> {
    try {
      const { signal } = this.#closing;
      const limit = timeout === undefined ? { signal } : { signal, timeout };
      const matched = await this.#comm.mprobe(0, ANY_TAG, limit);
      const tag = matched.tag - TAG_DEFAULT;
      const bytes = this.#roomFor(tag, matched.bytes);
      await matched.recvInto(bytes);
      this.#take(bytes.byteLength);
      return { tag, bytes };
    } catch (error) {
      if (this.#closing.signal.aborted) return undefined;
      if (error instanceof MPIError && error.code === 'MPI_ERR_TIMEOUT')
        throw new MPIError(
          'MPI_ERR_TIMEOUT',
          `Cannot look on: the program there has not answered within ${(timeout ?? 0) / 1000} s; it is busy, or publishes no stream`,
          { cause: error },
        );
      this.#hasFailed = true;
      this.#ending ??= 'the program has ended without a word';
      return undefined;
    }
  }

  /** Pieces of a body are received to where they belong. */
  #roomFor(tag: number, length: number): Uint8Array {
    if (tag !== VIEWER_TAGS.body || this.#filled + length > this.#value.byteLength)
      return new Uint8Array(length);
    return this.#value.subarray(this.#filled, this.#filled + length);
  }

  #take(length: number): void {
    this.bytes += length;
    this.#owed += length;
    if (this.#owed < TAKEN_BYTES) return;
    void this.#send(new TextEncoder().encode(`+${this.#owed}`));
    this.#owed = 0;
  }

  /** The value, where this was the last piece of it. */
  #assemble({ tag, bytes }: Piece): ViewFrame<MirroredPanel> | undefined {
    if (tag === VIEWER_TAGS.head && bytes.byteLength === HEAD_BYTES + BODY_LENGTH_BYTES) {
      const length = new DataView(bytes.buffer, bytes.byteOffset).getFloat64(HEAD_BYTES, true);
      this.#value = new Uint8Array(HEAD_BYTES + length);
      this.#value.set(bytes.subarray(0, HEAD_BYTES));
      this.#filled = HEAD_BYTES;
    }
    if (tag !== VIEWER_TAGS.body || bytes.buffer !== this.#value.buffer) return undefined;
    this.#filled += bytes.byteLength;
    return this.#filled === this.#value.byteLength
      ? decodeViewFrame<MirroredPanel>(this.#value.buffer)
      : undefined;
  }

  #hear(bytes: Uint8Array): Notice['type'] {
    let notice: Notice;
    try {
      notice = JSON.parse(new TextDecoder().decode(bytes)) as Notice;
    } catch {
      return undefined;
    }
    if (notice.type === 'welcome') this.#title = String(notice.title);
    if (notice.type === 'closed') this.#ending = String(notice.reason);
    return notice.type;
  }
}
