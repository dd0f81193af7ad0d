/** The sender's side of the loans of a ring (loan-line.ts). */
import type { MappedFile } from '../../system/mapped-file.ts';
import type { Loan } from '../transport.ts';
import {
  backOf,
  BUSY,
  COPIED,
  FAILED,
  frontOf,
  HELPED,
  loanLine,
  OPEN,
  PART_BYTES,
  placeIn,
  ROUND_BYTES,
  ROUND_START,
  SOURCE,
  STATE,
  withoutLast,
  WORK,
} from './loan-line.ts';
import { type PeerMemory, writeAddress } from './peer-memory.ts';
import { LOANS_MAX } from './ring-layout.ts';

export class Lender {
  readonly #memory: ArrayBuffer;
  readonly #peer: PeerMemory;
  readonly #addressOf: (bytes: Uint8Array) => number;
  readonly #free: number[] = Array.from({ length: LOANS_MAX }, (_, k) => LOANS_MAX - k);
  readonly #out = new Set<RingLoan>();

  constructor(file: MappedFile, peer: PeerMemory, addressOf: (bytes: Uint8Array) => number) {
    this.#memory = file.memory;
    this.#peer = peer;
    this.#addressOf = addressOf;
  }

  /** Null where the peer cannot be expected to reach the data, or has as many loans as there may be. */
  lend(request: number, data: Uint8Array): Loan | null {
    // A peer that has not come as far as to show its memory gets no loan, nor does one that does not want any.
    if (this.#free.length === 0 || !this.#peer.reachable) return null;
    const number = this.#free.pop()!;
    const words = loanLine(this.#memory, number);
    words[WORK] = 0;
    words[COPIED] = 0;
    writeAddress(words, SOURCE, this.#addressOf(data));
    Atomics.store(words, STATE, request);
    const loan = new RingLoan(words, this.#peer, number, request, data, () => {
      this.#out.delete(loan);
      this.#free.push(number);
    });
    this.#out.add(loan);
    return loan;
  }

  /** The ring's memory is about to go. */
  close(): void {
    for (const loan of this.#out) loan.end();
    this.#free.length = 0;
  }
}

class RingLoan implements Loan {
  readonly number: number;
  readonly #peer: PeerMemory;
  readonly #request: number;
  readonly #data: Uint8Array;
  readonly #onEnd: () => void;
  /** Null once it has ended. */
  #words: Int32Array | null;

  constructor(
    words: Int32Array,
    peer: PeerMemory,
    number: number,
    request: number,
    data: Uint8Array,
    onEnd: () => void,
  ) {
    this.#words = words;
    this.#peer = peer;
    this.number = number;
    this.#request = request;
    this.#data = data;
    this.#onEnd = onEnd;
  }

  get copied(): number {
    return this.#words?.[COPIED] ?? 0;
  }

  help(): boolean {
    const words = this.#words;
    if (words === null) return false;
    const work = words[WORK]!;
    if ((work & (OPEN | BUSY | HELPED)) !== OPEN || frontOf(work) >= backOf(work)) return false;
    const mine = withoutLast(work);
    if (Atomics.compareExchange(words, WORK, work, mine) !== work) return false;
    // From here on the round stays open, whichever it is, until this part is put away.
    const first = backOf(mine) * words[PART_BYTES]!;
    const size = Math.min(words[PART_BYTES]!, words[ROUND_BYTES]! - first);
    const from = words[ROUND_START]! + first;
    const copied = size > 0 && this.#peer.write(placeIn(words), this.#data, from, size);
    if (!copied) Atomics.or(words, WORK, FAILED);
    Atomics.and(words, WORK, ~BUSY);
    return copied;
  }

  takeBack(): boolean {
    const words = this.#words;
    if (words === null) return true;
    if (Atomics.compareExchange(words, STATE, this.#request, 0) !== this.#request) return false;
    this.end();
    return true;
  }

  end(): void {
    const words = this.#words;
    if (words === null) return;
    Atomics.store(words, STATE, 0);
    this.#words = null;
    this.#onEnd();
  }
}
