/**
 * A world of several ranks in this process, over the simulated network, for programs of the public API:
 *
 *     const world = new SimulatedWorld({ size: 4, seed: 7 });
 *     const sums = await world.run(async (comm) => comm.allreduce(comm.rank));
 *
 * Every error names the seed, which plays the same world again. A world in which nobody can go on any more does not
 * hang the test: the network notices, and the run fails with the ranks that wait.
 */
import assert from 'node:assert/strict';
import { Attributes } from '#api/attributes.js';
import { Communicator } from '#api/communicator.js';
import { ERRORS_RETURN } from '#api/error-handling/error-handler.js';
import { Intracommunicator } from '#api/intracommunicator.js';
import type { ProcessContext } from '#api/process-context.js';
import type { CollectiveEndpoint } from '#collectives/collective.js';
import type { AlgorithmTable } from '#collectives/tuning/algorithms.js';
import { CommunicatorCore } from '#communicators/communicator-core.js';
import { Engine } from '#engine/engine.js';
import type { EngineLimits } from '#engine/limits.js';
import type { MatchContext } from '#engine/match-context.js';
import { ErrorCodes } from '#errors/error-codes.js';
import { MPIError } from '#errors/mpi-error.js';
import { ContextIds } from '#model/context-id.js';
import { processId, type ProcessId } from '#model/process-id.js';
import { SelfTransport } from '#transport/self/self-transport.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { SimulatedNetwork, type SimulatedNetworkOptions } from '#transport/simulated/simulated-network.js';
import { ValueCodec } from '#wire/value-codec.js';

abstract class Inside extends Communicator {
  static contextOf(comm: Communicator): MatchContext {
    return Communicator.coreOf(comm).messages.context;
  }

  static collectiveEndsOf(comm: Communicator): CollectiveEndpoint[] {
    const { local, remote } = Communicator.coreOf(comm).ends;
    return remote === null ? [local] : [local, remote];
  }
}

/** The matching context of a communicator's messages. */
export const contextOf = (comm: Communicator): MatchContext => Inside.contextOf(comm);

/** What its collectives go through. */
export const collectiveEndsOf = (comm: Communicator): CollectiveEndpoint[] => Inside.collectiveEndsOf(comm);

export interface SimulatedWorldOptions extends SimulatedNetworkOptions {
  readonly size: number;
  readonly limits?: Partial<EngineLimits>;
  /** As PARLEY_CHECK=collective has it. */
  readonly checksCollectives?: boolean;
  /** What collectives choose their algorithms by, where it is not the library's own table. */
  readonly algorithms?: AlgorithmTable;
}

/** How a rank's program ended: with a value, with an error, or never, since its process was lost. */
export type Ending<T> =
  | { readonly rank: number; readonly value: T }
  | { readonly rank: number; readonly error: unknown }
  | { readonly rank: number; readonly lost: true };

/** Small limits, so that short messages already take every path. */
export const NARROW_LIMITS: EngineLimits = {
  eagerBytesMax: 2000,
  lentBytesMin: 2000,
  readBytesMin: 200,
  eagerBudget: 6000,
  requestsMax: 3,
  bufferedBytesMax: 2 ** 24,
};

const processContext: ProcessContext = {
  initialErrhandler: ERRORS_RETURN,
  errorCodes: new ErrorCodes(),
  checksCollectives: false,
  leaving: false,
  surroundings: () => assert.fail('there is no host'),
  inheritance: () => assert.fail('nothing is spawned here'),
  newAttributes: () => new Attributes(new Map()),
  abort(code) {
    throw new Error(`abort(${code}) in a simulated world`);
  },
  abortConnected(code) {
    throw new Error(`abort(${code}) of all in a simulated world`);
  },
  report(text) {
    throw new Error(`a report in a simulated world: ${text}`);
  },
};

export class SimulatedWorld {
  readonly seed: number;
  readonly size: number;
  readonly network: SimulatedNetwork;
  readonly engines: readonly Engine[];
  readonly comms: readonly Intracommunicator[];
  readonly #ids: readonly ProcessId[];
  #firstFailure: Error | null = null;
  readonly #lost = new Map<number, () => void>();

