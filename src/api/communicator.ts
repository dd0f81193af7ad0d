/** What intra- and intercommunicators have in common, beside the verbs. */
import type { CommunicatorCore } from '../communicators/communicator-core.ts';
import { dup } from '../communicators/dup.ts';
import { endOf, farewell } from '../communicators/farewell.ts';
import { FailedOperation } from '../engine/completed-operation.ts';
import type { Operation } from '../engine/operation.ts';
import type { Request, WaitOptions } from '../engine/request.ts';
import { runBlocking, type Steps } from '../engine/task.ts';
import { armWaitOptions, hasFired } from '../engine/wait-options.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { ProcessFailedError } from '../errors/process-failed-error.ts';
import { CONGRUENT, IDENT, SIMILAR, UNEQUAL } from '../model/constants.ts';
import type { Group } from '../model/group.ts';
import { Attributes, type Keyval } from './attributes.ts';
import { checkCollectives } from './collective-checks.ts';
import type { PredefinedErrorHandler } from './error-handling/error-handler.ts';
import { ErrorHandling } from './error-handling/error-handling.ts';
import type { ProcessContext } from './process-context.ts';
import { Reductions } from './reductions.ts';
import { retire } from './retired.ts';

/** What is done about the errors of a communicator: see {@link Communicator.setErrhandler}. */
export type ErrorHandler = PredefinedErrorHandler | ((comm: Communicator, error: MPIError) => void);

/** What a duplicate is made of. */
interface Duplicate {
  readonly core: CommunicatorCore;
  readonly attributes: Attributes;
  readonly errhandler: ErrorHandler;
}

/**
 * A group of processes that can talk among themselves, apart from all others (MPI_Comm, MPI-4.1 §7).
 *
 * Several collectives may be under way on one communicator at once, the making of communicators, `free` and `disconnect`
 * among them. All its processes start them in the same order: what counts is the call that returns the request, not
 * when that is awaited, nor which of them is complete first. Between different communicators no order is asked for as
 * long as a process starts what the others wait for before it waits itself.
 */
export abstract class Communicator extends Reductions {
  protected readonly process: ProcessContext;
  protected readonly attributes: Attributes;
  readonly #errors: ErrorHandling<Communicator>;
  /** Its prototype when it is over. */
  protected abstract readonly retired: object;
  /** True for an intercommunicator (MPI_Comm_test_inter). */
  abstract readonly isInter: boolean;

  /** A communicator that is made of another one takes over that one's error handler. */
  constructor(
    process: ProcessContext,
    core: CommunicatorCore,
    attributes: Attributes,
    errhandler: ErrorHandler = process.initialErrhandler,
  ) {
    super(core);
    this.process = process;
    this.attributes = attributes;
    if (process.checksCollectives) checkCollectives(this, core);
    this.#errors = new ErrorHandling<Communicator>(this, process, core);
    this.#errors.handler = errhandler;
  }

  /** What lies below another communicator. */
  protected static coreOf(communicator: Communicator): CommunicatorCore {
    return communicator.core;
  }

  /** This process' rank in the (local) group (MPI_Comm_rank). */
  get rank(): number {
    return this.core.group.rank;
  }

  /** Number of processes in the (local) group (MPI_Comm_size). */
  get size(): number {
    return this.core.group.size;
  }

  /** Its name, in errors and for people; '' unless somebody gave it one (MPI_Comm_set_name, MPI_Comm_get_name). */
  get name(): string {
    return this.core.name;
  }

  set name(name: string) {
    this.core.name = name;
  }

  /** The (local) group (MPI_Comm_group). */
  group(): Group {
    return this.core.group;
  }

