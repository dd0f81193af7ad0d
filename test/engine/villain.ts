/**
 * A peer that speaks the protocol well enough to get deep into it, and lies now and then: what it is told it follows
 * up (answers, data for the places that it was given), as long as it feels like it.
 */
import type { SeededRandom } from '#transport/simulated/seeded-random.js';
import { type Frame, FrameKind, MESSAGE_BYTES_MAX } from '#wire/frame.js';
import { type EngineLimits, MESSAGE_OVERHEAD } from '#engine/limits.js';

/** The longest message that it asks to send. */
export const REQUEST_BYTES_MAX = 9000;
const WILD = [
  0,
  1,
  -1,
  2,
  63,
  64,
  255,
  1000,
  2 ** 20,
  2 ** 31 - 1,
  -(2 ** 31),
  MESSAGE_BYTES_MAX,
  2 ** 32 - 1,
];

export interface Speaker {
  readonly rank: number;
  readonly contextHigh: number;
  readonly contextLow: number;
}

export class Villain {
  readonly #random: SeededRandom;
  readonly #speaker: Speaker;
  readonly #limits: EngineLimits;
  /** How often it lies. */
  readonly #lies: number;
  #budget: number;
  /** Bytes of the message in several frames that are still to come. */
  #streaming = 0;
  #lastRequest = 0;
  /** Its requests without an answer, with their lengths. */
  readonly #requests = new Map<number, number>();
  readonly #withdrawn = new Set<number>();
  /** The places that it was given, with what is to come there. */
  readonly #places = new Map<number, number>();
  /** What it is asked for, and gets. */
  readonly #asked: number[] = [];
  #owed = 0;

  constructor(random: SeededRandom, speaker: Speaker, limits: EngineLimits, lies: number) {
    this.#random = random;
    this.#speaker = speaker;
    this.#limits = limits;
    this.#lies = lies;
    this.#budget = limits.eagerBudget;
  }

  /** Reads what the victim says. Frames that it does not understand it does not mind. */
  hear(frames: readonly Frame[]): Partial<Frame>[] {
    const answers: Partial<Frame>[] = [];
    for (const { kind, id, value, length } of frames) {
      if (kind === FrameKind.CLEAR && this.#withdrawn.delete(id)) {
        if (value !== 0) answers.push({ kind: FrameKind.WITHDRAWN, id: value });
      } else if (kind === FrameKind.CLEAR) {
        this.#places.set(value, this.#requests.get(id) ?? 0);
        this.#requests.delete(id);
      } else if (kind === FrameKind.CREDIT) {
        this.#budget += value;
      } else if (kind === FrameKind.REQUEST) {
        this.#asked.push(id);
      } else if (kind === FrameKind.WITHDRAW && this.#asked.includes(id)) {
        this.#asked.splice(this.#asked.indexOf(id), 1);
        answers.push({ kind: FrameKind.CLEAR, id, value: 0 });
      } else if (kind === FrameKind.EAGER || kind === FrameKind.EAGER_FIRST) {
        this.#owed += length + MESSAGE_OVERHEAD;
      }
    }
    return answers;
  }

