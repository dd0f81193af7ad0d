/** How those who share common memory read each other's own (transport/common-block.ts): found as at the ends of a ring (peer-memory.ts). */
import type { Libc } from '../../system/libc.ts';
import { CARD_WORDS, type ForeignMemory, type MemoryLoans } from '../common-block.ts';
import { OwnMemory, PeerMemory, readAddress, writeAddress } from './peer-memory.ts';
import { isGone } from './peer-process.ts';

/** Linux copies less than 2 GiB in one call. */
const CALL_BYTES_MAX = 2 ** 30;

export class CommonLoans implements MemoryLoans {
  readonly #libc: Libc;
  readonly #own: OwnMemory;

  constructor(libc: Libc) {
    this.#libc = libc;
    this.#own = new OwnMemory(libc);
  }

  show(words: Int32Array, at: number): void {
    this.#own.show(words, at);
  }

  meet(words: Int32Array, at: number): ForeignMemory | null {
    // A copy: what stands there is overwritten soon.
    const peer = new PeerMemory(this.#libc, words.slice(at, at + CARD_WORDS), 0);
    return peer.reachable ? new MetMemory(peer) : null;
  }

  place(bytes: Uint8Array, words: Int32Array, at: number): void {
    writeAddress(words, at, this.#libc.addressOf(bytes));
  }
}

class MetMemory implements ForeignMemory {
  readonly #peer: PeerMemory;

  constructor(peer: PeerMemory) {
    this.#peer = peer;
  }

  read(
    words: Int32Array,
    word: number,
    start: number,
    target: Uint8Array,
    at: number,
    size: number,
  ): boolean {
    const address = readAddress(words, word) + start;
    for (let done = 0; done < size; done += CALL_BYTES_MAX) {
      const part = Math.min(CALL_BYTES_MAX, size - done);
      if (!this.#peer.read(address + done, target, at + done, part)) return false;
    }
    return true;
  }

  isGone(): boolean {
    return isGone(this.#peer.pid);
  }
}