  /**
   * IDENT for the same communicator, CONGRUENT for the same processes in the same order, SIMILAR in another order, else
   * UNEQUAL (MPI_Comm_compare, MPI-4.1 §7.4.1).
   */
  compare(other: Communicator): number {
    const given: unknown = other;
    if (!(given instanceof Communicator)) {
      throw new MPIError(
        'MPI_ERR_COMM',
        `Cannot compare ${this.core.label()} with ${given === null ? 'null' : `a ${typeof given}`}: a communicator is wanted`,
      );
    }
    other.core.checkUsable();
    if (this === other) return IDENT;
    const groups = [this.core.group, this.core.remoteGroup];
    const others = [other.core.group, other.core.remoteGroup];
    let result = CONGRUENT;
    for (const [place, group] of groups.entries()) {
      const against = others[place] ?? null;
      if (group === null && against === null) continue;
      if (group === null || against === null) return UNEQUAL;
      const compared = group.compare(against);
      if (compared === UNEQUAL) return UNEQUAL;
      if (compared === SIMILAR) result = SIMILAR;
    }
    return result;
  }

  /** The value under a key, or undefined where there is none (MPI_Comm_get_attr, MPI-4.1 §7.7.2). */
  getAttr<T>(key: Keyval<T>): T | undefined {
    return this.attributes.get(key);
  }

  /** The error handler of what is made of this one: that of the call, so it is asked for before the first step. */
  protected get inheritedErrhandler(): ErrorHandler {
    return this.#errors.handler;
  }

  /**
   * A duplicate, with attributes and error handler as they are at the call (MPI_Comm_idup, MPI-4.1 §7.4.2). Where a copy
   * callback throws, that is told when everybody has the duplicate, and it is given up, as it is of no use.
   */
  protected *duplicate(): Steps<Duplicate> {
    const errhandler = this.inheritedErrhandler;
    const copied = copyOf(this.attributes);
    let core: CommunicatorCore;
    try {
      core = yield* dup(this.core);
    } catch (failure) {
      if (copied instanceof Attributes) copied.discard();
      throw failure;
    }
    if (copied instanceof Attributes) return { core, attributes: copied, errhandler };
    core.over = 'not been completed';
    core.maker.engine.startAside(farewell(core));
    throw copied;
  }

  /** Hangs a value on the communicator, in this process only (MPI_Comm_set_attr). */
  setAttr<T>(key: Keyval<T>, value: T): void {
    this.attributes.set(key, value);
  }

  /** Takes the value under a key away; its delete callback runs (MPI_Comm_delete_attr). */
  deleteAttr<T>(key: Keyval<T>): void {
    this.attributes.delete(key);
  }

  /**
   * Sets what is done about errors of operations on this communicator, in this process (MPI_Comm_set_errhandler,
   * MPI-4.1 §9.3). ERRORS_RETURN, the default: nothing; they are thrown, or reject the request. ERRORS_ARE_FATAL: the error
   * is printed, and every connected process ends with its class as exit code. ERRORS_ABORT: the processes of this
   * communicator do.
   *
   * A function is called once for each error of an operation, before the program hears of it and also where it never
   * does, since it has dropped the request; afterwards the error is thrown (rejects) all the same. It is not called for
   * a `timeout` or AbortSignal that the program has set, nor for what it does itself on this communicator; what it throws
   * is an uncaught exception.
   *
   * Communicators that are made of this one (dup, split, create, merge, spawn, accept and so on) start with its handler.
   *
   * ```ts
   * comm.setErrhandler((comm, error) => console.error(`rank ${comm.rank}: ${error.message}`));
   * ```
   *
   * @throws {MPIError} MPI_ERR_ERRHANDLER where it is no error handler, MPI_ERR_COMM after `free` or `disconnect`.
   */
  setErrhandler(handler: ErrorHandler): void {
    this.core.checkUsable();
    this.#errors.handler = handler;
  }

  /** What {@link setErrhandler} has set, or the communicator that this one was made of had (MPI_Comm_get_errhandler). */
  getErrhandler(): ErrorHandler {
    return this.#errors.handler;
  }

  /**
   * Calls the error handler with an error of this class, or of a code that the program has added (MPI_Comm_call_errhandler,
   * MPI-4.1 §9.3.4). It throws nothing: with ERRORS_RETURN nothing happens.
   *
   * @throws {MPIError} MPI_ERR_ARG where no class or code has this number.
   */
  callErrhandler(errorClass: number): void {
    this.core.checkUsable();
    this.#errors.call(errorClass);
  }

