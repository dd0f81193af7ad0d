/**
 * A client's slots of shared memory (slot-layout.ts). They are made for the first long update, and anew for one that is longer. Where
 * none is free the client waits for one, not longer than its patience; where that was in vain it does not wait again before it has found
 * one free, since a master that keeps what it has got is no slow master.
 *
 * The master takes a memory's name away when it opens it: until then a notice of it may be under way. So the client takes away at its
 * end alone what is left; where it is killed before, that goes with the directory of its job.
 */
import {
  COMM_SELF,
  createSharedMemory,
  type Intracommunicator,
  type Request,
  type SharedMemory,
} from '../../index.ts';
import { Memory, type MemoryHome, PooledBuffer } from '../update/buffer-pool.ts';
import { Deferred } from './deferred.ts';
import { flagOf, PAGE_BYTES, SLOTS_MAX, startOf, WANTED, writeNotice } from './slot-layout.ts';

/** Of all slots together; two are there however long they are. */
const SLOT_BYTES_MAX = 2 ** 24;
/** Memories made one after the other for longer and longer updates; then these go as messages. */
const MEMORIES_MAX = 4;
/** The master gives a slot back by itself. */
const NO_HOME: MemoryHome = { giveBack: () => undefined };

const NOTHING = new Uint8Array(0);

/** A place for one frame. */
export interface Slot {
  readonly buffer: PooledBuffer;
  /** Writes what tells the master of it; its length. */
  writeNotice(into: Uint8Array<ArrayBuffer>): number;
}

export class ClientSlots {
  #memory: SharedMemory | null = null;
  /** With the last one: those that the master may not have opened yet. */
  #unopened: SharedMemory[] = [];
  #words = new Int32Array(0);
  #places: Memory[] = [];
  #slotBytes = 0;
  #made = 0;
  #isPatient = true;
  #waiting: Deferred | null = null;
  /** Where nothing ever comes. */
  #nowhere: Intracommunicator | null = null;

  /** A free slot; null where there is none. */
  take(length: number): Slot | null {
    if (length > this.#slotBytes && !this.#make(length)) return null;
    for (const [slot, place] of this.#places.entries()) {
      if (Atomics.load(this.#words, flagOf(slot)) !== 0) continue;
      Atomics.store(this.#words, flagOf(slot), 1);
      this.#isPatient = true;
      return this.#slot(slot, place, length);
    }
    return null;
  }

  /** True where a slot is worth waiting for: the master has been asked to say when it gives one back. */
  askFor(length: number): boolean {
    if (!this.#isPatient || length > this.#slotBytes) return false;
    Atomics.store(this.#words, WANTED, 1);
    return true;
  }

  /** Nobody waits any more; `inVain`: for nothing. */
  stopAsking(inVain: boolean): void {
    Atomics.store(this.#words, WANTED, 0);
    if (inVain) this.#isPatient = false;
    this.#waiting = null;
  }

  /** Is over when the time is: for a blocked thread, which has no timers. */
  limitWait(timeout: number): Request<unknown> {
    this.#nowhere ??= COMM_SELF.dupSync();
    return this.#nowhere.recvInto(NOTHING, 0, 0, { timeout });
  }

  /** Resolves when the master has said something. */
  heard(): Promise<void> {
    return (this.#waiting ??= new Deferred()).promise;
  }

  /** The master has said something. */
  hear(): void {
    this.#waiting?.resolve();
    this.#waiting = null;
  }

  /** No update follows. */
  close(): void {
    for (const memory of this.#unopened) memory.unlink();
    this.#unopened = [];
    this.#memory = null;
    this.#places = [];
    this.#slotBytes = 0;
    this.#made = MEMORIES_MAX;
    this.#nowhere?.free();
    this.#nowhere = null;
    this.hear();
  }

  #make(length: number): boolean {
    if (this.#made === MEMORIES_MAX) return false;
    this.#made += 1;
    const slotBytes = Math.ceil(length / PAGE_BYTES) * PAGE_BYTES;
    const count = Math.max(2, Math.min(SLOTS_MAX, Math.floor(SLOT_BYTES_MAX / slotBytes)));
    let memory: SharedMemory;
    try {
      memory = createSharedMemory(startOf(count, slotBytes));
    } catch {
      // Without it long updates go as messages.
      this.#made = MEMORIES_MAX;
      return false;
    }
    this.#unopened = [...this.#unopened.filter(mayBeUnopened), memory];
    this.#memory = memory;
    this.#words = wordsOf(memory);
    this.#slotBytes = slotBytes;
    this.#places = Array.from(
      { length: count },
      (_, slot) => new Memory(memory.buffer, startOf(slot, slotBytes), slotBytes),
    );
    return true;
  }

  #slot(slot: number, place: Memory, length: number): Slot {
    const { name } = this.#memory as SharedMemory;
    const slotBytes = this.#slotBytes;
    return {
      buffer: new PooledBuffer(NO_HOME, place, length),
      writeNotice: (into) => writeNotice(into, { slot, slotBytes, length, name }),
    };
  }
}

const wordsOf = ({ buffer }: SharedMemory): Int32Array<ArrayBuffer> =>
  new Int32Array(buffer, 0, PAGE_BYTES / 4);

/** Its first slot, which is taken first, has not come back. */
const mayBeUnopened = (memory: SharedMemory): boolean => Atomics.load(wordsOf(memory), flagOf(0)) !== 0;
