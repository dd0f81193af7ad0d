/**
 * The memory of the process at the other end of a ring, where the system lets one process copy from another's memory to its
 * own. Each end says in the ring who it is and where a few random words of its own lie; whoever finds these words there has the
 * right process before it, and may read it. So whatever stands in the way (other ids of processes in a container, a filter, a
 * rule about tracing) is found out by one trial, and without a word.
 *
 *     word   0     1, 2                    3, 4
 *            pid   where the words lie     the words
 */
import type { Libc } from '../../system/libc.ts';
import { randomWords } from '../../system/random-words.ts';

const PID = 0;
const ADDRESS = 1;
const PROOF = 3;
const PROOF_WORDS = 2;
const PROOF_BYTES = PROOF_WORDS * 4;
/** Long enough that V8 keeps it outside of its heap, where nothing moves. */
const OWN_WORDS = 32;

/** What a process shows of itself. */
export class OwnMemory {
  readonly #proof = randomWords(OWN_WORDS);
  readonly #address: number;

  constructor(libc: Libc) {
    this.#address = libc.addressOf(this.#proof);
  }

  /** Says at word `at` who this process is. */
  show(words: Int32Array, at: number): void {
    for (let k = 0; k < PROOF_WORDS; k++) words[at + PROOF + k] = this.#proof[k]!;
    writeAddress(words, at + ADDRESS, this.#address);
    Atomics.store(words, at + PID, process.pid);
  }
}

export class PeerMemory {
  readonly #libc: Libc;
  readonly #words: Int32Array;
  readonly #at: number;
  /** Null as long as it was not tried. */
  #reachable: boolean | null = null;

  /** `at` is where the peer shows itself. */
  constructor(libc: Libc, words: Int32Array, at: number) {
    this.#libc = libc;
    this.#words = words;
    this.#at = at;
  }

  get pid(): number {
    return this.#words[this.#at + PID]!;
  }

  /** Whether it can be read and written, by all that is known. */
  get reachable(): boolean {
    if (this.#reachable === null && Atomics.load(this.#words, this.#at + PID) > 0)
      this.#reachable = this.#try();
    return this.#reachable === true;
  }

  /** Copies `size` bytes from there to `target` at `at`. */
  read(address: number, target: Uint8Array, at: number, size: number): boolean {
    if (!this.reachable || at < 0 || size < 0 || at + size > target.length) return false;
    return this.#libc.readMemory(this.pid, address, this.#libc.addressOf(target) + at, size);
  }

  /** Copies `size` bytes of `source` from `at` to the place there that `place` names at that moment. */
  write(place: Int32Array, source: Uint8Array, at: number, size: number): boolean {
    if (!this.reachable || at < 0 || size < 0 || at + size > source.length) return false;
    return this.#libc.writeMemory(this.pid, place, this.#libc.addressOf(source) + at, size);
  }

  #try(): boolean {
    const words = this.#words;
    const found = new Int32Array(OWN_WORDS);
    const address = readAddress(words, this.#at + ADDRESS);
    if (!this.#libc.readMemory(this.pid, address, this.#libc.addressOf(found), PROOF_BYTES)) return false;
    for (let k = 0; k < PROOF_WORDS; k++) if (found[k] !== words[this.#at + PROOF + k]) return false;
    return true;
  }
}

/** An address takes two words. */
export function writeAddress(words: Int32Array, at: number, address: number): void {
  words[at] = (address % 2 ** 32) | 0;
  words[at + 1] = Math.floor(address / 2 ** 32);
}

export function readAddress(words: Int32Array, at: number): number {
  return (words[at]! >>> 0) + (words[at + 1]! >>> 0) * 2 ** 32;
}
