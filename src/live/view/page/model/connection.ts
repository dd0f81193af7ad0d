/**
 * The socket: says what is here already, takes frames, says when they were drawn, and comes back after an interruption with
 * growing patience, also where the other side is gone without a word. While it is away everything stays on the page as it was.
 */
import type { ViewerMessage } from '../../feedback.ts';
import { decodeViewFrame } from '../../wire/view-frame.ts';
import type { FramePanel, PongMessage } from '../../wire/view-topics.ts';
import type { Frames } from './frames.ts';

const RETRY_MS_MIN = 250;
const RETRY_MS_MAX = 5000;
const PING_MS = 2000;
/** Pings in a row after which nothing at all has come: a cable that was pulled, or a host that sleeps, closes no socket. */
const SILENT_PINGS_MAX = 3;

export type ConnectionState = 'connecting' | 'open' | 'lost';

export class Connection {
  readonly #url: string;
  readonly #frames: Frames;
  readonly #connect: (url: string) => WebSocket;
  readonly #undrawn = new Map<string, number>();
  readonly #formats = new Map<string, ViewerMessage & { type: 'format' }>();
  #socket: WebSocket | undefined;
  #retryMs = RETRY_MS_MIN;
  #silentPings = 0;
  #rate: number | undefined;
  state: ConnectionState = 'connecting';
  /** Milliseconds to the server and back; undefined before the first answer. */
  roundTripMs: number | undefined;
  /** What the server's clock is ahead of ours, in milliseconds. */
  clockAheadMs = 0;
  bytes = 0;
  /** From the showing of a frame until it was here, in milliseconds: of the last ones, on average. */
  lagMs: number = Number.NaN;

  constructor(
    url: string,
    frames: Frames,
    connect: (url: string) => WebSocket = (url) => new WebSocket(url),
  ) {
    this.#url = url;
    this.#frames = frames;
    this.#connect = connect;
    frames.subscribe(() => this.#tellDrawn());
    setInterval(() => this.#beat(), PING_MS);
    this.#open();
  }

  send(message: ViewerMessage): void {
    if (message.type === 'format') this.#formats.set(message.topic, message);
    if (message.type === 'rate') this.#rate = message.hertz;
    const socket = this.#socket;
    if (socket === undefined) return;
    if (socket.readyState === socket.OPEN) socket.send(JSON.stringify(message));
  }

  #open(): void {
    const socket = this.#connect(this.#url);
    this.#socket = socket;
    this.#silentPings = 0;
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => {
      this.#silentPings = 0;
      this.#become('open');
      this.#retryMs = RETRY_MS_MIN;
      this.#undrawn.clear();
      if (this.#rate !== undefined) this.send({ type: 'rate', hertz: this.#rate });
      this.send({ type: 'hello', session: this.#frames.view?.session ?? '', seen: this.#frames.versions() });
      for (const format of this.#formats.values()) this.send(format);
      this.send({ type: 'ping', time: performance.now() });
    };
    socket.onmessage = ({ data }) => {
      this.#silentPings = 0;
      if (data instanceof ArrayBuffer) this.#take(data);
      else this.#hear(JSON.parse(String(data)) as PongMessage);
    };
    socket.onclose = () => this.#lose();
  }

  /** A socket that never opens is given up as one that was open. */
  #beat(): void {
    if (this.#socket === undefined) return;
    if (this.#silentPings >= SILENT_PINGS_MAX) return this.#lose();
    this.#silentPings += 1;
    this.send({ type: 'ping', time: performance.now() });
  }

  #lose(): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    this.#socket = undefined;
    // It closes when the system finds out; what comes of it until then is of no use.
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    this.#become('lost');
    setTimeout(() => this.#open(), this.#retryMs);
    this.#retryMs = Math.min(RETRY_MS_MAX, this.#retryMs * 2);
  }

  #become(state: ConnectionState): void {
    this.state = state;
    this.#frames.changed();
  }

  #take(data: ArrayBuffer): void {
    const frame = decodeViewFrame<FramePanel>(data);
    this.bytes += data.byteLength;
    // What was kept for late viewers is as old as it is; that is no lag.
    if (this.#frames.has(frame.name) && !frame.name.startsWith('$')) {
      const lag = Math.max(0, Date.now() + this.clockAheadMs - frame.time);
      this.lagMs = Number.isNaN(this.lagMs) ? lag : this.lagMs + (lag - this.lagMs) / 16;
    }
    this.#undrawn.set(frame.name, frame.version);
    this.#frames.receive(frame, data.byteLength);
  }

  /** Runs with everything else that is told before painting: from here on there is room for the next frames. */
  #tellDrawn(): void {
    if (this.#undrawn.size === 0) return;
    this.send({ type: 'drawn', versions: Object.fromEntries(this.#undrawn) });
    this.#undrawn.clear();
  }

  #hear({ time, serverTime }: PongMessage): void {
    this.roundTripMs = performance.now() - time;
    this.clockAheadMs = serverTime + this.roundTripMs / 2 - Date.now();
  }
}
