/**
 * This process as a member of MPI: made when the package is imported, from what the launcher left in the environment
 * or, without one, as a world of one; left at `finalize`, which a normal exit calls by itself.
 */
import { availableParallelism } from 'node:os';
import { isMainThread } from 'node:worker_threads';
import { CommonBudget } from '../collectives/common/common-budget.ts';
import { ScratchMemory } from '../collectives/scratch-memory.ts';
import { ALGORITHM_TABLE } from '../collectives/tuning/algorithm-table.ts';
import { withForcedAlgorithms } from '../collectives/tuning/forced-algorithms.ts';
import { CommunicatorCore, type CommunicatorMaker } from '../communicators/communicator-core.ts';
import type { Names } from '../dynamic/names.ts';
import type { Inheritance } from '../dynamic/spawn-order.ts';
import type { Surroundings } from '../dynamic/surroundings.ts';
import { Engine } from '../engine/engine.ts';
import { NO_PROCESSOR, type Processor } from '../engine/processor-offers.ts';
import { waitingPolicy } from '../engine/waiting-policy.ts';
import { ErrorCodes } from '../errors/error-codes.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { ANY_SOURCE, PROC_NULL, TAG_MAX } from '../model/constants.ts';
import { ContextIds, SELF, WORLD } from '../model/context-id.ts';
import { jobOf, type ProcessId, processId } from '../model/process-id.ts';
import { readParentRecord } from '../pmi/parent-file.ts';
import { runningNode } from '../pmi/node-runtime.ts';
import { slotCount } from '../pmi/slot-count.ts';
import { decodeJobEnvironment, type JobEnvironment, JOB_VARIABLE } from '../pmi/job-environment.ts';
import { widenInlining } from '../system/compiler-budget.ts';
import { systemClock } from '../system/clock.ts';
import { type Libc, loadLibc } from '../system/libc.ts';
import { randomName, randomWord } from '../system/random-words.ts';
import { SelfTransport } from '../transport/self/self-transport.ts';
import { type JobSegment, openJobSegment } from '../transport/shared-memory/job-segment.ts';
import type { JobMet } from '../transport/shared-memory/known-jobs.ts';
import { copiesOnce } from '../transport/shared-memory/ring-loans.ts';
import { SharedMemoryTransport } from '../transport/shared-memory/shared-memory-transport.ts';
import { tellWatchers } from '../transport/shared-memory/watchers.ts';
import type { Transport } from '../transport/transport.ts';
import { ValueCodec } from '../wire/value-codec.ts';
import {
  APPNUM,
  Attributes,
  HOST,
  IO,
  type Keyval,
  LASTUSEDCODE,
  type PredefinedValues,
  TAG_UB,
  UNIVERSE_SIZE,
  WTIME_IS_GLOBAL,
} from './attributes.ts';
import { checksCollectives } from './collective-checks.ts';
import {
  ERRORS_ABORT,
  ERRORS_ARE_FATAL,
  ERRORS_RETURN,
  type PredefinedErrorHandler,
} from './error-handling/error-handler.ts';
import { HostMembership } from './host-membership.ts';
import { Intercommunicator, Intracommunicator } from './intracommunicator.ts';
import type { ProcessContext } from './process-context.ts';
import { SharedMemories } from './shared-memory.ts';

const SIGKILL = 9;

/** The error handlers that `mpi_initial_errhandler` names (MPI-4.1 §11.8.4). */
const INITIAL_ERRHANDLERS: Readonly<Record<string, PredefinedErrorHandler>> = {
  mpi_errors_return: ERRORS_RETURN,
  mpi_errors_are_fatal: ERRORS_ARE_FATAL,
  mpi_errors_abort: ERRORS_ABORT,
};

