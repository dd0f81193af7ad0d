/**
 * What one process computes alone of the collectives that move data: for each verb the arguments of a process and what it
 * must have afterwards, both from the same numbers. Every process draws the same numbers for the same step.
 *
 * A communicator has one side or two. Data goes to the own side's processes where there is one, else to the other's.
 */
import assert from 'node:assert/strict';
import { PROC_NULL, ROOT } from '#model/constants.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import type { BufferLike, TypedArray } from '#wire/element-type.js';

/** Where a process stands. Without a second side, `side` is 0. */
export interface Stand {
  readonly sizes: readonly number[];
  readonly side: number;
  readonly rank: number;
}

/** One call: its arguments at a process, and what checks its outcome. */
export interface Call {
  readonly verb: string;
  readonly args: readonly unknown[];
  readonly check: (result: unknown) => void;
  /** Once it is complete, the caller's buffers are its own again: writes over all of them. */
  readonly reuse: () => void;
}

/** A call as the verbs below make it. */
type Drawn = Pick<Call, 'args' | 'check'>;

type Make = (length: number) => BufferLike;

/** Every class that travels raw. */
const CLASSES: readonly Make[] = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  ArrayBuffer,
  SharedArrayBuffer,
]
  .map(
    (Class): Make =>
      (length) =>
        new Class(length),
  )
  .concat(
    (length) => new DataView(new ArrayBuffer(length)),
    (length) => Buffer.alloc(length),
    // A part of something larger.
    (length) => new Float64Array(length + 3).subarray(2, length + 2),
  );

export const bytesOf = (buffer: BufferLike): Uint8Array =>
  ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);

const UNTOUCHED = 0xee;

/** Draws one call of a random verb, or of the given one. */
export class MovementModel {
  readonly #stand: Stand;
  readonly #random: SeededRandom;
  readonly #step: number;
  readonly #make: Make;
  readonly #unit: number;
  readonly #lengthMax: number;
  readonly #root: number;
  readonly #rootSide: number;
  readonly #handedOut: BufferLike[] = [];

  constructor(stand: Stand, seed: number, step: number, lengthMax?: number) {
    const random = new SeededRandom(seed * 1000 + step);
    this.#stand = stand;
    this.#random = random;
    this.#step = step;
    this.#make = random.pick(CLASSES);
    this.#unit = bytesOf(this.#make(1)).length;
    const drawn = random.chance(0.85) ? 20 : random.chance(0.97) ? 3000 : 100_001;
    this.#lengthMax = lengthMax ?? drawn;
    this.#rootSide = random.below(stand.sizes.length);
    this.#root = random.below(stand.sizes[this.#rootSide]!);
  }

  static readonly VERBS = [
    'barrier',
    'bcast',
    'bcastInto',
    'gather',
    'gatherInto',
    'gathervInto',
    'scatter',
    'scatterInto',
    'scattervInto',
    'allgather',
    'allgatherInto',
    'allgathervInto',
    'alltoall',
    'alltoallInto',
    'alltoallvInto',
  ] as const;

  call(verb: (typeof MovementModel.VERBS)[number]): Call {
    const reuse = (): void => {
      for (const buffer of this.#handedOut) bytesOf(buffer).fill(0x55);
    };
    return { verb, ...this[verb](), reuse };
  }

  // ── who is who

  get #isInter(): boolean {
    return this.#stand.sizes.length > 1;
  }