  constructor(options: SimulatedWorldOptions) {
    const { seed, size, limits = NARROW_LIMITS, checksCollectives = false, algorithms } = options;
    const context = { ...processContext, checksCollectives };
    this.seed = seed;
    this.size = size;
    this.network = new SimulatedNetwork(options);
    const random = new SeededRandom(seed).fork();
    const job = Array.from({ length: 4 }, () => random.bits().toString(16).padStart(8, '0')).join('');
    this.#ids = Array.from({ length: size }, (_, rank) => processId(job, rank));
    // All exist before the first looks for another.
    const transports = this.#ids.map((id) => this.network.transportFor(id));
    this.engines = this.#ids.map((self, rank) => {
      const own = random.chance(0.5) ? [new SelfTransport(self)] : [];
      return new Engine({
        self,
        transports: [...own, transports[rank]!],
        policy: {
          spins: 0,
          yields: 1,
          awaitSpins: random.below(4),
          awaitYields: 0,
          patience: Infinity,
          awaitTurns: random.below(4),
        },
        clock: this.network.clock,
        codec: new ValueCodec(),
        processor: {
          yieldProcessor: () => this.network.yieldProcessor(),
          leaveProcessor: () => undefined,
          callSystem: () => undefined,
        },
        limits,
      });
    });
    this.comms = this.engines.map((engine) => {
      const contextIds = new ContextIds(() => random.bits());
      const chosen = algorithms === undefined ? {} : { algorithms };
      const maker = { engine, contextIds, commonFromTag: seed % 4, ...chosen };
      const core = new CommunicatorCore(maker, ContextIds.ofJob(job, 0), this.#ids, null, 'world');
      return new Intracommunicator(context, core, context.newAttributes());
    });
  }

  /** Runs the program at every rank; their values. The first error is the run's. */
  async run<T>(program: (comm: Intracommunicator) => Promise<T>): Promise<T[]> {
    const endings = await this.runToEnd(async (comm) => {
      try {
        return await program(comm);
      } catch (error) {
        // What the others say afterwards only follows from it.
        this.#firstFailure ??= this.failure(`rank ${comm.rank}`, error);
        throw error;
      }
    });
    if (this.#firstFailure !== null) throw this.#firstFailure;
    return endings.map((ending) => ('value' in ending ? ending.value : assert.fail('nobody is lost')));
  }

  /**
   * Runs the program at every rank until it has ended at each that is not lost. A rank whose program has ended leaves
   * in good order: at once, or together with the others where `leaveTogether` says so.
   */
  async runToEnd<T>(
    program: (comm: Intracommunicator) => Promise<T>,
    leaveTogether: boolean = false,
  ): Promise<Ending<T>[]> {
    const waiting = new Set(this.comms.keys());
    const hang = new Promise<never>((_, reject) => {
      this.network.whenQuiet(() => {
        const states = [...waiting].map((rank) => `rank ${rank} (${this.#stateOf(rank)})`);
        const error = new Error(`nobody can go on any more; still waiting: ${states.join(', ')}`);
        reject(this.#firstFailure ?? this.failure('all', error));
      });
    });
    const runOne = async (comm: Intracommunicator, rank: number): Promise<Ending<T>> => {
      const lost = new Promise<Ending<T>>((resolve) => {
        this.#lost.set(rank, () => resolve({ rank, lost: true }));
      });
      const ended = program(comm).then(
        (value) => ({ rank, value }),
        (error: unknown) => ({ rank, error }),
      );
      const ending = await Promise.race([ended, lost]);
      if (!leaveTogether && !('lost' in ending)) await Promise.race([this.leave(rank), lost]);
      waiting.delete(rank);
      return ending;
    };
    try {
      return await Promise.race([Promise.all(this.comms.map(runOne)), hang]);
    } finally {
      this.network.close();
    }
  }

  #stateOf(rank: number): string {
    const { posted, probes, unexpected } = contextOf(this.comms[rank]!);
    const { busy } = this.engines[rank]!;
    return `${posted.size} receives, ${probes.length} probes, ${unexpected.size} messages unexpected, ${busy ? '' : 'not '}busy`;
  }

  /** The rank's process is lost now. */
  kill(rank: number, description: string = 'was ended by signal 9'): void {
    this.network.kill(this.#ids[rank]!, description);
    this.#lost.get(rank)?.();
  }

  /** The rank delivers what it has sent, and leaves. */
  async leave(rank: number): Promise<void> {
    const engine = this.engines[rank]!;
    await engine.flush();
    engine.close(new MPIError('MPI_ERR_OTHER', 'Cannot communicate any more: this process has left'));
    this.network.leave(this.#ids[rank]!);
  }

  /** An error with everything that it takes to see it again. */
  failure(where: string, cause: unknown): Error {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new Error(`in the world of ${this.size} ranks with seed ${this.seed} (${where}): ${why}`, {
      cause,
    });
  }
}
