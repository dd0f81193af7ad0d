/**
 * A ring: one writer, one reader, one file of shared memory, frames in order.
 *
 *     line 0      magic | version | slots | payload bytes | the writer's job (4 words) | the writer's rank
 *     line 1      read slots | read payload bytes          written by the reader, now and then
 *     line 2      attention                                written by the reader, seldom
 *     slots       one line of 64 B for each frame: turn | header | up to 40 B of data
 *     payload     longer data, in order, each part contiguous
 *
 * A slot's first word says in which turn of the ring it was written, so a small frame crosses from core to core in
 * the one cache line that the reader is looking at anyway; a counter beside it would be a second. Payload runs
 * through the whole area rather than starting over where it is empty: lines that the writer has long evicted come
 * from the shared cache, which measured two to three times the bandwidth of lines still in the other core's own.
 *
 *     word   0     1                             2       3      4     5        6…15
 *     EAGER  turn  kind|type|source rank         context (two)  tag   length   data, or its size where it is long
 *     …      turn  kind                          id      value        size
 */
import type { MappedFile } from '../../system/mapped-file.ts';
import {
  type ControlKind,
  type Frame,
  FrameKind,
  type MessageKind,
  type PartKind,
} from '../../wire/frame.ts';

/** Payload bytes of a ring: powers of two between these. */
export const RING_BYTES_MIN: number = 2 ** 15;
export const RING_BYTES_MAX: number = 2 ** 21;

const MAGIC = 0x7269_6e67;
const VERSION = 1;
const LINE = 64;
const LINE_WORDS = LINE / 4;
const HEADER_BYTES = 4 * LINE;
const READ_SLOTS = LINE_WORDS;
const READ_BYTES = LINE_WORDS + 1;
const ATTENTION = 2 * LINE_WORDS;
const INLINE_WORD = 6;
/** Data that fits into the slot itself. */
const INLINE_BYTES = LINE - INLINE_WORD * 4;
/** Frames that one look takes from a ring, so that no peer starves another. */
const FRAMES_AT_ONCE = 128;

const slotsFor = (ringBytes: number): number => Math.min(1024, Math.max(128, ringBytes / 512));

/** Bytes of the file of a ring with this much payload. */
export function ringFileBytes(ringBytes: number): number {
  return HEADER_BYTES + slotsFor(ringBytes) * LINE + ringBytes;
}

/** Who writes a ring. */
export interface RingWriterIdentity {
  readonly job: string;
  readonly rank: number;
}

/** Writes the header of a new ring into its file. */
export function formatRing(file: MappedFile, ringBytes: number, writer: RingWriterIdentity): void {
  const words = new Int32Array(file.memory);
  words[1] = VERSION;
  words[2] = slotsFor(ringBytes);
  words[3] = ringBytes;
  for (let word = 0; word < 4; word++) words[4 + word] = Number.parseInt(writer.job.slice(word * 8, word * 8 + 8), 16) | 0;
  words[8] = writer.rank;
  words[ATTENTION] = 1;
  Atomics.store(words, 0, MAGIC);
}

/** Who writes this ring; throws where the file is not one. */
export function readRingHeader(file: MappedFile): RingWriterIdentity & { readonly ringBytes: number } {
  const words = new Int32Array(file.memory, 0, file.memory.byteLength >> 2);
  const ringBytes = words[3] ?? 0;
  const powerOfTwo = ringBytes >= RING_BYTES_MIN && (ringBytes & (ringBytes - 1)) === 0;
  if (
    words[0] !== MAGIC ||
    words[1] !== VERSION ||
    !powerOfTwo ||
    words[2] !== slotsFor(ringBytes) ||
    file.memory.byteLength !== ringFileBytes(ringBytes)
  ) {
    throw new Error(`${file.path} is no ring of this version`);
  }
  let job = '';
  for (let word = 0; word < 4; word++) job += ((words[4 + word] ?? 0) >>> 0).toString(16).padStart(8, '0');
  return { job, rank: words[8] ?? 0, ringBytes };
}

/** The layout that writer and reader share. */
abstract class RingEnd {
  protected readonly words: Int32Array;
  protected readonly bytes: Uint8Array;
  /** The number of slots less one. */
  protected readonly slotMask: number;
  protected readonly payloadBytes: number;
  protected readonly payloadStart: number;
  /** Slots and payload bytes passed so far; they wrap around at 2³², as everything counted from them does. */
  protected slot: number = 0;
  protected byte: number = 0;

