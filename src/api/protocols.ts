/** How the verbs of several steps are driven: in the background for a request, or with the thread blocked. */
import type { Request } from '../engine/request.ts';
import { runBlocking, type Steps } from '../engine/task.ts';
import type { MPIError } from '../errors/mpi-error.ts';
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

  /** Where MPI has been left, or a member has failed, not even that is done for which nobody else is needed. */
  #unlessBroken<T>(steps: Steps<T>): Steps<T> {
    const { broken } = this.core.ends.local.context;
    return broken === null ? steps : failing(broken);
  }
}
