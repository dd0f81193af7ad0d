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
import type { WasmMemory } from '../system/web-assembly.ts';

/** A piece of memory in common. */
export interface CommonBlock {
  /** By which others find it, as long as it is open. */
  readonly name: string;
  /** What is in common, and behind it what is this process's own, where there are {@link vectors}. */
  readonly memory: ArrayBuffer;
  /** The same memory as WebAssembly sees it; null where that cannot be had. */
  readonly vectors: WasmMemory | null;
  /** Wakes a process where it sleeps. */
  wake(peer: ProcessId): void;
  /** Nobody finds it by its name any more. */
  seal(): void;
  /** Unmaps it: no view of the memory may be used afterwards. */
  close(): void;
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
