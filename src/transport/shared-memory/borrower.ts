/** The receiver's side of the loans of a ring (loan-line.ts). It believes nothing that stands there, and writes to what it is given alone. */
import type { MappedFile } from '../../system/mapped-file.ts';
import type { LentData } from '../../wire/frame.ts';
import {
  backOf,
  BUSY,
  COPIED,
  FAILED,
  frontOf,
  loanLine,
  PART_BYTES,
  PLACE,
  ROUND_BYTES,
  ROUND_START,
  roundOf,
  SOURCE,
  STATE,
  WORK,
} from './loan-line.ts';
import { type PeerMemory, readAddress, writeAddress } from './peer-memory.ts';
import { LOANS_MAX } from './ring-layout.ts';

/** One part for each, since a call of the system costs as much as some 20 KiB; whole pages. */
const PARTS = 2;
const PAGE_BYTES = 4096;
/** Looks at a sender that is busy with its part before the processor is offered, and such offers before it is asked whether it still is. */
const LOOKS = 1000;
const OFFERS = 50;

/** What a borrower asks of its surroundings. */
export interface BorrowerHost {
  addressOf(bytes: Uint8Array): number;
  yieldProcessor(): void;
  /** True where the sender is known to be gone. */
  gone(): boolean;
  /** True where somebody has stopped the sender: it does nothing until it is let go on. */
  stopped(): boolean;
}

export class Borrower {
  readonly #memory: ArrayBuffer;
  readonly #peer: PeerMemory;
  readonly #host: BorrowerHost;
  /** The sender can write here, by all that is known. */
  #helped = true;

  constructor(file: MappedFile, peer: PeerMemory, host: BorrowerHost) {
    this.#memory = file.memory;
    this.#peer = peer;
    this.#host = host;
  }

  /** What request `request` lends, by the number that it names; null where that is nothing. */
  find(number: number, request: number): LentData | null {
    if (!(number >= 1 && number <= LOANS_MAX)) return null;
    const words = loanLine(this.#memory, number);
    return {
      take: () =>
        this.#peer.reachable && Atomics.compareExchange(words, STATE, request, -request) === request,
      copy: (target, offset, size) => this.#copy(words, target, offset, size),
      leave: (offset) => void Atomics.store(words, COPIED, offset),
    };
  }

  #copy(words: Int32Array, target: Uint8Array, offset: number, size: number): boolean {
    if (offset < 0 || size <= 0 || offset + size > target.length) return false;
    const source = readAddress(words, SOURCE);
    if (this.#helped && size > PAGE_BYTES) {
      const outcome = this.#copyTogether(words, source, target, offset, size);
      if (outcome !== FAILED) return outcome === 0;
      this.#helped = false;
    }
    return this.#peer.read(source + offset, target, offset, size);
  }

  /** 0 where all is copied, FAILED where the sender could not do its part, else BUSY: it does not come back, or nothing can be read. */
  #copyTogether(words: Int32Array, source: number, target: Uint8Array, offset: number, size: number): number {
    const part = partBytes(size);
    const parts = Math.ceil(size / part);
    const last = (parts - 1) * part;
    writeAddress(words, PLACE, this.#host.addressOf(target) + offset + last);
    writeAddress(words, PLACE + 2, size - last);
    words[ROUND_START] = offset;
    words[ROUND_BYTES] = size;
    words[PART_BYTES] = part;
    Atomics.store(words, WORK, roundOf(parts));
    let readable = true;
    while (readable) {
      const work = Atomics.load(words, WORK);
      if (frontOf(work) >= backOf(work)) break;
      if (Atomics.compareExchange(words, WORK, work, work + 1) !== work) continue;
      const at = offset + frontOf(work) * part;
      readable = this.#peer.read(source + at, target, at, Math.min(part, offset + size - at));
    }
    const left = this.#closeRound(words);
    return readable ? left & (FAILED | BUSY) : BUSY;
  }

  /** Waits until the sender has put its part away; the work as it was then. */
  #closeRound(words: Int32Array): number {
    for (let looks = 0; ; looks++) {
      const work = Atomics.load(words, WORK);
      if ((work & BUSY) === 0) {
        if (Atomics.compareExchange(words, WORK, work, 0) === work) return work;
      } else if (looks % LOOKS === LOOKS - 1) {
        this.#host.yieldProcessor();
        if (looks % (LOOKS * OFFERS) !== LOOKS - 1) continue;
        if (this.#host.gone()) return work;
        if (this.#host.stopped() && this.#forbid(words)) return FAILED;
      }
    }
  }

  /**
   * Takes from a stopped sender the place that it may be about to write to. False where it has gone on in the meantime: then it
   * writes as it would have, or not at all, and says so.
   */
  #forbid(words: Int32Array): boolean {
    words.fill(0, PLACE, PLACE + 4);
    return this.#host.stopped();
  }
}

const partBytes = (size: number): number => Math.ceil(size / PARTS / PAGE_BYTES) * PAGE_BYTES;
