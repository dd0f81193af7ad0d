/**
 * How a process waits, and makes progress while it does.
 *
 * A blocked thread polls for a while, then offers the processor to others, then sleeps until a peer wakes it. An
 * awaiting one polls for a while too (an answer that is quick costs no turn of the event loop), then polls once in
 * each of some turns of the event loop, then sleeps in the event loop on the doorbell. How long each stage lasts is
 * {@link WaitingPolicy}; an idle process ends in the last one and uses no processor.
 *
 * Progress also goes on where nobody waits: as long as anything is pending the doorbell is armed, and it holds the
 * process where somebody awaits the outcome or something is still to be delivered.
 */
import { MPIError } from '../errors/mpi-error.ts';
import type { Clock } from '../system/clock.ts';
import { AbortWatch } from './abort-watch.ts';
import { Deadlines } from './deadlines.ts';
import type { Operation, OperationDriver } from './operation.ts';
import type { Waiting, WaitingVerb } from './wait-description.ts';
import { type Processor, ProcessorOffers } from './processor-offers.ts';
import type { BlockedOn, WaitJournal } from './wait-journal.ts';
import type { WaitingPolicy } from './waiting-policy.ts';

/** What the driver drives: the engine's own progress. */
export interface ProgressSource {
  /** Takes what has arrived and writes what fits; true where anything moved. Never blocks. */
  poll(): boolean;
  /** True where something is still to be delivered or to be finished, awaited or not. */
  readonly busy: boolean;
  /** True where there is more to do at once: it goes on with the next poll, and nothing wakes this process for it. */
  readonly working: boolean;
  /** True where receives wait or messages are on their way: peers need this process to go on. */
  readonly expecting: boolean;
  /** Throws where nothing could ever wake a blocked thread. */
  sleep(timeoutMs: number): void;
  arm(wake: () => void): void;
  disarm(): void;
  holdProcess(hold: boolean): void;
  /** What is still to be delivered or finished, for people. */
  readonly delivery: Waiting;
}

/** Looks for each poll, where a look costs next to nothing. */
const LOOKS_EACH = 8;
/** How many answers in a row may come without a turn of the event loop: others must have their turn too. */
const ANSWERS_AT_ONCE_MAX = 500;

export class Driver implements OperationDriver {
  readonly aborts: AbortWatch = new AbortWatch();
  /** Tells others what this process waits for; null where nobody could read it. */
  journal: WaitJournal | null = null;
  readonly #source: ProgressSource;
  readonly #policy: WaitingPolicy;
  readonly #ready: (() => void)[] = [];
  readonly #heldBack: Operation<unknown>[] = [];
  readonly #idleWaiters: (() => void)[] = [];
  readonly #deadlines: Deadlines;
  readonly #offers: ProcessorOffers;
  #awaitedCount = 0;
  #answersAtOnce = 0;
  #turnsLeft = 0;
  #turnScheduled = false;
  #armed = false;
  #polling = false;
  #inTurn = false;
  #closed = false;

  constructor(source: ProgressSource, policy: WaitingPolicy, clock: Clock, processor: Processor) {
    this.#source = source;
    this.#policy = policy;
    this.#deadlines = new Deadlines(clock);
    this.#offers = new ProcessorOffers(processor, policy, clock);
  }

  /** From now on this is what a blocked thread offers. */
  moveTo(processor: Processor): void {
    this.#offers.processor = processor;
  }

