/**
 * The dynamic process model (MPI-4.1 §11): starting processes, and meeting those that were started by somebody else. All are
 * collective over the communicator; what is said of the other side counts at the root alone.
 */
import { accept } from '../dynamic/accept.ts';
import { connect } from '../dynamic/connect.ts';
import { PortClosedError } from '../dynamic/port-closed-error.ts';
import { spawn } from '../dynamic/spawn.ts';
import { orderOne, orderSeveral } from '../dynamic/spawn-order.ts';
import {
  checkCommonOptions,
  type SpawnCommand,
  type SpawnCommonOptions,
  type SpawnOptions,
} from '../dynamic/spawn-options.ts';
import type { CommunicatorCore } from '../communicators/communicator-core.ts';
import type { Request, WaitOptions } from '../engine/request.ts';
import type { Steps } from '../engine/task.ts';
import type { ErrorHandler } from './communicator.ts';
import { PrefixReductions } from './prefix-reductions.ts';

/** Options of accept and connect. */
export interface ConnectOptions extends WaitOptions {
  /** Rank of the process whose port and options count; 0 by default. */
  root?: number;
}

/** A port, as far as accept and connect have to know it. */
interface NamedPort {
  readonly name: string;
}

/** `Inter` is the class of the intercommunicators that come of it. */
export abstract class DynamicProcesses<Inter> extends PrefixReductions {
  /** The public face of an intercommunicator with others. */
  protected abstract intercommunicatorOf(
    core: CommunicatorCore,
    errhandler: ErrorHandler,
    errcodes: readonly number[],
  ): Inter;

