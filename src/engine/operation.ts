/**
 * An operation under way, as the engine keeps it: pending, done or failed, and who is to be told. Everything that a
 * program can wait for derives from it, so that one driver waits for all of them (driver.ts).
 */
import { ANY_SOURCE, ANY_TAG } from '../model/constants.ts';
import { currentStack } from './call-site.ts';
import { emptyStatus, type Request, type Status } from './request.ts';
import type { Waiting, WaitDescription, WaitingVerb } from './wait-description.ts';

/** Lets the async function go on that somebody awaits: to its end, or (with a note) to say who awaits it. */
type Resume = (note: ((stack: string) => void) | null) => void;

/** What an operation asks of whoever drives it. */
export interface OperationDriver {
  /** One round of progress; true where anything moved. */
  progress(): boolean;
  /** Notes a continuation to run at the end of this or the next round of progress. */
  whenReady(continuation: () => void): void;
  /** Blocks the thread until the operation has ended, which is a step of `verb` where that is given. */
  block(operation: Operation<unknown>, verb?: WaitingVerb | null): void;
  /** Polls a while for an operation that somebody is about to await. */
  pollForAwait(operation: Operation<unknown>): void;
  /** Whether an answer may be given without a turn of the event loop. */
  mayAnswerAtOnce(): boolean;
  awaited(operation: Operation<unknown>): void;
  noLongerAwaited(operation: Operation<unknown>): void;
}

/** The bounds that wait options have set. */
export interface WaitLimit {
  /** On the driver's clock; Infinity where only a signal bounds the wait. */
  readonly deadline: number;
  /** The deadline has passed. */
  expire(): void;
  /** The operation has ended. */
  release(): void;
}

/** Hears of an operation's outcome beside whoever waits for it. */
export interface Observer<T> {
  /**
   * It has failed: called as soon as program text may run, before the program itself hears of the failure, and also where it
   * never asks.
   */
  failed(reason: unknown): void;
  /** It is complete: called in the middle of progress, for a note at most. */
  completed(value: T): void;
}

/** What few operations have: most end before anybody asks for any of it. */
class Audience<T> {
  observer: Observer<T> | null = null;
  afterwards: (() => void) | null = null;
  promise: Promise<T> | null = null;
  resume: Resume | null = null;
}

export abstract class Operation<T> implements Request<T>, Waiting {
  protected readonly driver: OperationDriver;
  /** True once it is done or has failed. */
  done: boolean = false;
  failed: boolean = false;
  failure: unknown = undefined;
  /** True once one of the calls that wait for any of several has handed it out: they pass over it from then on. */
  handedOut: boolean = false;
  /** Called once at the end, in the middle of progress: it may only take a note. */
  onEnd: (() => void) | null = null;
  /** When it gives up by itself (wait-options.ts). */
  limit: WaitLimit | null = null;
  #audience: Audience<T> | null = null;

  constructor(driver: OperationDriver) {
    this.driver = driver;
  }

  /** The result; called only when the operation is done and has not failed. */
  protected abstract result(): T;

  /** Takes the operation back, if it can still be, and fails it with this reason; false where it cannot. */
  abstract withdraw(reason: unknown): boolean;

  /** The status of a completed operation. */
  protected completedStatus(): Status {
    return emptyStatus(ANY_SOURCE, ANY_TAG);
  }

  complete(): void {
    if (this.done) return;
    this.done = true;
    this.#tell();
  }

  fail(reason: unknown): void {
    if (this.done) return;
    this.done = true;
    this.failed = true;
    this.failure = reason;
    this.#tell();
  }

  /** The result of an operation that is done; throws where it failed. */
  take(): T {
    if (this.failed) {
      this.tellObserver();
      throw this.failure;
    }
    return this.result();
  }

  /** From now on `observer` hears of the outcome, once; at once where it is there. The first observer stays. */
  observe(observer: Observer<T>): void {
    const audience = this.#listeners();
    if (audience.observer !== null) return;
    audience.observer = observer;
    if (this.done) {
      this.tellObserver();
      return;
    }
    this.afterwards(() => {
      // A microtask comes before what the promise sets going, and also where nobody has asked for one.
      if (this.failed) queueMicrotask(() => this.tellObserver());
      else this.tellObserver();
    });
  }

