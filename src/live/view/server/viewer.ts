/**
 * One page that looks on, or one process that has come through a port. It has a flag for each topic that has something new, and nothing else waits for it: when there is room
 * the newest value goes out, and whatever came in between is counted as skipped. Room means: at most two frames of a topic that
 * the page has not drawn yet, one where they are long, at most so many bytes in all, and no more frames a second than it asked for. So a page that is slow
 * or stopped holds a bounded amount of memory, and slows nobody.
 *
 *     show ─→ flag ─→ newest value, encoded once for all ─→ line ─→ page
 *               ↑                                                      │
 *               └──────────────────── drawn: room again ←──────────────┘
 */
import type { ViewerLine } from '../../stream/viewer-desk.ts';
import type { ViewerMessage } from '../feedback.ts';
import { encodeHead, HEAD_BYTES } from '../wire/view-frame.ts';
import type { SharedBody } from './shared-body.ts';
import type { BodyFormat, Topic } from './topic.ts';

const UNDRAWN_FRAMES_MAX = 2;
/** Of frames that are so long the next one goes when the last one is drawn: it would lie there, and be old when its turn comes. */
const UNDRAWN_ALONE_BYTES = 256 * 1024;
const UNDRAWN_BYTES_MAX = 8 * 1024 * 1024;
const RATE_MAX = 240;

export interface ViewerOptions {
  readonly line: ViewerLine;
  readonly session: string;
  /** Of images, until the viewer asks for another one; what is sent raw stays so. */
  readonly format: BodyFormat;
  /** Frames of each topic for each second. */
  readonly rate: number;
  /** Milliseconds of a clock that only goes forward. */
  readonly now: () => number;
}

/** On its way to the page, or to be drawn there. */
interface Undrawn {
  readonly version: number;
  readonly bytes: number;
  readonly shared: SharedBody;
}

interface TopicState {
  sent: number;
  format: BodyFormat;
  sentFormat: BodyFormat;
  points: number;
  skipped: number;
  dueAt: number;
  readonly undrawn: Undrawn[];
}

export class Viewer {
  readonly #line: ViewerLine;
  readonly #options: ViewerOptions;
  readonly #states = new Map<string, TopicState>();
  readonly #waiting = new Map<string, Topic>();
  #rate: number;
  #undrawnBytes = 0;
  #isReady = false;
  #timer: NodeJS.Timeout | undefined;
  readonly #seen = new Map<string, number>();

  constructor(options: ViewerOptions) {
    this.#options = options;
    this.#line = options.line;
    this.#rate = options.rate;
  }

  /** Frames of a topic for each second that it wants at most. */
  get rate(): number {
    return this.#rate;
  }

  /** Bytes that are on their way: what this viewer costs. */
  get undrawnBytes(): number {
    return this.#undrawnBytes;
  }

  /** Values that were never sent, of all topics. */
  get skipped(): number {
    return [...this.#states.values()].reduce((sum, { skipped }) => sum + skipped, 0);
  }

  /** There is a new value. */
  mark(topic: Topic): void {
    this.#waiting.set(topic.name, topic);
    this.#pump();
  }

  forget(name: string): void {
    this.#waiting.delete(name);
    this.#seen.delete(name);
    const state = this.#states.get(name);
    if (state === undefined) return;
    for (const { bytes } of state.undrawn) this.#undrawnBytes -= bytes;
    this.#states.delete(name);
  }

  receive(message: ViewerMessage, topics: Iterable<Topic>): void {
    switch (message.type) {
      case 'hello':
        if (this.#isReady) return;
        this.#isReady = true;
        if (message.session === this.#options.session) {
          for (const [name, version] of Object.entries(message.seen)) this.#seen.set(name, version);
        }
        for (const topic of topics) {
          if (topic.version > (this.#seen.get(topic.name) ?? 0)) this.#waiting.set(topic.name, topic);
        }
        return this.#pump();
      case 'drawn':
        for (const [name, version] of Object.entries(message.versions)) this.#drawn(name, version);
        return this.#pump();
      case 'rate':
        this.#rate = Math.min(RATE_MAX, Math.max(0.1, message.hertz));
        return;
      case 'format':
        if (this.#options.format === 'raw') return;
        for (const topic of topics) {
          if (topic.name !== message.topic) continue;
          const state = this.#state(topic);
          state.format = message.format;
          // What is exact already stays so until something new comes.
          if (message.format === 'f32' && state.sentFormat !== 'f32') this.mark(topic);
        }
        return;
      case 'ping':
        return this.#line.sendText(
          JSON.stringify({ type: 'pong', time: message.time, serverTime: Date.now() }),
        );
      default:
        return;
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#waiting.clear();
    this.#isReady = false;
  }

  #drawn(name: string, version: number): void {
    const undrawn = this.#states.get(name)?.undrawn ?? [];
    for (let [first] = undrawn; first !== undefined && first.version <= version; [first] = undrawn) {
      undrawn.shift();
      this.#undrawnBytes -= first.bytes;
      first.shared.letGo();
    }
  }

  #state(topic: Topic): TopicState {
    let state = this.#states.get(topic.name);
    if (state === undefined) {
      const sent = this.#seen.get(topic.name) ?? 0;
      const { format } = this.#options;
      state = { sent, format, sentFormat: format, points: 0, skipped: 0, dueAt: 0, undrawn: [] };
      this.#states.set(topic.name, state);
    }
    return state;
  }

  /** Sends what may be sent. Topics that had their turn wait behind the others. */
  #pump(): void {
    if (!this.#isReady || !this.#line.isOpen) return;
    const now = this.#options.now();
    let nextDueAt = Infinity;
    for (const topic of [...this.#waiting.values()]) {
      if (!this.#hasRoom()) break;
      const state = this.#state(topic);
      if (isFull(state)) continue;
      if (state.dueAt > now) {
        nextDueAt = Math.min(nextDueAt, state.dueAt);
        continue;
      }
      this.#waiting.delete(topic.name);
      this.#send(topic, state);
      state.dueAt = now + 1000 / this.#rate;
    }
    clearTimeout(this.#timer);
    if (nextDueAt < Infinity) this.#timer = setTimeout(() => this.#pump(), Math.max(1, nextDueAt - now));
  }

  #hasRoom(): boolean {
    return this.#undrawnBytes < UNDRAWN_BYTES_MAX && this.#line.bufferedBytes < UNDRAWN_BYTES_MAX;
  }

  #send(topic: Topic, state: TopicState): void {
    const shared = topic.body(state.format, state.points);
    const { body } = shared;
    shared.hold();
    // Points of a strip chart come later, all of them; what was there before the viewer came was never meant for it.
    if (topic.points === undefined && state.sent > topic.base)
      state.skipped += Math.max(0, topic.version - state.sent - 1);
    state.sent = topic.version;
    state.sentFormat = state.format;
    state.points = topic.points ?? 0;
    const bytes = HEAD_BYTES + body.bytes.length;
    state.undrawn.push({ version: topic.version, bytes, shared });
    this.#undrawnBytes += bytes;
    this.#line.sendFrame(encodeHead(body, topic.version, topic.time, state.skipped), body.bytes);
  }
}

const isFull = ({ undrawn }: TopicState): boolean =>
  undrawn.length >= UNDRAWN_FRAMES_MAX || (undrawn[0]?.bytes ?? 0) >= UNDRAWN_ALONE_BYTES;
