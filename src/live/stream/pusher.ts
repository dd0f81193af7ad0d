/** Partial sums that are pushed at their cadence, and the rest of them at the end of the run. */
import type { UpdateBuilder } from '../update/update-builder.ts';
import { Cadence, type CadenceOptions } from './cadence.ts';

export interface PusherOptions extends CadenceOptions {
  /** Puts the partial sums into the update, and begins new ones. */
  readonly fill: (md: UpdateBuilder) => void;
}

/**
 * Pushes what a client has summed up.
 *
 * ```ts
 * const pusher = stream.pusher({ everyMs: 100, fill: (md) => md.addArray('spectrum', sum.values) });
 * for (const event of events) {
 *   sum.add(event.spectrum);
 *   await pusher.tick();
 * }
 * await stream.endRun(); // pushes the rest
 * ```
 *
 * A cadence that is a function follows what the master sets while the run goes on: see CadenceNumber.
 */
export class Pusher {
  readonly #cadence: Cadence;
  readonly #md: UpdateBuilder;
  readonly #fill: (md: UpdateBuilder) => void;
  readonly #poll: () => void;

  /** @param poll receives the feedback that is there */
  constructor(md: UpdateBuilder, options: PusherOptions, now: () => number, poll: () => void) {
    this.#md = md;
    this.#fill = options.fill;
    this.#cadence = new Cadence(options, now);
    this.#poll = poll;
  }

  /** There has been no event since the last push. */
  get isEmpty(): boolean {
    return this.#cadence.events === 0;
  }

  /** Counts one event of this client, and pushes where it is time. */
  async tick(): Promise<void> {
    if (this.#isDue()) await this.push();
  }

  /** The same, blocking. */
  tickSync(): void {
    if (this.#isDue() && this.#prepare()) this.#md.sendSync();
  }

  /** Pushes now, where there has been an event since the last push. */
  async push(): Promise<void> {
    if (this.#prepare()) await this.#md.send();
  }

  #isDue(): boolean {
    // A loop that hardly ever pushes, and never lets the event loop turn, would not hear that it is to push more often.
    if (this.#cadence.follows) this.#poll();
    return this.#cadence.tick();
  }

  #prepare(): boolean {
    if (this.isEmpty) return false;
    this.#cadence.restart();
    this.#fill(this.#md);
    return true;
  }
}
