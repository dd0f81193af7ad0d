/** One client's slots of shared memory (slot-layout.ts), as its master sees them: it believes nothing that lies there. */
import { openSharedMemory } from '../../index.ts';
import { Memory, type MemoryHome, PooledBuffer } from '../update/buffer-pool.ts';
import { FrameError } from '../update/frame-error.ts';
import { flagOf, PAGE_BYTES, readNotice, startOf, WANTED } from './slot-layout.ts';

/** Memories of one client at a time: the last one, and one that it had before. */
const MEMORIES_MAX = 2;

export class MasterSlots {
  readonly #memories = new Map<string, ArrayBuffer>();
  readonly #places = new Map<string, Place>();
  readonly #wanted: () => void;

  /** `wanted` is called when a slot was given back that the client waits for. */
  constructor(wanted: () => void) {
    this.#wanted = wanted;
  }

  /**
   * The frame that a notice tells of, where it lies.
   *
   * @throws {FrameError} where there is none.
   */
  frameOf(notice: Uint8Array): PooledBuffer {
    const { slot, slotBytes, length, name } = readNotice(notice);
    const key = `${name} ${slot} ${slotBytes}`;
    let place = this.#places.get(key);
    if (place === undefined) {
      const buffer = this.#memories.get(name) ?? this.#open(name);
      const start = startOf(slot, slotBytes);
      if (start + slotBytes > buffer.byteLength)
        throw new FrameError(`it tells of slot ${slot} of ${slotBytes} bytes in ${buffer.byteLength}`);
      place = new Place(buffer, slot, start, slotBytes, this.#wanted);
      this.#places.set(key, place);
    }
    return place.hold(length);
  }

  #open(name: string): ArrayBuffer {
    const memory = openSharedMemory(name);
    memory.unlink();
    const { buffer } = memory;
    if (buffer.byteLength < PAGE_BYTES) throw new FrameError(`it shares ${buffer.byteLength} bytes`);
    this.#memories.set(name, buffer);
    for (const [old] of this.#memories) {
      if (this.#memories.size <= MEMORIES_MAX) break;
      this.#memories.delete(old);
      for (const key of this.#places.keys()) if (key.startsWith(`${old} `)) this.#places.delete(key);
    }
    return buffer;
  }
}

class Place implements MemoryHome {
  readonly #memory: Memory;
  readonly #words: Int32Array;
  readonly #flag: number;
  readonly #wanted: () => void;
  #isHeld = false;

  constructor(buffer: ArrayBuffer, slot: number, start: number, bytes: number, wanted: () => void) {
    this.#memory = new Memory(buffer, start, bytes);
    this.#words = new Int32Array(buffer, 0, PAGE_BYTES / 4);
    this.#flag = flagOf(slot);
    this.#wanted = wanted;
  }

  hold(length: number): PooledBuffer {
    if (this.#isHeld) throw new FrameError('it tells of a slot that it has not got back');
    this.#isHeld = true;
    return new PooledBuffer(this, this.#memory, length);
  }

  giveBack(): void {
    this.#isHeld = false;
    Atomics.store(this.#words, this.#flag, 0);
    if (Atomics.load(this.#words, WANTED) === 0) return;
    Atomics.store(this.#words, WANTED, 0);
    this.#wanted();
  }
}
