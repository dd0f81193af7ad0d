/** What a process lends and borrows over its rings (loan-line.ts); nothing where that is switched off. */
import type { Libc } from '../../system/libc.ts';
import type { MappedFile } from '../../system/mapped-file.ts';
import { RankState } from '../../pmi/job-board.ts';
import { Borrower } from './borrower.ts';
import type { IncomingRing } from './incoming-ring.ts';
import { Lender } from './lender.ts';
import { OwnMemory, PeerMemory } from './peer-memory.ts';
import { isGone, isStopped } from './peer-process.ts';
import { READER_MEMORY, WRITER_MEMORY } from './ring-layout.ts';

/** `PARLEY_SINGLE_COPY=0` lets long messages and long data of collectives take two copies, always. */
export const copiesOnce = (variables: NodeJS.ProcessEnv): boolean => variables['PARLEY_SINGLE_COPY'] !== '0';

export class RingLoans {
  readonly #libc: Libc;
  /** Null where this process neither lends nor borrows. */
  readonly #own: OwnMemory | null;

  constructor(libc: Libc, singleCopy: boolean) {
    this.#libc = libc;
    this.#own = singleCopy ? new OwnMemory(libc) : null;
  }

  /** Says in a ring, at this word, where this process' memory is. */
  show(file: MappedFile, at: number): void {
    this.#own?.show(new Int32Array(file.memory), at);
  }

  /** For a ring that this process writes. */
  lender(file: MappedFile): Lender | null {
    if (this.#own === null) return null;
    const reader = new PeerMemory(this.#libc, new Int32Array(file.memory), READER_MEMORY);
    return new Lender(file, reader, (bytes) => this.#libc.addressOf(bytes));
  }

  /** From now on this process borrows what comes by that ring. */
  borrow({ file, reader, segment, rank }: IncomingRing): void {
    // Nothing can be read of a process that is gone.
    if (this.#own === null || segment === null) return;
    this.show(file, READER_MEMORY);
    const writer = new PeerMemory(this.#libc, new Int32Array(file.memory), WRITER_MEMORY);
    const borrower = new Borrower(file, writer, {
      addressOf: (bytes) => this.#libc.addressOf(bytes),
      yieldProcessor: () => this.#libc.yieldProcessor(),
      stopped: () => isStopped(writer.pid),
      gone: () => hasEnded(segment.board.stateOf(rank)) || isGone(writer.pid),
    });
    reader.lentBy = (loan, request) => borrower.find(loan, request);
  }
}

const hasEnded = (state: number): boolean => state === RankState.ENDED || state === RankState.FAILED;