  /** The side whose data comes to this process. */
  get #from(): number {
    return this.#isInter ? 1 - this.#stand.side : 0;
  }

  /** What this process passes as the root. */
  get #rootArgument(): number {
    const { side, rank } = this.#stand;
    if (!this.#isInter || side !== this.#rootSide) return this.#root;
    return rank === this.#root ? ROOT : PROC_NULL;
  }

  get #isRoot(): boolean {
    return this.#stand.side === this.#rootSide && this.#stand.rank === this.#root;
  }

  /** Of those whom data goes to from the root, or comes from to it. */
  get #isPartner(): boolean {
    return !this.#isInter || this.#stand.side !== this.#rootSide;
  }

  /** Ranks on the other end of the root. */
  get #partners(): number[] {
    return ranks(this.#stand.sizes[this.#isInter ? 1 - this.#rootSide : 0]!);
  }

  get #peers(): number[] {
    return ranks(this.#stand.sizes[this.#from]!);
  }

  // ── data

  /** A value that depends on who gives it to whom. */
  #value(side: number, from: number, to: number): unknown {
    const value = this.#newValue(side, from, to);
    if (ArrayBuffer.isView(value)) this.#handedOut.push(value as TypedArray);
    return value;
  }

  #newValue(side: number, from: number, to: number): unknown {
    const random = this.#randomOf(side, from, to);
    const length = random.chance(0.1) ? random.below(5000) : random.below(30);
    switch (random.below(8)) {
      case 0:
        return random.bits() / 7;
      case 1:
        return `${from}→${to} `.repeat(length);
      case 2:
        return { side, from, to, list: [this.#step, null, true] };
      case 3:
        return new Map([[from, new Set([to, 'text'])]]);
      case 4:
        return new Float32Array(length).map((_, k) => k * from + to);
      case 5:
        return BigUint64Array.of(BigInt(from), BigInt(to));
      case 6:
        return undefined;
      default:
        return [-(2n ** 63n), Uint8Array.of(from, to, 7).subarray(1), new Uint8Array(length)];
    }
  }

  #randomOf(side: number, from: number, to: number): SeededRandom {
    return new SeededRandom(this.#step * 100_003 + side * 50_021 + from * 211 + to + 1);
  }

  /** How many elements go from one to another, where each pair has a length of its own. */
  #count(side: number, from: number, to: number): number {
    const random = this.#randomOf(side, from, to);
    return random.chance(0.2) ? 0 : random.below(this.#lengthMax);
  }

  /** Bytes that depend on who gives them to whom. */
  #bytes(side: number, from: number, to: number, elements: number): Uint8Array {
    const bytes = new Uint8Array(elements * this.#unit);
    const salt = this.#step * 13 + side * 101 + from * 31 + to * 7;
    for (let k = 0; k < bytes.length; k++) bytes[k] = (k + salt + (k >> 8)) & 0x7f;
    return bytes;
  }

  #buffer(content: Uint8Array | null, elements: number): BufferLike {
    const buffer = this.#make(elements);
    this.#handedOut.push(buffer);
    if (content === null) bytesOf(buffer).fill(UNTOUCHED);
    else bytesOf(buffer).set(content);
    return buffer;
  }

  /** A buffer to be filled, and a check that it holds these blocks and nothing else has changed. */
  #receiving(
    blocks: readonly Uint8Array[],
    starts: readonly number[],
    elements: number,
  ): { buffer: BufferLike; check: () => void } {
    const buffer = this.#buffer(null, elements);
    return {
      buffer,
      check: () => {
        const wanted = new Uint8Array(elements * this.#unit).fill(UNTOUCHED);
        for (const [index, block] of blocks.entries()) wanted.set(block, starts[index]! * this.#unit);
        assert.ok(Buffer.from(wanted).equals(bytesOf(buffer)), 'the buffer holds what it must');
      },
    };
  }

  /** Blocks one behind the other. */
  #packed(blocks: readonly Uint8Array[]): { buffer: BufferLike; check: () => void } {
    const { starts, elements } = packed(blocks.map((block) => block.length / this.#unit));
    return this.#receiving(blocks, starts, elements);
  }

  /** Places for blocks that do not overlap: packed and unsaid, or in any order with holes between them. */
  #layout(counts: readonly number[], random: SeededRandom): Layout {
    if (random.chance(0.3)) return { ...packed(counts), displs: null };
    const order = ranks(counts.length).sort(() => random.fraction() - 0.5);
    const starts: number[] = new Array<number>(counts.length).fill(0);
    let elements = random.below(3);
    for (const rank of order) {
      starts[rank] = elements;
      elements += counts[rank]! + random.below(3);
    }
    return { starts, elements, displs: starts };
  }

  #shared(length: number): number {
    return this.#random.chance(0.1) ? 0 : this.#random.below(length);
  }

  // ── the verbs

  barrier(): Drawn {
    return { args: [], check: (result) => assert.equal(result, undefined) };
  }

  bcast(): Drawn {
    const value = (): unknown => this.#value(this.#rootSide, this.#root, 0);
    const gets = this.#isPartner;
    return {
      args: [this.#isRoot ? value() : 'ignored', this.#rootArgument],
      check: (result) => assert.deepStrictEqual(result, gets ? value() : undefined),
    };
  }

  bcastInto(): Drawn {
    const length = this.#shared(this.#lengthMax);
    const content = this.#bytes(this.#rootSide, this.#root, 0, length);
    const buffer = this.#buffer(this.#isRoot ? content : null, length);
    const wanted = this.#isRoot || this.#isPartner ? content : new Uint8Array(content.length).fill(UNTOUCHED);
    return {
      args: [buffer, this.#rootArgument],
      check: () => assert.ok(Buffer.from(wanted).equals(bytesOf(buffer))),
    };
  }

  gather(): Drawn {
    const { side, rank } = this.#stand;
    const from = this.#isInter ? 1 - this.#rootSide : 0;
    const wanted = (): unknown[] => this.#partners.map((of) => this.#value(from, of, this.#root));
    return {
      args: [this.#isPartner ? this.#value(side, rank, this.#root) : 'ignored', this.#rootArgument],
      check: (result) => assert.deepStrictEqual(result, this.#isRoot ? wanted() : undefined),
    };
  }

  gatherInto(): Drawn {
    const length = this.#shared(this.#lengthMax);
    return this.#gathering(
      () => length,
      (send, recv) => [send, recv, this.#rootArgument],
    );
  }

  gathervInto(): Drawn {
    const from = this.#isInter ? 1 - this.#rootSide : 0;
    const counts = this.#partners.map((of) => this.#count(from, of, this.#root));
    const layout = this.#layout(counts, this.#random);
    return this.#gathering(
      (of) => counts[of]!,
      (send, recv) => [
        send,
        recv,
        this.#isRoot ? counts : null,
        this.#isRoot ? layout.displs : undefined,
        this.#rootArgument,
      ],
      layout,
    );
  }

  #gathering(
    countOf: (rank: number) => number,
    args: (send: BufferLike | null, recv: BufferLike | null) => readonly unknown[],
    layout?: Layout,
  ): Drawn {
    const { side, rank } = this.#stand;
    const from = this.#isInter ? 1 - this.#rootSide : 0;
    const blocks = this.#partners.map((of) => this.#bytes(from, of, this.#root, countOf(of)));
    const recv = !this.#isRoot
      ? null
      : layout === undefined
        ? this.#packed(blocks)
        : this.#receiving(blocks, layout.starts, layout.elements);
    const send = this.#isPartner
      ? this.#buffer(this.#bytes(side, rank, this.#root, countOf(rank)), countOf(rank))
      : null;
    return { args: args(send, recv?.buffer ?? null), check: () => recv?.check() };
  }

  scatter(): Drawn {
    const { rank } = this.#stand;
    const valueFor = (to: number): unknown => this.#value(this.#rootSide, this.#root, to);
    return {
      args: [this.#isRoot ? this.#partners.map(valueFor) : null, this.#rootArgument],
      check: (result) => assert.deepStrictEqual(result, this.#isPartner ? valueFor(rank) : undefined),
    };
  }

  scatterInto(): Drawn {
    const length = this.#shared(this.#lengthMax);
    const counts = this.#partners.map(() => length);
    return this.#scattering(counts, packed(counts), (send, recv) => [send, recv, this.#rootArgument]);
  }

  scattervInto(): Drawn {
    const counts = this.#partners.map((to) => this.#count(this.#rootSide, this.#root, to));
    const layout = this.#layout(counts, this.#random);
    if (layout.displs !== null && this.#random.chance(0.3)) {
      // What is sent may overlap.
      layout.starts.forEach((start, to) => (layout.starts[to] = Math.floor(start / 2)));
    }
    return this.#scattering(counts, layout, (send, recv) => [
      send,
      this.#isRoot ? counts : null,
      this.#isRoot ? layout.displs : null,
      recv,
      this.#rootArgument,
    ]);
  }

  #scattering(
    counts: readonly number[],
    { starts, elements }: Pick<Layout, 'starts' | 'elements'>,
    args: (send: BufferLike | null, recv: BufferLike | null) => readonly unknown[],
  ): Drawn {
    const { rank } = this.#stand;
    const whole = this.#bytes(this.#rootSide, this.#root, 0, elements);
    const send = this.#isRoot ? this.#buffer(whole, elements) : null;
    if (!this.#isPartner) return { args: args(send, null), check: () => undefined };
    const start = starts[rank]! * this.#unit;
    const recv = this.#packed([whole.subarray(start, start + counts[rank]! * this.#unit)]);
    return { args: args(send, recv.buffer), check: recv.check };
  }

  allgather(): Drawn {
    const { side, rank } = this.#stand;
    const wanted = (): unknown[] => this.#peers.map((of) => this.#value(this.#from, of, 0));
    return {
      args: [this.#value(side, rank, 0)],
      check: (result) => assert.deepStrictEqual(result, wanted()),
    };
  }

  allgatherInto(): Drawn {
    const lengths = [this.#shared(this.#lengthMax), this.#shared(this.#lengthMax)];
    const { side, rank } = this.#stand;
    const recv = this.#packed(this.#peers.map((of) => this.#bytes(this.#from, of, 0, lengths[this.#from]!)));
    const send = this.#buffer(this.#bytes(side, rank, 0, lengths[side]!), lengths[side]!);
    return { args: [send, recv.buffer], check: recv.check };
  }

  allgathervInto(): Drawn {
    const { side, rank } = this.#stand;
    const counts = this.#peers.map((of) => this.#count(this.#from, of, 0));
    const layout = this.#layout(counts, this.#random);
    const blocks = this.#peers.map((of) => this.#bytes(this.#from, of, 0, counts[of]!));
    const recv = this.#receiving(blocks, layout.starts, layout.elements);
    const length = this.#count(side, rank, 0);
    const send = this.#buffer(this.#bytes(side, rank, 0, length), length);
    return { args: [send, recv.buffer, counts, layout.displs], check: recv.check };
  }

  alltoall(): Drawn {
    const { side, rank } = this.#stand;
    const wanted = (): unknown[] => this.#peers.map((of) => this.#value(this.#from, of, rank));
    return {
      args: [this.#peers.map((to) => this.#value(side, rank, to))],
      check: (result) => assert.deepStrictEqual(result, wanted()),
    };
  }

  alltoallInto(): Drawn {
    const lengths = [this.#shared(this.#lengthMax), this.#shared(this.#lengthMax)];
    const { side, rank } = this.#stand;
    const recv = this.#packed(
      this.#peers.map((of) => this.#bytes(this.#from, of, rank, lengths[this.#from]!)),
    );
    const parts = this.#peers.map((to) => this.#bytes(side, rank, to, lengths[side]!));
    const send = this.#buffer(Buffer.concat(parts), lengths[side]! * parts.length);
    return { args: [send, recv.buffer], check: recv.check };
  }

  alltoallvInto(): Drawn {
    const { side, rank } = this.#stand;
    const random = this.#randomOf(side, rank, 999);
    const recvCounts = this.#peers.map((of) => this.#count(this.#from, of, rank));
    const layout = this.#layout(recvCounts, random);
    const blocks = this.#peers.map((of) => this.#bytes(this.#from, of, rank, recvCounts[of]!));
    const recv = this.#receiving(blocks, layout.starts, layout.elements);
    const sendCounts = this.#peers.map((to) => this.#count(side, rank, to));
    const sendLayout = this.#layout(sendCounts, random);
    const send = this.#buffer(null, sendLayout.elements);
    for (const to of this.#peers) {
      bytesOf(send).set(this.#bytes(side, rank, to, sendCounts[to]!), sendLayout.starts[to]! * this.#unit);
    }
    return {
      args: [send, sendCounts, sendLayout.displs, recv.buffer, recvCounts, layout.displs],
      check: recv.check,
    };
  }
}

interface Layout {
  readonly starts: number[];
  readonly elements: number;
  /** What is passed: null where the blocks are packed. */
  readonly displs: readonly number[] | null;
}

const ranks = (size: number): number[] => Array.from({ length: size }, (_, rank) => rank);

function packed(counts: readonly number[]): { starts: number[]; elements: number } {
  let elements = 0;
  return { starts: counts.map((count) => (elements += count) - count), elements };
}
