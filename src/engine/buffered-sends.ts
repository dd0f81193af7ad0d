/** The copies that buffered sends (bsend) have made and that have not left yet: their bytes are counted and bounded. */
import { MPIError } from '../errors/mpi-error.ts';
import type { Operation } from './operation.ts';

export class BufferedSends {
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  /** Throws where another copy of this size would exceed the bound. */
  check(size: number): void {
    if (this.#bytes + size <= this.#bytesMax) return;
    throw new MPIError(
      'MPI_ERR_BUFFER',
      `Cannot send ${String(size)} bytes buffered: ${String(this.#bytes)} wait already and ${String(this.#bytesMax)} is the most; ` +
        'let the receivers catch up, or use send',
    );
  }

  /** Counts a copy until its send has ended. */
  hold(operation: Operation<unknown>, size: number): void {
    this.#bytes += size;
    operation.onEnd = () => {
      this.#bytes -= size;
    };
  }
}