  constructor(file: MappedFile, ringBytes: number) {
    this.words = new Int32Array(file.memory);
    this.bytes = new Uint8Array(file.memory);
    this.slotMask = slotsFor(ringBytes) - 1;
    this.payloadBytes = ringBytes;
    this.payloadStart = HEADER_BYTES + slotsFor(ringBytes) * LINE;
  }

  /** Payload bytes passed over so that `size` bytes from here on are contiguous. */
  protected skipFor(size: number): number {
    const position = this.byte & (this.payloadBytes - 1);
    return position + size > this.payloadBytes ? this.payloadBytes - position : 0;
  }
}

/** Whole lines, so that two parts never share one. */
const lines = (size: number): number => (size + LINE - 1) & -LINE;

export class RingWriter extends RingEnd {
  readonly fragmentBytes: number;
  /** What the reader was last seen to have passed. */
  #readSlots = 0;
  #readBytes = 0;

  constructor(file: MappedFile, ringBytes: number) {
    super(file, ringBytes);
    // A quarter at most: the reader reports what it has read a quarter at a time, and a skip may cost another.
    this.fragmentBytes = Math.min(ringBytes >> 2, 2 ** 15);
  }

  /** True where the reader wants to be told of news in its mailbox. */
  get wantsAttention(): boolean {
    return Atomics.load(this.words, ATTENTION) !== 0;
  }

  pushMessage(
    kind: MessageKind,
    elementType: number,
    source: number,
    contextHigh: number,
    contextLow: number,
    tag: number,
    length: number,
    id: number,
    data: Uint8Array,
    start: number,
    size: number,
  ): boolean {
    const words = this.words;
    const at = this.#freeSlot();
    if (at < 0) return false;
    if (size > INLINE_BYTES) {
      const skip = this.#room(size);
      if (skip < 0) return false;
      words[at + INLINE_WORD] = size;
      this.#writePayload(data, start, size, skip);
    } else if (kind === FrameKind.REQUEST) {
      words[at + INLINE_WORD] = id;
    } else {
      const bytes = this.bytes;
      const to = (at + INLINE_WORD) << 2;
      for (let k = 0; k < size; k++) bytes[to + k] = data[start + k]!;
    }
    words[at + 1] = kind | (elementType << 4) | (source << 10);
    words[at + 2] = contextHigh;
    words[at + 3] = contextLow;
    words[at + 4] = tag;
    words[at + 5] = length;
    this.#publish(at);
    return true;
  }

  pushPart(kind: PartKind, id: number, data: Uint8Array, start: number, size: number): boolean {
    const at = this.#freeSlot();
    if (at < 0) return false;
    const skip = this.#room(size);
    if (skip < 0) return false;
    this.#writePayload(data, start, size, skip);
    this.words[at + 1] = kind;
    this.words[at + 2] = id;
    this.words[at + 4] = size;
    this.#publish(at);
    return true;
  }

  pushControl(kind: ControlKind, id: number, value: number): boolean {
    const at = this.#freeSlot();
    if (at < 0) return false;
    this.words[at + 1] = kind;
    this.words[at + 2] = id;
    this.words[at + 3] = value;
    this.#publish(at);
    return true;
  }

