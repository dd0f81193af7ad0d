/**
 * Memory that several processes of a host have mapped, beside the ways for frames: what a transport offers that has any
 * (transport.ts). What lies there, and in which order, is the affair of those who share it.
 *
 * A change there wakes nobody by itself. Whoever waits for one keeps a {@link Lookout}, which the transport asks at each poll,
 * and once more before it sleeps; both sides change and look in opposite order, so that no change is slept through:
 *
 *     who waits     note that it sleeps          then look once more
 *     who changes   make the change              then read who sleeps, and wake it
 */
import type { ProcessId } from '../model/process-id.ts';

/** Memory that compiled code works on (system/web-assembly.ts). */
export interface CodeMemory {
  /** What a module exports that imports this memory as `memory` of `parley`; null where the machine lacks its instructions. */
  load(code: Uint8Array): Readonly<Record<string, unknown>> | null;
}

/** A piece of memory in common. */
export interface CommonBlock {
  /** By which others find it, as long as it is open. */
  readonly name: string;
  /** What is in common, and behind it what is this process's own, where there are {@link vectors}. */
  readonly memory: ArrayBuffer;
  /** The same memory as WebAssembly sees it; null where that cannot be had. */
  readonly vectors: CodeMemory | null;
  /** How those who share it read each other's memory; null where this process does not. */
  readonly loans: MemoryLoans | null;
  /** Wakes a process where it sleeps. */
  wake(peer: ProcessId): void;
  /** Nobody finds it by its name any more. */
  seal(): void;
  /** Unmaps it: no view of the memory may be used afterwards. */
  close(): void;
}

/** Words in which a process says how its memory is found, and those in which it says where something lies there. */
export const CARD_WORDS = 5;
export const PLACE_WORDS = 2;

/** Reading what lies in the memory of other processes, where the system lets it; writing never. */
export interface MemoryLoans {
  /** Says from word `at` on how others find this process' memory. */
  show(words: Int32Array, at: number): void;
  /** The memory of the process that has said so there, and nothing else; null where a trial shows that it cannot be read. */
  meet(words: Int32Array, at: number): ForeignMemory | null;
  /** Says from word `at` on where these bytes lie, as long as their ArrayBuffer is kept. For long ones: V8 moves what is short. */
  place(bytes: Uint8Array, words: Int32Array, at: number): void;
}

/** Another process' memory. */
export interface ForeignMemory {
  /** Copies `size` bytes to `target` at `at`, from `start` on behind the place that its process has said from word `word` on; false where not all of it could be copied. */
  read(words: Int32Array, word: number, start: number, target: Uint8Array, at: number, size: number): boolean;
  /** True where its process has ended for certain. */
  isGone(): boolean;
}

/** Waits for a change of common memory. */
export interface Lookout {
  /** Looks; true where what it has waited for is there. */
  look(): boolean;
  /** This process is about to sleep, and says so; false where what it waits for is there. */
  fallAsleep(): boolean;
  /** It does not sleep any more. */
  awake(): void;
}

export interface CommonBlocks {
  /** Makes so many bytes, all 0, whole pages of WebAssembly, with `own` more for this process alone; null where there is no room. */
  make(bytes: number, own: number): CommonBlock | null;
  /** Maps what another process has made; null where it cannot be found, or has another length. */
  find(name: string, bytes: number, own: number): CommonBlock | null;
  keep(lookout: Lookout): void;
  drop(lookout: Lookout): void;
}
