/** How the verbs of several steps are driven: in the background for a request, or with the thread blocked. */
import type { Request } from '../engine/request.ts';
import { runBlocking, type Steps } from '../engine/task.ts';
import type { MPIError } from '../errors/mpi-error.ts';
import { ProcessFailedError } from '../errors/process-failed-error.ts';
import { PointToPoint } from './point-to-point.ts';
import type { Verb } from './verbs.ts';

function* failing(reason: MPIError): Steps<never> {
  throw reason;
}

export abstract class Protocols extends PointToPoint {
  /** `verb` is what the program has called: those who ask why nothing goes on are told of it. */
  protected start<T>(verb: Verb, steps: Steps<T>): Request<T> {
    const { maker, tally, label } = this.core;
    return maker.engine.start(this.#unlessBroken(steps), null, tally, { verb, label });
  }

  protected run<T>(verb: Verb, steps: Steps<T>): T {
    const { maker, label } = this.core;
    return runBlocking(maker.engine.driver, this.#unlessBroken(steps), { verb, label });
  }

  /** The same for a verb with a short cut for blocked threads: `rest` is what that has left to be done, null for nothing. */
  protected runRest(verb: Verb, rest: Steps<void> | null): void {
    if (rest !== null) this.run(verb, rest);
  }

  /**
   * The same for what also goes on beside this communicator's collectives: by some of its processes alone, or with others.
   * It finds out by itself what the death of a member means to it.
   */
  protected startOfSome<T>(verb: Verb, steps: Steps<T>): Request<T> {
    if (!this.#bereaved) return this.start(verb, steps);
    const { maker, tally, label } = this.core;
    return maker.engine.start(steps, null, tally, { verb, label });
  }

  protected runOfSome<T>(verb: Verb, steps: Steps<T>): T {
    if (!this.#bereaved) return this.run(verb, steps);
    const { maker, label } = this.core;
    return runBlocking(maker.engine.driver, steps, { verb, label });
  }

  get #bereaved(): boolean {
    return this.core.ends.local.context.broken instanceof ProcessFailedError;
  }

  /** Where MPI has been left, or a member has failed, not even that is done for which nobody else is needed. */
  #unlessBroken<T>(steps: Steps<T>): Steps<T> {
    const { broken } = this.core.ends.local.context;
    return broken === null ? steps : failing(broken);
  }
}