  /** One round of progress, and whatever can go on because of it. */
  progress(): boolean {
    if (this.#polling) return false;
    if (this.#armed) {
      this.#sleepNoLonger();
      this.attend();
    }
    this.#polling = true;
    try {
      const moved = this.#source.poll();
      if (this.#ready.length === 0) return moved;
      this.#runReady();
      return true;
    } finally {
      this.#polling = false;
    }
  }

  /** Notes a continuation to run at the end of this or the next round of progress. */
  whenReady(continuation: () => void): void {
    this.#ready.push(continuation);
    if (!this.#polling) this.attend();
  }

  /** Blocks the thread until the operation has ended, which is a step of `verb` where that is given. */
  block(operation: Operation<unknown>, verb: WaitingVerb | null = null, polled: boolean = false): void {
    let round = polled ? this.#offers.spins : 0;
    while (!operation.done) {
      if (this.progress()) round = 0;
      else if (++round > this.#offers.spins) round = this.#giveWay(round, operation, verb);
    }
    this.journal?.goesOn();
  }

  /**
   * The same for an operation that nobody else holds, and its result: where the wait is refused, since nothing could
   * ever end it, the operation is taken back. `polled`: for long enough, by {@link pollFor}.
   */
  finish<T>(operation: Operation<T>, polled: boolean = false): T {
    try {
      this.block(operation, null, polled);
    } catch (refusal) {
      if (!operation.withdraw(refusal)) throw refusal;
    }
    return operation.take();
  }

  /** Polls as long as a blocked thread does before it gives way, and until `receive` waits no longer. */
  pollFor(receive: { readonly waiting: boolean }): void {
    const spins = this.#offers.spins;
    for (let left = spins; left > 0; left--) {
      const moved = this.progress();
      if (!receive.waiting) return;
      if (moved) left = spins;
    }
  }

  /**
   * Polls and offers the processor as long as a blocked thread does before it sleeps; false where it is time for that, or where
   * somebody's time is limited. To look whether it is over costs less than a poll, so it is done several times for each.
   */
  pollAwake(isOver: { isMet(): boolean }): boolean {
    if (this.#deadlines.size > 0) return false;
    for (let offers = 0; offers < this.#policy.yields; offers++) {
      for (let left = this.#offers.spins; left > 0; left -= LOOKS_EACH) {
        for (let look = 0; look < LOOKS_EACH; look++) if (isOver.isMet()) return true;
        if (this.progress()) left = this.#offers.spins;
      }
      this.#offers.make();
    }
    return isOver.isMet();
  }

  /** Blocks the thread until `over` says so, which is because of one of these. */
  blockUntil(over: () => boolean, on: BlockedOn, verb: WaitingVerb | null = null): void {
    let round = 0;
    while (!over()) {
      if (this.progress()) round = 0;
      else if (++round > this.#offers.spins && !over()) round = this.#giveWay(round, on, verb);
    }
    this.journal?.goesOn();
  }

  /** Polls a while for an operation that somebody is about to await. */
  pollForAwait(operation: Operation<unknown>): void {
    const spins = Math.min(this.#policy.awaitSpins, this.#offers.spins);
    let left = spins;
    while (!operation.done && left > 0) left = this.progress() ? spins : left - 1;
    for (let offers = this.#policy.awaitYields; !operation.done && offers > 0; offers--) {
      this.#offers.make();
      this.progress();
    }
  }

  /** Whether an answer may be given without a turn of the event loop. */
  mayAnswerAtOnce(): boolean {
    this.attend();
    // A process that has left has no more turns.
    return ++this.#answersAtOnce < ANSWERS_AT_ONCE_MAX || this.#closed;
  }

  awaited(operation: Operation<unknown>): void {
    this.#awaitedCount++;
    if (operation.done) this.#heldBack.push(operation);
    else this.journal?.awaited(operation);
    this.#turnsLeft = this.#policy.awaitTurns;
    this.attend();
  }

  noLongerAwaited(operation: Operation<unknown>): void {
    this.#awaitedCount--;
    this.journal?.noLongerAwaited(operation);
  }

  watchDeadline(operation: Operation<unknown>): void {
    this.#deadlines.watch(operation);
  }

  unwatchDeadline(operation: Operation<unknown>): void {
    this.#deadlines.unwatch(operation);
  }

  /** Makes sure that progress goes on by itself from the next turn of the event loop. */
  attend(): void {
    // A turn under way decides at its end how to go on.
    if (this.#turnScheduled || this.#inTurn || this.#closed) return;
    if (this.#armed) this.#sleepNoLonger();
    this.#turnScheduled = true;
    setImmediate(() => this.#turn());
  }

  /** Resolves when nothing is left to be delivered or finished; holds the process until then. */
  whenIdle(): Promise<void> {
    if (!this.#source.busy) return Promise.resolve();
    return new Promise((resolve) => {
      this.#awaitedCount++;
      this.#idleWaiters.push(() => {
        this.#awaitedCount--;
        resolve();
      });
      this.attend();
    });
  }

  /** No more turns are taken: what the next one would have done for others is done now. */
  close(): void {
    this.#closed = true;
    this.#runReady();
    for (const operation of this.#heldBack.splice(0)) operation.settleNow();
    this.journal?.close();
    if (this.#armed) this.#sleepNoLonger();
  }

  #turn(): void {
    this.#turnScheduled = false;
    this.#answersAtOnce = 0;
    if (this.#closed) return;
    this.#inTurn = true;
    let moved: boolean;
    try {
      moved = this.progress();
    } finally {
      this.#inTurn = false;
    }
    for (const operation of this.#heldBack.splice(0)) operation.settleNow();
    const delivering = this.#source.busy;
    if (!delivering) this.journal?.noLongerAwaited(this.#source.delivery);
    if (!delivering) for (const waiter of this.#idleWaiters.splice(0)) waiter();
    const busy = this.#awaitedCount > 0 || delivering;
    if (!busy && !this.#source.expecting) return;
    if (moved) this.#turnsLeft = this.#policy.awaitTurns;
    if (this.#source.working || (busy && this.#turnsLeft-- > 0)) this.attend();
    else this.#arm(busy);
    if (delivering && this.#awaitedCount === this.#idleWaiters.length)
      this.journal?.awaited(this.#source.delivery);
  }

  #arm(hold: boolean): void {
    this.#armed = true;
    this.#source.arm(() => {
      this.#armed = false;
      this.#source.holdProcess(false);
      this.#turnsLeft = this.#policy.awaitTurns;
      if (!this.#turnScheduled) this.#turn();
    });
    this.#source.holdProcess(hold);
  }

  #sleepNoLonger(): void {
    this.#armed = false;
    this.#source.disarm();
    this.#source.holdProcess(false);
  }

  #runReady(): void {
    // Continuations may make others ready; they run in this round too.
    for (let next = this.#ready.shift(); next !== undefined; next = this.#ready.shift()) next();
  }

  /** After polling in vain: offers the processor, or sleeps. The round to go on with. */
  #giveWay(round: number, on: BlockedOn, verb: WaitingVerb | null): number {
    const timeoutMs = this.#deadlines.left();
    if (timeoutMs <= 0) {
      this.#deadlines.expire();
      return round;
    }
    if (round <= this.#offers.spins + this.#policy.yields) {
      const offers = round - this.#offers.spins;
      this.#offers.make();
      return this.#offers.spins + offers;
    }
    if ('needsEventLoop' in on && on.needsEventLoop()) throw needsEventLoop();
    const noteMs = this.journal?.fallsAsleep(on, verb) ?? Infinity;
    this.#source.sleep(Math.min(timeoutMs, noteMs));
    return this.#offers.spins;
  }
}

const needsEventLoop = (): MPIError =>
  new MPIError(
    'MPI_ERR_OTHER',
    'Cannot wait for this with the thread blocked: what it waits for comes by the event loop; await it',
  );
