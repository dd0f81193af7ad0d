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

/** An offer that took no longer has let nobody run. */
const TAKEN_MS_MIN = 0.0015;
/**
 * Nor has one that took less than so many times what any call of the system takes. That differs: 0.1 µs on one machine, 1 µs on
 * another that guards its kernel's memory; an offer nobody took 0.35 and 1.3 µs, a change of process and back 1.7 and 9 µs.
 */
const TAKEN_CALLS = 2.5;
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
  /** Calls the system for nothing, to learn what a call takes. */
  callSystem(): void;
}

/** Of who never blocks its thread. */
export const NO_PROCESSOR: Processor = {
  yieldProcessor: () => undefined,
  leaveProcessor: () => undefined,
  callSystem: () => undefined,
};

export class ProcessorOffers {
  /** Polls before the processor is offered. */
  spins: number;
  processor: Processor;
  readonly #policy: WaitingPolicy;
  readonly #clock: Clock;
  #takenMs = TAKEN_MS_MIN;
  #callMs = Infinity;
  #takenInARow = 0;
  #staysUntil = -Infinity;

  constructor(processor: Processor, policy: WaitingPolicy, clock: Clock) {
    this.processor = processor;
    this.#policy = policy;
    this.#clock = clock;
    this.spins = policy.spins;
  }

  /** Offers it once. */
  make(): void {
    const before = this.#clock.now();
    this.processor.yieldProcessor();
    const now = this.#clock.now();
    if (now - before <= this.#takenMs || now - before <= this.#leastTaken(now)) {
      this.spins = this.#policy.spins;
      this.#takenInARow = 0;
      return;
    }
    this.spins = Math.min(SPINS_BESIDE_OTHERS, this.#policy.spins);
    if (++this.#takenInARow < this.#policy.patience || now < this.#staysUntil) return;
    this.#takenInARow = 0;
    this.#staysUntil = now + STAY_MS;
    this.processor.leaveProcessor();
  }

  /** What an offer takes at least that is taken, by one more call of the system; the fastest ever counts, as others slow one down. */
  #leastTaken(before: number): number {
    this.processor.callSystem();
    this.#callMs = Math.min(this.#callMs, this.#clock.now() - before);
    this.#takenMs = Math.max(TAKEN_MS_MIN, TAKEN_CALLS * this.#callMs);
    return this.#takenMs;
  }
}
