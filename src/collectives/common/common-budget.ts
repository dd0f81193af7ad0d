/** How much memory in common a process takes part in, over all its communicators: whoever comes too late sends messages. */

const BYTES_MAX = 2 ** 26;

export class CommonBudget {
  #left: number = BYTES_MAX;

  /** True where there is as much left: then it is taken. */
  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
  }
}