export class MpiProcess implements ProcessContext {
  readonly engine: Engine;
  readonly maker: CommunicatorMaker;
  readonly world: Intracommunicator;
  readonly self: Intracommunicator;
  readonly #environment: JobEnvironment | null;
  readonly #host: HostMembership;
  readonly #parentCore: CommunicatorCore | null;
  #parent: Intercommunicator | null = null;
  readonly #selfAttributes: Attributes;
  readonly #predefined: PredefinedValues;
  readonly initialErrhandler: PredefinedErrorHandler;
  readonly errorCodes: ErrorCodes = new ErrorCodes();
  readonly sharedMemories: SharedMemories;
  readonly checksCollectives: boolean;
  #finalizing: Promise<void> | null = null;
  finalized: boolean = false;

  constructor(variables: NodeJS.ProcessEnv) {
    if (!isMainThread) {
      throw new MPIError(
        'MPI_ERR_UNSUPPORTED_OPERATION',
        'Cannot start MPI in a worker thread: one thread of a process is its rank, the main one; import parley there and pass data to the worker',
      );
    }
    this.checksCollectives = checksCollectives(variables);
    const environment = decodeJobEnvironment(variables);
    this.#environment = environment;
    this.initialErrhandler = INITIAL_ERRHANDLERS[environment?.errorHandler ?? ''] ?? ERRORS_RETURN;
    const job = environment?.job ?? randomName(4);
    const { rank, size } = environment ?? { rank: 0, size: 1 };
    const self = processId(job, rank);
    const transports: Transport[] = [new SelfTransport(self)];
    let processor: Processor = NO_PROCESSOR;
    let segment: JobSegment | null = null;
    let libc: Libc | null = null;
    const met: JobMet = (job, agent) => {
      this.#host.met(job, agent);
    };
    if (environment !== null) {
      widenInlining(variables);
      const own = loadLibc();
      libc = own;
      // A process started by another one than the agent (a shell script, say) ends with that one instead.
      own.dieWithParent(SIGKILL);
      processor = own;
      segment = openJobSegment(own, environment.directory);
      const listeners = { onJobMet: met };
      transports.unshift(
        new SharedMemoryTransport(own, segment, job, rank, listeners, copiesOnce(variables)),
      );
    }
    this.engine = new Engine({
      self,
      transports,
      policy: waitingPolicy(size, availableParallelism(), variables, process.pid),
      clock: systemClock,
      codec: new ValueCodec(),
      processor,
    });
    if (segment !== null) this.engine.tellWaits(segment.waitPage(rank));
    this.#host = new HostMembership(this.engine, variables, environment, segment);
    this.sharedMemories = new SharedMemories(() => this.#host.segment?.directory ?? null);
    const fixed = new Map<Keyval<unknown>, unknown>([
      [TAG_UB, TAG_MAX],
      [HOST, PROC_NULL],
      [IO, ANY_SOURCE],
      [WTIME_IS_GLOBAL, false],
      [UNIVERSE_SIZE, environment?.universeSize ?? slotCount(variables, availableParallelism())],
      [APPNUM, environment?.appNumber],
    ]);
    this.#predefined = {
      get: (key) => (key === LASTUSEDCODE ? this.errorCodes.lastUsed : fixed.get(key)),
    };
    const maker: CommunicatorMaker = {
      engine: this.engine,
      contextIds: new ContextIds(randomWord),
      algorithms: withForcedAlgorithms(ALGORITHM_TABLE, variables),
      scratch: new ScratchMemory(),
      commonBudget: new CommonBudget(),
    };
    this.maker = maker;
    const everybody = Array.from({ length: size }, (_, member) => processId(job, member));
    const worldCore = new CommunicatorCore(
      maker,
      ContextIds.ofJob(job, WORLD),
      everybody,
      null,
      'MPI_COMM_WORLD',
    );
    const selfCore = new CommunicatorCore(maker, ContextIds.ofJob(job, SELF), [self], null, 'MPI_COMM_SELF');
    this.#selfAttributes = this.newAttributes();
    this.world = new Intracommunicator(this, worldCore, this.newAttributes());
    this.self = new Intracommunicator(this, selfCore, this.#selfAttributes);
    if (segment !== null && libc !== null && segment.board.markRunning(rank, process.pid))
      tellWatchers(libc, segment.directory);
    // The parents go on meanwhile.
    this.#parentCore = environment?.spawned === true ? parentCore(maker, environment, everybody) : null;
    // A child of this process is no rank of the job, whatever it inherits.
    Reflect.deleteProperty(variables, JOB_VARIABLE);
    process.on('beforeExit', this.#onBeforeExit);
    process.on('exit', this.#onExit);
  }

  /** The intercommunicator to the processes that spawned this one, as long as it is not given up. */
  get parent(): Intercommunicator | null {
    const core = this.#parentCore;
    if (core?.over !== null) return null;
    this.#parent ??= new Intercommunicator(this, core, this.newAttributes());
    return this.#parent;
  }

  get leaving(): boolean {
    return this.finalized || this.#finalizing !== null;
  }

  surroundings = (): Surroundings => {
    if (this.finalized) throw this.#left();
    return this.#host.surroundings();
  };

  inheritance(): Inheritance {
    return { variables: process.env, directory: process.cwd(), node: runningNode() };
  }

  get names(): Names {
    if (this.finalized) throw this.#left();
    return this.#host.names;
  }

  newAttributes(): Attributes {
    return new Attributes(this.#predefined);
  }

  abort(code: number, processes: readonly ProcessId[]): never {
    const exitCode = (code & 0xff) === 0 ? 1 : code & 0xff;
    const others = processes.filter((id) => id !== this.engine.self);
    const job = jobOf(this.engine.self);
    if (this.#environment !== null && others.some((id) => jobOf(id) === job))
      this.#host.segment?.board.requestAbort(this.#environment.rank, exitCode);
    // What the program has sent is not waited for: nobody may ever receive it.
    this.#host.abortJobs(new Set(others.map(jobOf)), exitCode);
    this.finalized = true;
    process.exit(exitCode);
  }

  abortConnected(code: number): never {
    this.abort(code, [...this.engine.contexts.connected()]);
  }

  report(text: string): void {
    process.stderr.write(`${text}\n`);
  }

  /**
   * Waits until everything that this process has sent is on its way, then leaves MPI. First of all the attributes of
   * COMM_SELF go (MPI-4.1 §11.2.4); where one of their callbacks throws MPI is left all the same, and then the promise
   * rejects.
   */
  finalize(): Promise<void> {
    this.#finalizing ??= this.#finalize();
    return this.#finalizing;
  }

  async #finalize(): Promise<void> {
    const failure = this.#deleteSelfAttributes();
    this.#host.leave();
    await this.engine.flush();
    this.#leave();
    if (failure !== null) throw failure;
  }

  /** Why that went wrong, or null. */
  #deleteSelfAttributes(): MPIError | null {
    try {
      this.#selfAttributes.deleteAll();
      return null;
    } catch (error) {
      return error as MPIError;
    }
  }

  readonly #onBeforeExit = (): void => void this.finalize();

  readonly #onExit = (code: number): void => {
    this.#exit(code);
  };

  #leave(): void {
    if (this.finalized) return;
    this.finalized = true;
    process.off('beforeExit', this.#onBeforeExit);
    process.off('exit', this.#onExit);
    this.#host.segment?.board.markFinalized(this.#environment?.rank ?? 0);
    this.engine.close(this.#left());
    this.#host.end();
  }

  #left(): MPIError {
    return new MPIError(
      'MPI_ERR_OTHER',
      'Cannot communicate any more: this process has left MPI (finalize was called, or it ends)',
    );
  }

  #exit(code: number): void {
    if (this.finalized || code !== 0) return;
    const failure = this.#deleteSelfAttributes();
    this.#host.leave();
    this.engine.flushSync();
    this.#leave();
    if (failure === null) return;
    this.report(failure.stack ?? failure.message);
    process.exitCode = 1;
  }
}

/** The parents' side is as old as this process' job: nothing has to be asked for. */
function parentCore(
  maker: CommunicatorMaker,
  { directory }: JobEnvironment,
  world: readonly ProcessId[],
): CommunicatorCore {
  const { parents, contextId } = readParentRecord(directory);
  return new CommunicatorCore(maker, contextId, world, parents, 'MPI_COMM_PARENT');
}