  /** Tells the observer now of what it has not heard yet: whoever hands a failure to the program does so first. */
  tellObserver(): void {
    const observer = this.#audience?.observer ?? null;
    if (observer === null) return;
    this.#listeners().observer = null;
    if (this.failed) observer.failed(this.failure);
    else observer.completed(this.result());
  }

  /** Calls `note` at the end of an operation that has not ended yet, after `onEnd`: it, too, may only take a note. */
  afterwards(note: () => void): void {
    const audience = this.#listeners();
    const earlier = audience.afterwards;
    const both = (): void => {
      earlier?.();
      note();
    };
    audience.afterwards = earlier === null ? note : both;
  }

  #listeners(): Audience<T> {
    return (this.#audience ??= new Audience());
  }

  #tell(): void {
    if (this.limit !== null) {
      this.limit.release();
      this.limit = null;
    }
    const { onEnd } = this;
    if (onEnd !== null) {
      this.onEnd = null;
      onEnd();
    }
    const audience = this.#audience;
    if (audience === null) return;
    if (audience.afterwards !== null) {
      const note = audience.afterwards;
      audience.afterwards = null;
      note();
    }
    if (audience.resume !== null) {
      const { resume } = audience;
      audience.resume = null;
      this.driver.noLongerAwaited(this);
      resume(null);
    }
  }

  // ── Waiting

  describe(): WaitDescription | null {
    return null;
  }

  /** True where what it waits for comes by the event loop alone. */
  needsEventLoop(): boolean {
    return false;
  }

  locate(note: (stack: string) => void): void {
    if (!this.done) this.#audience?.resume?.(note);
  }

  // ── Request

  test(): { value: T } | undefined {
    if (!this.done) this.driver.progress();
    return this.done ? { value: this.take() } : undefined;
  }

  status(): Status | undefined {
    if (!this.done) this.driver.progress();
    return this.done ? this.completedStatus() : undefined;
  }

  waitSync(): T {
    if (!this.done) this.driver.block(this);
    return this.take();
  }

  cancel(): boolean {
    return false;
  }

  then<R1 = T, R2 = never>(
    onfulfilled?: ((value: T) => R1 | PromiseLike<R1>) | null,
    onrejected?: ((reason: unknown) => R2 | PromiseLike<R2>) | null,
  ): Promise<R1 | R2> {
    const promise = this.#audience?.promise ?? null;
    if (promise !== null) return promise.then(onfulfilled, onrejected);
    if (!this.done) this.driver.pollForAwait(this);
    // The way of every short await: no promise of our own is kept for it.
    if (this.done && !this.failed && this.driver.mayAnswerAtOnce()) {
      return Promise.resolve(this.result()).then(onfulfilled, onrejected);
    }
    return this.#promised().then(onfulfilled, onrejected);
  }

  catch<R>(onrejected: (reason: unknown) => R | PromiseLike<R>): Promise<T | R> {
    return this.#promised().catch(onrejected);
  }

  finally(onfinally: () => void): Promise<T> {
    return this.#promised().finally(onfinally);
  }

  #promised(): Promise<T> {
    const audience = this.#listeners();
    if (audience.promise !== null) return audience.promise;
    if (!this.done) this.driver.pollForAwait(this);
    audience.promise =
      this.done && this.driver.mayAnswerAtOnce()
        ? new Promise((resolve) => resolve(this.take()))
        : this.#outcome(audience);
    return audience.promise;
  }

  /**
   * An async function and not a bare promise: the stack of one that runs shows who awaits it, so nothing has to be noted
   * of that before somebody wants to know.
   */
  async #outcome(audience: Audience<T>): Promise<T> {
    let note = await new Promise<Parameters<Resume>[0]>((resume) => {
      audience.resume = resume;
      this.driver.awaited(this);
    });
    while (note !== null) {
      note(currentStack());
      if (this.done) break;
      note = await new Promise<Parameters<Resume>[0]>((resume) => {
        audience.resume = resume;
      });
    }
    if (this.failed) throw this.failure;
    return this.result();
  }

  /** Called by the driver's next turn of the event loop where the answer was held back. */
  settleNow(): void {
    if (this.done) this.#tell();
  }
}
