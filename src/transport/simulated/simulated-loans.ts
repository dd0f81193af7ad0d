/**
 * Simulated processes read each other's memory: an address is the number of a buffer, in the order in which its process has
 * lent them, and a byte in it.
 */
import type { ProcessId } from '../../model/process-id.ts';
import type { ForeignMemory, MemoryLoans } from '../common-block.ts';

/** What loans ask of their network. */
export interface LoanHost {
  /** Everybody's, in the order in which they were made. */
  readonly lenders: SimulatedLoans[];
  hasEnded(id: ProcessId): boolean;
  /** Whether the system copies this time. */
  copies(): boolean;
}

export class SimulatedLoans implements MemoryLoans {
  readonly id: ProcessId;
  /** False where the others cannot read here. */
  readonly isReadable: boolean;
  readonly #host: LoanHost;
  readonly #number: number;
  readonly #buffers: ArrayBufferLike[] = [];

  constructor(host: LoanHost, id: ProcessId, isReadable: boolean) {
    this.id = id;
    this.isReadable = isReadable;
    this.#host = host;
    this.#number = host.lenders.push(this);
  }

  show(words: Int32Array, at: number): void {
    words[at] = this.#number;
  }

  meet(words: Int32Array, at: number): ForeignMemory | null {
    const lender = this.#host.lenders[words[at]! - 1];
    return lender?.isReadable === true ? new SimulatedMemory(this.#host, lender) : null;
  }

  place({ buffer, byteOffset }: Uint8Array, words: Int32Array, at: number): void {
    const known = this.#buffers.indexOf(buffer);
    words[at] = known < 0 ? this.#buffers.push(buffer) - 1 : known;
    words[at + 1] = byteOffset;
  }

  bytesAt(number: number, start: number, size: number): Uint8Array | null {
    const buffer = this.#buffers[number];
    return buffer !== undefined && start + size <= buffer.byteLength
      ? new Uint8Array(buffer, start, size)
      : null;
  }
}

class SimulatedMemory implements ForeignMemory {
  readonly #host: LoanHost;
  readonly #lender: SimulatedLoans;

  constructor(host: LoanHost, lender: SimulatedLoans) {
    this.#host = host;
    this.#lender = lender;
  }

  read(
    words: Int32Array,
    word: number,
    start: number,
    target: Uint8Array,
    at: number,
    size: number,
  ): boolean {
    if (this.isGone() || !this.#host.copies()) return false;
    const bytes = this.#lender.bytesAt(words[word]!, words[word + 1]! + start, size);
    if (bytes === null || at + size > target.length) return false;
    target.set(bytes, at);
    return true;
  }

  isGone(): boolean {
    return this.#host.hasEnded(this.#lender.id);
  }
}
