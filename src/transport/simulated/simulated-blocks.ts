/** Common memory of simulated processes: what one of them changes the others see at once, but a wake-up takes its time. */
import type { ProcessId } from '../../model/process-id.ts';
import type { CommonBlock, CommonBlocks, MemoryLoans } from '../common-block.ts';
import { Lookouts } from '../lookouts.ts';

/** What the blocks of a process ask of its network. */
export interface BlockHost {
  /** All blocks that can be found, by name. */
  readonly blocks: Map<string, ArrayBuffer>;
  /** Wakes a process soon. */
  wakeSoon(id: ProcessId): void;
}

export class SimulatedBlocks extends Lookouts implements CommonBlocks {
  readonly #host: BlockHost;
  readonly #id: ProcessId;
  readonly #loans: MemoryLoans | null;
  #made = 0;

  constructor(host: BlockHost, id: ProcessId, loans: MemoryLoans | null) {
    super();
    this.#loans = loans;
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

  #block(name: string, memory: ArrayBuffer): CommonBlock {
    return {
      name,
      memory,
      vectors: null,
      loans: this.#loans,
      wake: (peer) => this.#host.wakeSoon(peer),
      seal: () => void this.#host.blocks.delete(name),
      close: () => undefined,
    };
  }
}
