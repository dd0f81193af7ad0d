/** The writer's end of a ring (ring-layout.ts). */
import type { MappedFile } from '../../system/mapped-file.ts';
import { type ControlKind, FrameKind, type MessageKind, type PartKind } from '../../wire/frame.ts';
import { copyBytes } from '../../wire/copy-bytes.ts';
import {
  ATTENTION,
  HEADER_BYTES,
  INLINE_WORD,
  lines,
  LOADS_ARE_ORDERED,
  READ_BYTES,
  READ_SLOTS,
  RingEnd,
  type RingStart,
  ROOM_WANTED,
} from './ring-layout.ts';

export class RingWriter extends RingEnd {
  readonly fragmentBytes: number;
  /** What the reader was last seen to have passed. */
  #readSlots: number;
  #readBytes: number;

  constructor(file: MappedFile, ringBytes: number, start?: RingStart) {
    super(file, ringBytes, start);
    this.#readSlots = this.slot;
    this.#readBytes = this.byte;
    // A quarter at most: the reader reports what it has read a quarter at a time, and a skip may cost another.
    this.fragmentBytes = Math.min(ringBytes >> 2, 2 ** 15);
  }

  /** True where the reader wants to be told of news in its mailbox. */
  get wantsAttention(): boolean {
    return (LOADS_ARE_ORDERED ? this.words[ATTENTION] : Atomics.load(this.words, ATTENTION)) !== 0;
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
    const slots = kind === FrameKind.EAGER ? this.slotsFor(size) : 0;
    const at = this.#freeSlots(slots);
    if (at < 0) return false;
    if (kind === FrameKind.REQUEST) {
      words[at + INLINE_WORD] = id;
      words[at + INLINE_WORD + 1] = start;
    } else if (slots === 0) {
      const skip = this.#room(size);
      if (skip < 0) return false;
      words[at + INLINE_WORD] = size;
      this.#writePayload(data, start, size, skip);
    } else {
      copyBytes(data, start, size, this.bytes, (at + INLINE_WORD) << 2);
    }
    words[at + 1] = kind | (elementType << 4) | (source << 10);
    words[at + 2] = contextHigh;
    words[at + 3] = contextLow;
    words[at + 4] = tag;
    words[at + 5] = length;
    this.#publish(at, slots);
    return true;
  }

  pushPart(kind: PartKind, id: number, data: Uint8Array, start: number, size: number): boolean {
    const at = this.#freeSlots(1);
    if (at < 0) return false;
    const skip = this.#room(size);
    if (skip < 0) return false;
    this.#writePayload(data, start, size, skip);
    this.words[at + 1] = kind;
    this.words[at + 2] = id;
    this.words[at + 4] = size;
    this.#publish(at, 1);
    return true;
  }

  pushControl(kind: ControlKind, id: number, value: number): boolean {
    const at = this.#freeSlots(1);
    if (at < 0) return false;
    this.words[at + 1] = kind;
    this.words[at + 2] = id;
    this.words[at + 3] = value;
    this.#publish(at, 1);
    return true;
  }

  /** The word at which as many free slots begin (at least one), with one more behind them; or -1. */
  #freeSlots(count: number): number {
    const last = this.slot + (count === 0 ? 1 : count);
    if (((last - this.#readSlots) | 0) > this.slotMask) {
      this.#readSlots = Atomics.load(this.words, READ_SLOTS);
      if (((last - this.#readSlots) | 0) > this.slotMask) {
        this.#askForRoom();
        this.#readSlots = Atomics.load(this.words, READ_SLOTS);
        if (((last - this.#readSlots) | 0) > this.slotMask) return -1;
      }
    }
    return (HEADER_BYTES >> 2) + ((this.slot & this.slotMask) << 4);
  }

  /** The bytes to skip before a part of `size` bytes, or -1 where there is no room. */
  #room(size: number): number {
    const skip = this.skipFor(size);
    const wanted = skip + lines(size);
    if (((this.byte + wanted - this.#readBytes) | 0) > this.payloadBytes) {
      this.#readBytes = Atomics.load(this.words, READ_BYTES);
      if (((this.byte + wanted - this.#readBytes) | 0) > this.payloadBytes) {
        this.#askForRoom();
        this.#readBytes = Atomics.load(this.words, READ_BYTES);
        if (((this.byte + wanted - this.#readBytes) | 0) > this.payloadBytes) return -1;
      }
    }
    return skip;
  }

  /** Before the last look that finds no room: the reader says from now on when there is some again. */
  #askForRoom(): void {
    if (Atomics.load(this.words, ROOM_WANTED) === 0) Atomics.store(this.words, ROOM_WANTED, 1);
  }

  #writePayload(data: Uint8Array, start: number, size: number, skip: number): void {
    const position = this.payloadStart + ((this.byte + skip) & (this.payloadBytes - 1));
    const whole = start === 0 && size === data.length;
    this.bytes.set(whole ? data : data.subarray(start, start + size), position);
    this.byte = (this.byte + skip + lines(size)) | 0;
  }

  #publish(at: number, slots: number): void {
    const turn = (this.slot + 1) | 0;
    this.slot = slots === 0 ? turn : (this.slot + slots) | 0;
    const next = (HEADER_BYTES >> 2) + ((this.slot & this.slotMask) << 4);
    const turnOfNext = (this.slot + 1) | 0;
    if (this.words[next] === turnOfNext) this.words[next] = ~turnOfNext;
    Atomics.store(this.words, at, turn);
  }
}
