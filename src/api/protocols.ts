/** How the verbs of several steps are driven: in the background for a request, or with the thread blocked. */
import type { Request } from '../engine/request.ts';
import { runBlocking, type Steps } from '../engine/task.ts';
import type { MPIError } from '../errors/mpi-error.ts';
import { ProcessFailedError } from '../errors/process-failed-error.ts';
import { PointToPoint } from './point-to-point.ts';

function* failing(reason: MPIError): Steps<never> {
  throw reason;
}

export abstract class Protocols extends PointToPoint {
  protected start<T>(steps: Steps<T>): Request<T> {
    return this.core.maker.engine.start(this.#unlessBroken(steps), null, this.core.tally);
  }

  protected run<T>(steps: Steps<T>): T {
    return runBlocking(this.core.maker.engine.driver, this.#unlessBroken(steps));
  }

  /**
   * The same for what also goes on beside this communicator's collectives: by some of its processes alone, or with others.
   * It finds out by itself what the death of a member means to it.
   */
  protected startOfSome<T>(steps: Steps<T>): Request<T> {
    return this.#bereaved ? this.core.maker.engine.start(steps, null, this.core.tally) : this.start(steps);
  }

  protected runOfSome<T>(steps: Steps<T>): T {
    return this.#bereaved ? runBlocking(this.core.maker.engine.driver, steps) : this.run(steps);
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
