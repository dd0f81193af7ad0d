/**
 * Offers of the processor by who has polled in vain, and what they tell of others that want it: an offer that lasts has been taken.
 *
 *     nobody takes it       poll on for as long as the policy says, then offer again
 *     somebody does         that may be the very peer that is waited for: the next offers come after a few polls
 *     again and again       two that wait for each other are on one core: one of them moves to another
 *
 * The system does put two ranks on one core of several idle ones, and may leave them there for seconds: each is ready to run
 * at all times, and both have run just now, so moving one seems to gain nothing and to lose its cache. A message then takes two changes of
 * process instead of a cache line's way.
 */
import type { Clock } from '../system/clock.ts';
import type { WaitingPolicy } from './waiting-policy.ts';

/** An offer that took longer has let somebody run. */
const TAKEN_MS = 0.0015;
/** Polls before the next offer where the last one was taken. */
const SPINS_BESIDE_OTHERS = 20;
/** From one move to the next at least: where every core is busy, moving helps nobody. */
const STAY_MS = 1;

/** The thread's place among the processors. */
export interface Processor {
  /** Lets others run who want to. */
  yieldProcessor(): void;
  /** Moves the thread to another one. */
  leaveProcessor(): void;
}

export class ProcessorOffers {
  /** Polls before the processor is offered. */
  spins: number;
  readonly #processor: Processor;
  readonly #policy: WaitingPolicy;
  readonly #clock: Clock;
  #takenInARow = 0;
  #staysUntil = -Infinity;

  constructor(processor: Processor, policy: WaitingPolicy, clock: Clock) {
    this.#processor = processor;
    this.#policy = policy;
    this.#clock = clock;
    this.spins = policy.spins;
  }

  /** Offers it once. */
  make(): void {
    const before = this.#clock.now();
    this.#processor.yieldProcessor();
    const now = this.#clock.now();
    if (now - before <= TAKEN_MS) {
      this.spins = this.#policy.spins;
      this.#takenInARow = 0;
      return;
    }
    this.spins = Math.min(SPINS_BESIDE_OTHERS, this.#policy.spins);
    if (++this.#takenInARow < this.#policy.patience || now < this.#staysUntil) return;
    this.#takenInARow = 0;
    this.#staysUntil = now + STAY_MS;
    this.#processor.leaveProcessor();
  }
}
