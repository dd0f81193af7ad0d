/**
 * What one communicator does about its errors: the handler that is set, and when it is called (MPI-4.1 §9.3).
 *
 * With ERRORS_RETURN nothing is watched at all. Any other handler is called once for each error of an operation on the
 * communicator, before the program hears of it; a blocked or awaiting program gets the error thrown afterwards, unless
 * the handler has ended the process. These are no errors in this sense, since the program has asked for them itself:
 *
 *     MPI_ERR_TIMEOUT          the `timeout` of an operation is over
 *     a signal's reason        its AbortSignal has fired
 *     what is no MPIError      thrown by a function of the program's own, such as a reduction
 *     its own operations       errors of what a handler itself does on the communicator
 *     its own leaving          what is still under way when this process leaves MPI; what it begins afterwards is an error
 */
import { MPIError } from '../../errors/mpi-error.ts';
import type { CommunicatorCore } from '../../communicators/communicator-core.ts';
import { PortClosedError } from '../../dynamic/port-closed-error.ts';
import type { ProcessContext } from '../process-context.ts';
import { VERBS } from '../verbs.ts';
import { checkErrorHandler, type ErrorHandlerOf, ERRORS_ABORT, ERRORS_RETURN } from './error-handler.ts';
import { type FailureWatch, watchFailures } from './failure-watch.ts';

export class ErrorHandling<C extends object> {
  readonly #comm: C;
  readonly #process: ProcessContext;
  readonly #core: CommunicatorCore;
  #handler: ErrorHandlerOf<C> = ERRORS_RETURN;
  #watch: FailureWatch | null = null;
  #handling = false;

  constructor(comm: C, process: ProcessContext, core: CommunicatorCore) {
    this.#comm = comm;
    this.#process = process;
    this.#core = core;
  }

  get handler(): ErrorHandlerOf<C> {
    return this.#handler;
  }

  set handler(handler: ErrorHandlerOf<C>) {
    checkErrorHandler(handler, this.#core.label());
    this.#handler = handler;
    const watching = this.#watch !== null;
    if (watching === (handler !== ERRORS_RETURN)) return;
    this.#watch?.stop();
    this.#watch = watching ? null : watchFailures(this.#comm, VERBS, this.#failed);
  }

  /** Calls verbs some of whose failures are expected, and no errors: what is one the caller has to tell of by `heard`. */
  unheard<T>(call: () => T): T {
    return this.#watch === null ? call() : this.#watch.unheard(call);
  }

  /** An operation has failed that nobody watches. */
  heard(reason: unknown): void {
    this.#failed(reason, true);
  }

  /** Calls the handler with an error of this code, which is not thrown. */
  call(errorCode: number): void {
    const why = `Cannot go on with ${this.#core.label()}: the program has called its error handler with code ${String(errorCode)}`;
    const error = this.#process.errorCodes.errorOf(errorCode, why);
    this.#handleAlone(error);
  }

  /** What a handler does meanwhile on the communicator is not handled itself. */
  #handleAlone(error: MPIError): void {
    const before = this.#handling;
    this.#handling = true;
    try {
      this.#handle(error);
    } finally {
      this.#handling = before;
    }
  }

  readonly #failed = (reason: unknown, underWay: boolean): void => {
    if (!(reason instanceof MPIError) || reason.code === 'MPI_ERR_TIMEOUT' || this.#handling) return;
    if (underWay && this.#isOwnLeaving(reason)) return;
    try {
      this.#handleAlone(reason);
    } catch (mistake) {
      // The operation's own error goes its way; the handler's is nobody's to catch.
      queueMicrotask(() => {
        throw mistake;
      });
    }
  };

  /** The ports of a process that leaves are closed before everything else ends. */
  #isOwnLeaving(reason: MPIError): boolean {
    const { left } = this.#core.maker.engine.contexts;
    return reason === left || (this.#process.leaving && reason instanceof PortClosedError);
  }

  #handle(error: MPIError): void {
    const handler = this.#handler;
    if (handler === ERRORS_RETURN) return;
    if (typeof handler === 'function') {
      handler(this.#comm, error);
      return;
    }
    const { everybody, group } = this.#core;
    const whose = `of rank ${String(group.rank)} of ${this.#core.label()}`;
    const text = error.stack ?? error.message;
    if (handler === ERRORS_ABORT) {
      this.#process.report(`An error ${whose} ends the processes of it, as ERRORS_ABORT says: ${text}`);
      this.#process.abort(
        error.errorClass,
        everybody.map(({ id }) => id),
      );
    }
    this.#process.report(`An error ${whose} ends every connected process, as ERRORS_ARE_FATAL says: ${text}`);
    this.#process.abortConnected(error.errorClass);
  }
}