  /** The word at which the next free slot begins, or -1. */
  #freeSlot(): number {
    if (((this.slot - this.#readSlots) | 0) > this.slotMask) {
      this.#readSlots = Atomics.load(this.words, READ_SLOTS);
      if (((this.slot - this.#readSlots) | 0) > this.slotMask) return -1;
    }
    return (HEADER_BYTES >> 2) + ((this.slot & this.slotMask) << 4);
  }

  /** The bytes to skip before a part of `size` bytes, or -1 where there is no room. */
  #room(size: number): number {
    const skip = this.skipFor(size);
    const wanted = skip + lines(size);
    if (((this.byte + wanted - this.#readBytes) | 0) > this.payloadBytes) {
      this.#readBytes = Atomics.load(this.words, READ_BYTES);
      if (((this.byte + wanted - this.#readBytes) | 0) > this.payloadBytes) return -1;
    }
    return skip;
  }

  #writePayload(data: Uint8Array, start: number, size: number, skip: number): void {
    const position = this.payloadStart + ((this.byte + skip) & (this.payloadBytes - 1));
    const whole = start === 0 && size === data.length;
    this.bytes.set(whole ? data : data.subarray(start, start + size), position);
    this.byte = (this.byte + skip + lines(size)) | 0;
  }

  #publish(at: number): void {
    this.slot = (this.slot + 1) | 0;
    Atomics.store(this.words, at, this.slot);
  }
}

export class RingReader extends RingEnd {
  /** Slots and bytes that the writer has been told of. */
  #toldSlots = 0;
  #toldBytes = 0;

  /** Whether the writer shall report news in the mailbox: it need not while the reader looks here by itself. */
  set wantsAttention(wanted: boolean) {
    Atomics.store(this.words, ATTENTION, wanted ? 1 : 0);
  }

  /** True where a frame waits. */
  hasFrame(): boolean {
    return Atomics.load(this.words, this.#at()) === ((this.slot + 1) | 0);
  }

  /**
   * Hands the waiting frames over, a bounded number of them; how many they were. Throws where one is malformed:
   * whatever the writer put there, nothing outside the ring is touched.
   */
  drain(frame: Frame, deliver: (frame: Frame) => void): number {
    let count = 0;
    while (count < FRAMES_AT_ONCE) {
      const at = this.#at();
      if (Atomics.load(this.words, at) !== ((this.slot + 1) | 0)) break;
      const payload = this.#read(at, frame);
      deliver(frame);
      this.slot = (this.slot + 1) | 0;
      if (payload !== 0) this.#passPayload(payload);
      if (((this.slot - this.#toldSlots) | 0) > this.slotMask >> 2) {
        this.#toldSlots = this.slot;
        Atomics.store(this.words, READ_SLOTS, this.slot);
      }
      count++;
    }
    return count;
  }

  #at(): number {
    return (HEADER_BYTES >> 2) + ((this.slot & this.slotMask) << 4);
  }

  /** Fills `frame`; the bytes of payload area that it takes with what was skipped before it. */
  #read(at: number, frame: Frame): number {
    const words = this.words;
    const meta = words[at + 1]!;
    const kind = meta & 15;
    frame.kind = kind;
    frame.data = this.bytes;
    switch (kind) {
      case FrameKind.EAGER:
      case FrameKind.EAGER_FIRST:
      case FrameKind.REQUEST: {
        frame.elementType = (meta >>> 4) & 63;
        frame.source = meta >>> 10;
        frame.contextHigh = words[at + 2]!;
        frame.contextLow = words[at + 3]!;
        frame.tag = words[at + 4]!;
        const length = words[at + 5]! >>> 0;
        frame.length = length;
        if (kind === FrameKind.REQUEST) {
          frame.id = words[at + INLINE_WORD]!;
          frame.size = 0;
          return 0;
        }
        if (kind === FrameKind.EAGER && length <= INLINE_BYTES) {
          frame.start = (at + INLINE_WORD) << 2;
          frame.size = length;
          return 0;
        }
        return this.#readPayload(frame, words[at + INLINE_WORD]!);
      }
      case FrameKind.EAGER_MORE:
      case FrameKind.DATA:
        frame.id = words[at + 2]!;
        return this.#readPayload(frame, words[at + 4]!);
      default:
        frame.id = words[at + 2]!;
        frame.value = words[at + 3]!;
        frame.size = 0;
        return 0;
    }
  }

  #readPayload(frame: Frame, size: number): number {
    if (!(size > 0 && size <= this.payloadBytes >> 2)) throw new Error(`a part of ${String(size)} bytes`);
    const skip = this.skipFor(size);
    frame.start = this.payloadStart + ((this.byte + skip) & (this.payloadBytes - 1));
    frame.size = size;
    return skip + lines(size);
  }

  #passPayload(bytes: number): void {
    this.byte = (this.byte + bytes) | 0;
    if (((this.byte - this.#toldBytes) | 0) > this.payloadBytes >> 2) {
      this.#toldBytes = this.byte;
      Atomics.store(this.words, READ_BYTES, this.byte);
    }
  }
}