  /** What it says next. */
  speak(): Partial<Frame> {
    const frame = this.#speakTruly();
    if (!this.#random.chance(this.#lies)) return frame;
    const lie: Partial<Frame> = this.#random.chance(0.2)
      ? { ...frame, kind: this.#random.below(16) }
      : { ...frame };
    for (const field of [
      'elementType',
      'source',
      'contextLow',
      'tag',
      'length',
      'id',
      'value',
      'size',
    ] as const) {
      if (this.#random.chance(0.2)) lie[field] = this.#wild();
    }
    lie.length = (lie.length ?? 0) >>> 0;
    // A receive that takes anything makes room for what is announced, and the test has no such room.
    if (lie.kind === FrameKind.REQUEST && lie.length <= MESSAGE_BYTES_MAX) lie.length %= REQUEST_BYTES_MAX;
    // What a transport hands over lies inside its memory, whatever the frame says.
    lie.size = Math.min(Math.abs(lie.size ?? 0), lie.data?.length ?? 0);
    return lie;
  }

  #wild(): number {
    return this.#random.chance(0.7) ? this.#random.pick(WILD) : this.#random.bits() | 0;
  }

  #speakTruly(): Partial<Frame> {
    const random = this.#random;
    const choice = random.below(12);
    if (this.#streaming > 0 && choice < 6) return this.#more();
    if (choice < 3) return this.#eager();
    if (choice < 5 && this.#streaming === 0) return this.#eagerFirst();
    if (choice === 5 && this.#requests.size > 0) return this.#withdraw();
    if (choice < 8 && this.#places.size > 0) return this.#data();
    if (choice === 8 && this.#asked.length > 0) return this.#clear();
    if (choice === 9 && this.#owed > 0) return this.#credit();
    return this.#requests.size + this.#withdrawn.size < this.#limits.requestsMax
      ? this.#request()
      : this.#eager();
  }

  #envelope(kind: number, length: number, size: number): Partial<Frame> {
    const { rank, contextHigh, contextLow } = this.#speaker;
    return {
      kind,
      elementType: this.#random.below(17),
      source: rank,
      contextHigh,
      // Some of it belongs to collectives, or to a communicator that nobody has made yet.
      contextLow: this.#random.pick([contextLow, contextLow, contextLow, contextLow + 1, contextLow + 2, 77]),
      tag: this.#random.below(4),
      length,
      ...this.#bytes(size),
    };
  }

  #bytes(size: number): Partial<Frame> {
    return {
      data: new Uint8Array(size + 3).fill(this.#random.below(256)),
      start: this.#random.below(3),
      size,
    };
  }

  /** A size that it may still send unasked, 0 where there is none. */
  #affordable(wanted: number): number {
    return Math.max(0, Math.min(wanted, this.#budget - MESSAGE_OVERHEAD));
  }

  #eager(): Partial<Frame> {
    const size = this.#affordable(this.#random.pick([0, 1, 20, 500]));
    if (this.#budget < MESSAGE_OVERHEAD) return this.#idle();
    this.#budget -= size + MESSAGE_OVERHEAD;
    return this.#envelope(FrameKind.EAGER, size, size);
  }

  #eagerFirst(): Partial<Frame> {
    const length = this.#affordable(this.#random.between(100, this.#limits.eagerBytesMax));
    if (length < 50) return this.#idle();
    this.#budget -= length + MESSAGE_OVERHEAD;
    const size = this.#random.between(1, length - 1);
    this.#streaming = length - size;
    return this.#envelope(FrameKind.EAGER_FIRST, length, size);
  }

  #more(): Partial<Frame> {
    const size = this.#random.chance(0.5) ? this.#streaming : this.#random.between(1, this.#streaming);
    this.#streaming -= size;
    return { kind: FrameKind.EAGER_MORE, ...this.#bytes(size) };
  }

  #request(): Partial<Frame> {
    const length = this.#random.pick([0, 5, 4000, REQUEST_BYTES_MAX]);
    this.#requests.set(++this.#lastRequest, length);
    return { ...this.#envelope(FrameKind.REQUEST, length, 0), id: this.#lastRequest };
  }

  #withdraw(): Partial<Frame> {
    const id = this.#random.pick([...this.#requests.keys()]);
    this.#requests.delete(id);
    this.#withdrawn.add(id);
    return { kind: FrameKind.WITHDRAW, id };
  }

  #data(): Partial<Frame> {
    const [id, left] = this.#random.pick([...this.#places]);
    const size = this.#random.chance(0.5) ? left : this.#random.between(0, left);
    if (size === left) this.#places.delete(id);
    else this.#places.set(id, left - size);
    return { kind: FrameKind.DATA, id, ...this.#bytes(size) };
  }

  #clear(): Partial<Frame> {
    const id = this.#asked.shift() ?? 0;
    return { kind: FrameKind.CLEAR, id, value: this.#random.between(1, 100) };
  }

  #credit(): Partial<Frame> {
    const value = this.#random.between(1, this.#owed);
    this.#owed -= value;
    return { kind: FrameKind.CREDIT, value };
  }

  /** Something that does no harm: the withdrawal of what was never asked. */
  #idle(): Partial<Frame> {
    return { kind: FrameKind.WITHDRAW, id: 999_999 };
  }
}
