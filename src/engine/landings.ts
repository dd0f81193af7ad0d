/** What one peer is sending and where it lands: rendezvous by their numbers, the eager message of which parts are missing, and what is fetched. */
import type { Fetches } from './fetches.ts';
import type { Landing } from './landing.ts';
import { ReceiveOperation } from './receive-operation.ts';

export class Landings {
  readonly #fetches: Fetches;
  /** By the number that the peer was told. */
  readonly #byNumber = new Map<number, Landing>();
  /** The eager message of which parts are missing. */
  streaming: Landing | null = null;
  #last = 0;

  constructor(fetches: Fetches) {
    this.#fetches = fetches;
  }

  /** True where the rest of a message is to come. */
  get pending(): boolean {
    return this.#byNumber.size > 0 || this.streaming !== null || this.#fetches.size > 0;
  }

  /** A number for the data that is to come. */
  add(landing: Landing): number {
    do this.#last = (this.#last % 0x7fff_ffff) + 1;
    while (this.#byNumber.has(this.#last));
    this.#byNumber.set(this.#last, landing);
    return this.#last;
  }

  get(number: number): Landing | undefined {
    return this.#byNumber.get(number);
  }

  delete(number: number): void {
    this.#byNumber.delete(number);
  }

  #all(): Landing[] {
    const landings = [...this.#byNumber.values(), ...this.#fetches.landings()];
    return this.streaming === null ? landings : [...landings, this.streaming];
  }

  /** What is underway for the receives of one context is let go by, and they fail. */
  abandon(high: number, low: number, reason: unknown): void {
    for (const landing of this.#all()) {
      const { owner } = landing;
      if (!(owner instanceof ReceiveOperation) || owner.done) continue;
      if (owner.context.high !== high || owner.context.low !== low) continue;
      landing.letGo();
      owner.landing = null;
      owner.fail(reason);
    }
  }

  /** The receives that it is for. */
  receives(): ReceiveOperation[] {
    return this.#all()
      .map(({ owner }) => owner)
      .filter((owner) => owner instanceof ReceiveOperation);
  }

  /** Nothing of it will ever be whole. */
  clear(): void {
    this.#byNumber.clear();
    this.#fetches.close();
    this.streaming = null;
  }
}