  /**
   * Gives the communicator up; collective, but it waits for nobody (MPI_Comm_free, MPI-4.1 §7.4.3). From now on its
   * verbs throw MPI_ERR_COMM in this process; what is under way on it completes as always. Delete callbacks of
   * attributes run now, the latest attribute's first.
   *
   * @throws {MPIError} MPI_ERR_COMM for COMM_WORLD and COMM_SELF, and where it was freed or disconnected before.
   */
  free(): void {
    this.#giveUp('free', 'been freed');
  }

  /**
   * Collective: complete when everything that was under way on the communicator is, at all its processes, those of the
   * remote group included (MPI_Comm_disconnect, MPI-4.1 §11.10.4). From the call on its verbs throw MPI_ERR_COMM in
   * this process.
   *
   * A `timeout` or AbortSignal only ends the waiting, also a signal that had fired before the call: the communicator is then
   * as if it had been freed. A process that has left MPI in good order has disconnected by that. Rejects with
   * MPI_ERR_PROC_FAILED where one has died; also then nothing is left of the communicator here.
   *
   * @throws {MPIError} MPI_ERR_COMM for COMM_WORLD and COMM_SELF, and where it was freed or disconnected before.
   */
  disconnect(options?: WaitOptions): Request {
    const { engine } = this.core.maker;
    const intent = (): string => `disconnect ${this.core.label()}`;
    const fired = options !== undefined && hasFired(options, intent) ? options.signal : null;
    const ending = this.#giveUp('disconnect', 'been disconnected');
    if (fired !== null) return new FailedOperation(engine.driver, fired.reason);
    const verb = { verb: 'disconnect', label: this.core.label };
    const steps = endOf(this.core, ending);
    const operation = engine.start(steps, null, null, verb);
    if (options !== undefined) armWaitOptions(operation, options, engine.driver, engine.clock, intent);
    return operation;
  }

  /** The same, blocking. */
  disconnectSync(): void {
    const { core } = this;
    const verb = { verb: 'disconnect', label: core.label };
    const steps = endOf(core, this.#giveUp('disconnect', 'been disconnected'));
    runBlocking(core.maker.engine.driver, steps, verb);
  }

  /** `await using` disconnects, unless that or `free` was done before. That a member has died is no error here. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.core.over !== null) return;
    try {
      await this.unheard(() => this.disconnect());
    } catch (error) {
      if (error instanceof ProcessFailedError) return;
      this.#errors.heard(error);
      throw error;
    }
  }

  /** Calls verbs some of whose failures are expected where they are called: the error handler does not hear of them. */
  protected unheard<T>(call: () => T): T {
    return this.#errors.unheard(call);
  }

  /** The end of the communicator for the program; what is still to be done goes on in the background. */
  #giveUp(verb: string, over: string): Operation<void> {
    const { core } = this;
    core.checkUsable();
    if (core.contextId.predefined === true) {
      throw new MPIError(
        'MPI_ERR_COMM',
        `Cannot ${verb} ${core.label()}: it lasts as long as MPI does; dup it, and ${verb} the duplicate`,
      );
    }
    this.attributes.deleteAll();
    core.over = over;
    retire(this, this.retired);
    return core.maker.engine.startAside(farewell(core));
  }

  /**
   * Ends the processes of this communicator, best effort, with an exit code that is not 0 (MPI_Abort): their jobs, those
   * of a remote group included, and no job that is merely connected to them. Of COMM_SELF: this process alone, as far as
   * the launcher lets the others live (`parley run --keep-going`).
   */
  abort(code: number = 1): never {
    return this.process.abort(
      code,
      this.core.everybody.map(({ id }) => id),
    );
  }
}

/** The attributes of a duplicate, or what a copy callback has failed with. */
function copyOf(attributes: Attributes): Attributes | MPIError {
  try {
    return attributes.duplicate();
  } catch (error) {
    return error as MPIError;
  }
}
