/** Common memory of simulated processes: what one of them changes the others see at once, but a wake-up takes its time. */
import type { ProcessId } from '../../model/process-id.ts';
import type { CommonBlock, CommonBlocks, Lookout } from '../common-block.ts';

/** What the blocks of a process ask of its network. */
export interface BlockHost {
  /** All blocks that can be found, by name. */
  readonly blocks: Map<string, ArrayBuffer>;
  /** Wakes a process soon. */
  wakeSoon(id: ProcessId): void;
}

export class SimulatedBlocks implements CommonBlocks {
  readonly #host: BlockHost;
  readonly #id: ProcessId;
  readonly #lookouts: Lookout[] = [];
  #made = 0;

  constructor(host: BlockHost, id: ProcessId) {
    this.#host = host;
    this.#id = id;
  }

  make(bytes: number): CommonBlock {
    const name = `${this.#id} ${String(this.#made++)}`;
    const memory = new ArrayBuffer(bytes);
    this.#host.blocks.set(name, memory);
    return this.#block(name, memory);
  }

  find(name: string, bytes: number): CommonBlock | null {
    const memory = this.#host.blocks.get(name);
    return memory?.byteLength === bytes ? this.#block(name, memory) : null;
  }

  keep(lookout: Lookout): void {
    this.#lookouts.push(lookout);
  }

  drop(lookout: Lookout): void {
    const place = this.#lookouts.indexOf(lookout);
    if (place >= 0) this.#lookouts.splice(place, 1);
  }

  look(): boolean {
    let found = false;
    for (const lookout of [...this.#lookouts]) if (lookout.look()) found = true;
    return found;
  }

  fallAsleep(): boolean {
    for (const lookout of this.#lookouts) if (!lookout.fallAsleep()) return false;
    return true;
  }

  awake(): void {
    for (const lookout of this.#lookouts) lookout.awake();
  }

  #block(name: string, memory: ArrayBuffer): CommonBlock {
    return {
      name,
      memory,
      wake: (peer) => this.#host.wakeSoon(peer),
      seal: () => void this.#host.blocks.delete(name),
      close: () => undefined,
    };
  }
}
