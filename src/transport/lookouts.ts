/** Those who wait for a change of common memory in one process (common-block.ts), as its transport asks them. */
import type { Lookout } from './common-block.ts';

export class Lookouts {
  readonly #kept: Lookout[] = [];

  keep(lookout: Lookout): void {
    this.#kept.push(lookout);
  }

  drop(lookout: Lookout): void {
    const place = this.#kept.indexOf(lookout);
    if (place >= 0) this.#kept.splice(place, 1);
  }

  /** True where something has come that somebody waits for. */
  look(): boolean {
    let found = false;
    // Whoever has found it drops its lookout.
    for (let k = this.#kept.length - 1; k >= 0; k--) if (this.#kept[k]!.look()) found = true;
    return found;
  }

  /** False where something is there already; then nobody sleeps. */
  fallAsleep(): boolean {
    for (const lookout of this.#kept) {
      if (lookout.fallAsleep()) continue;
      this.awake();
      return false;
    }
    return true;
  }

  awake(): void {
    for (const lookout of this.#kept) lookout.awake();
  }
}