  /**
   * Starts processes of one program, and returns the intercommunicator to them when all have started MPI
   * (MPI_Comm_spawn, MPI-4.1 §11.8.2). Theirs is `getParent()`. A command that ends in .ts, .mts, .js or .mjs runs under
   * this process' Node; anything else is looked up on `path`, then PATH. By default one process is started, which inherits
   * the root's environment, directory and Node options, and outlives its parents. A program that ends without having
   * started MPI fails the spawn; one that neither starts it nor ends is waited for as long as `timeout` and `signal` say, and is
   * ended then.
   *
   * ```ts
   * const workers = await MPI.COMM_WORLD.spawn('worker.ts', { args: ['--fast'], maxprocs: 4 });
   * await workers.send('begin', 0);
   * ```
   *
   * @throws {SpawnError} MPI_ERR_SPAWN at every process where not all could be started: `errcodes` says why for each, and
   * nothing is left running. MPI_ERR_INFO_KEY, MPI_ERR_INFO_VALUE, MPI_ERR_ARG for wrong options.
   */
  spawn(command: string, options: SpawnOptions = {}): Request<Inter> {
    return this.start('spawn', this.#spawn(command, options));
  }

  /** The same, blocking. */
  spawnSync(command: string, options: SpawnOptions = {}): Inter {
    return this.run('spawn', this.#spawn(command, options));
  }

  /**
   * Starts processes of several programs in one world, in the order of the commands; `APPNUM` tells them which they are of
   * (MPI_Comm_spawn_multiple, MPI-4.1 §11.8.3).
   *
   * ```ts
   * const team = await MPI.COMM_WORLD.spawnMultiple([{ command: 'master.ts' }, { command: 'slave.ts', maxprocs: 3 }]);
   * ```
   *
   * @throws {SpawnError} as {@link spawn}.
   */
  spawnMultiple(commands: readonly SpawnCommand[], options: SpawnCommonOptions = {}): Request<Inter> {
    return this.start('spawnMultiple', this.#spawnMultiple(commands, options));
  }

  /** The same, blocking. */
  spawnMultipleSync(commands: readonly SpawnCommand[], options: SpawnCommonOptions = {}): Inter {
    return this.run('spawnMultiple', this.#spawnMultiple(commands, options));
  }

  /**
   * Waits for a client at a port that the root has opened (MPI_Comm_accept, MPI-4.1 §11.9.2). Clients that came earlier are
   * served first, in the order in which they came.
   *
   * @throws {MPIError} MPI_ERR_PORT where the root has no such port open; MPI_ERR_TIMEOUT.
   */
  accept(port: NamedPort | string, options: ConnectOptions = {}): Request<Inter> {
    return this.start('accept', this.#accept(port, options));
  }

  /** The same, blocking. */
  acceptSync(port: NamedPort | string, options: ConnectOptions = {}): Inter {
    return this.run('accept', this.#accept(port, options));
  }

  /**
   * Connects to whoever accepts at a port, of which the root knows the name (MPI_Comm_connect, MPI-4.1 §11.9.3).
   *
   * ```ts
   * const server = await MPI.COMM_WORLD.connect(await MPI.lookupName('ocean'), { timeout: 5000 });
   * ```
   *
   * @throws {MPIError} MPI_ERR_PORT at every process where nobody has that port open, with the reason; also (`code`
   * MPI_ERR_TIMEOUT) where nobody accepts within `timeout` ms.
   */
  connect(port: NamedPort | string, options: ConnectOptions = {}): Request<Inter> {
    return this.start('connect', this.#connect(port, options));
  }

  /** The same, blocking. */
  connectSync(port: NamedPort | string, options: ConnectOptions = {}): Inter {
    return this.run('connect', this.#connect(port, options));
  }

  /**
   * One intercommunicator for each client that connects, until the port is closed (which ends the loop) or `signal` fires
   * (which throws its reason).
   *
   * ```ts
   * for await (const client of comm.accepting(port)) void serve(client);
   * ```
   */
  async *accepting(port: NamedPort | string, options: ConnectOptions = {}): AsyncIterableIterator<Inter> {
    for (;;) {
      let client: Inter;
      try {
        // What is an error here this iterator's own step is rejected with.
        client = await this.unheard(() => this.accept(port, options));
      } catch (error) {
        if (error instanceof PortClosedError) return;
        throw error;
      }
      yield client;
    }
  }

  *#spawn(command: string, options: SpawnOptions): Steps<Inter> {
    const { root = 0 } = options;
    const errhandler = this.inheritedErrhandler;
    const order = (): ReturnType<typeof orderOne> => orderOne(command, options, this.process.inheritance());
    const { core, codes } = yield* spawn(this.core, this.process.surroundings, root, order, options);
    return this.intercommunicatorOf(core, errhandler, codes);
  }

  *#spawnMultiple(commands: readonly SpawnCommand[], options: SpawnCommonOptions): Steps<Inter> {
    const { root = 0 } = options;
    const errhandler = this.inheritedErrhandler;
    const order = (): ReturnType<typeof orderSeveral> => {
      checkCommonOptions(options);
      return orderSeveral(commands, this.process.inheritance());
    };
    const { core, codes } = yield* spawn(this.core, this.process.surroundings, root, order, options);
    return this.intercommunicatorOf(core, errhandler, codes);
  }

  *#accept(port: NamedPort | string, options: ConnectOptions): Steps<Inter> {
    const { root = 0 } = options;
    const errhandler = this.inheritedErrhandler;
    const core = yield* accept(this.core, this.process.surroundings, nameOf(port), root, options);
    return this.intercommunicatorOf(core, errhandler, []);
  }

  *#connect(port: NamedPort | string, options: ConnectOptions): Steps<Inter> {
    const { root = 0 } = options;
    const errhandler = this.inheritedErrhandler;
    const core = yield* connect(this.core, this.process.surroundings, nameOf(port), root, options);
    return this.intercommunicatorOf(core, errhandler, []);
  }
}

/** Elsewhere than at the root anything may stand in its place. */
function nameOf(port: unknown): string {
  return typeof port === 'object' && port !== null && 'name' in port ? String(port.name) : (port as string);
}
