/**
 * The agent of a universe on this host: it owns the jobs, starts more of them when processes ask for that at its door, and
 * ends when the last job is over. To the processes it is one more process: it has a directory with a mailbox of its own beside
 * theirs, and talks through the same rings.
 *
 *     /dev/shm/parley-1000/
 *        3f0c…9a/     the agent: a world of one
 *        77b1…02/     its first job
 *        e04d…51/     a job that this one has spawned
 */
import { randomBytes } from 'node:crypto';
import { Engine } from '../engine/engine.ts';
import { NO_PROCESSOR } from '../engine/processor-offers.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { openDoor } from '../p2p/door.ts';
import { processId } from '../model/process-id.ts';
import {
  createJobDirectory,
  type JobDirectory,
  jobDirectoryBase,
  removeJobDirectory,
  sweepDeadJobs,
  takeOverJobDirectory,
  type SweptJob,
} from '../pmi/job-directory.ts';
import { isRecord } from '../pmi/agent-messages.ts';
import { describeProgram, writeJobDescription } from '../pmi/job-description.ts';
import { holdAlivePipe } from '../pmi/alive-pipe.ts';
import { writeAgentOfJob } from '../pmi/job-record.ts';
import { sweepNames, unpublishJob } from '../pmi/name-directory.ts';
import { writeParentRecord } from '../pmi/parent-file.ts';
import { systemClock } from '../system/clock.ts';
import { type Libc, loadLibc } from '../system/libc.ts';
import { createJobSegment, type JobSegment, openJobSegment } from '../transport/shared-memory/job-segment.ts';
import { SharedMemoryTransport } from '../transport/shared-memory/shared-memory-transport.ts';
import { watchJob } from '../transport/shared-memory/watchers.ts';
import { ValueCodec } from '../wire/value-codec.ts';
import { ForeignJobs } from './foreign-jobs.ts';
import { startGuard, type Guard } from './guard.ts';
import { JobAgent } from './job-agent.ts';
import type { JobStatus } from './job-report.ts';
import { jobSize, type JobSpec } from './job-spec.ts';
import { agentMark, makeOutputDirectory, planRanks, resolveGroups } from './rank-plans.ts';
import type { JobPorts } from './running-job.ts';
import { WarmPool } from './warm-pool.ts';

/** It answers when it is woken: it has nothing to poll for. */
const PATIENT = { spins: 0, yields: 0, patience: Infinity, awaitSpins: 0, awaitYields: 0, awaitTurns: 1 };

export interface AgentOptions {
  /** Says where the universe's directories are (PARLEY_SHM_DIR). */
  readonly variables: NodeJS.ProcessEnv;
  /** If this agent is killed from now on, its processes may survive it. */
  readonly onGuardLost: (reason: string) => void;
  /** A connected process has called abort for a job, which may be one that this agent serves and has not started. */
  readonly onAbort?: (job: unknown) => void;
  /** A job that processes of this agent are connected to has died with its own agent: its board says so by now, or it has been removed. */
  readonly onForeignLost?: () => void;
  /** Node processes that wait ready for spawns. */
  readonly warm: number;
  /** Its identity, where somebody has made its directory already. */
  readonly adopted?: string;
}

/** What comes to an agent's door. It must not throw. */
export type DoorKeeper = (from: string, message: unknown) => void;

export class Agent {
  readonly libc: Libc;
  /** Its identity, like a job's. */
  readonly id: string;
  /** What killed agents had left and this one has removed. */
  readonly swept: readonly SweptJob[];
  readonly base: string;
  readonly engine: Engine;
  readonly #directory: JobDirectory;
  readonly #segment: JobSegment;
  readonly #guard: Guard;
  readonly #letGo: () => void;
  readonly #foreign: ForeignJobs;
  readonly #onAbort: (job: unknown) => void;
  readonly #jobs = new Set<JobAgent>();
  /** Processes in the universe's slots that it has not started itself: the one that has started it, if that is no person. */
  served: number;
  readonly #warm: WarmPool;
  #whenIdle: (() => void)[] = [];

  /** Makes the ground that its jobs stand on. Throws LaunchError or MPIError. */
  constructor(options: AgentOptions) {
    this.libc = loadLibc();
    this.#onAbort = options.onAbort ?? ((): void => undefined);
    this.id = options.adopted ?? randomBytes(16).toString('hex');
    this.base = jobDirectoryBase(options.variables, process.getuid?.() ?? 0);
    this.served = options.adopted === undefined ? 0 : 1;
    // Before there is anything to guard, so that nothing is ever unguarded.
    const place = { base: this.base, job: this.id };
    this.#guard = startGuard(place, agentMark(this.id), options.onGuardLost);
    let directory: JobDirectory | null = null;
    try {
      if (options.adopted === undefined) {
        directory = createJobDirectory(this.base, this.id);
        writeJobDescription(directory.path, 'agent', []);
        this.swept = sweepDeadJobs(this.base);
        sweepNames(this.base);
        this.#segment = createJobSegment(this.libc, { directory: directory.path, size: 1 });
        this.#letGo = holdAlivePipe(this.libc, directory.path);
      } else {
        directory = takeOverJobDirectory(this.base, this.id);
        this.swept = [];
        this.#segment = openJobSegment(this.libc, directory.path);
        // Whoever made it has handed its pipe over, which this process holds as long as it lives.
        this.#letGo = () => undefined;
      }
    } catch (error) {
      if (directory !== null) removeJobDirectory(directory);
      void this.#guard.dismiss();
      throw error;
    }
    this.#directory = directory;
    this.#warm = new WarmPool({
      libc: this.libc,
      directory: directory.path,
      agent: this.id,
      size: options.warm,
      guard: this.#guard,
      mayStart: () => this.#isCalm(),
    });
    this.#foreign = new ForeignJobs(this.libc, this.base, this.id, () => {
      for (const job of this.#jobs) job.tellOfLostJobs();
      options.onForeignLost?.();
    });
    const transport = new SharedMemoryTransport(this.libc, this.#segment, this.id, 0, {
      onBoardNews: () => {
        for (const job of this.#jobs) job.lookAtBoard();
      },
    });
    this.engine = new Engine({
      self: processId(this.id, 0),
      transports: [transport],
      policy: PATIENT,
      clock: systemClock,
      codec: new ValueCodec(),
      processor: NO_PROCESSOR,
    });
    this.#segment.board.markRunning(0, process.pid);
  }

  /** Lets processes ask for things from now on. */
  openDoor(keeper: DoorKeeper): void {
    openDoor(this.engine, (from, message) => {
      const kind = isRecord(message) ? message['kind'] : undefined;
      if (isRecord(message) && kind === 'watch') this.#foreign.watch(message['job']);
      else if (isRecord(message) && kind === 'abort') this.#abort(message['job'], message['code']);
      else keeper(from, message);
    });
  }

  /** A process of another job has called abort for a communicator with processes of this one. */
  #abort(id: unknown, code: unknown): void {
    if (typeof code !== 'number') return;
    for (const job of this.#jobs) if (job.id === id) job.abort(code);
    this.#onAbort(id);
  }

  /** Starts a job. Throws LaunchError or MPIError where nothing could be started. */
  launch(spec: JobSpec, ports: JobPorts): JobAgent {
    const groups = resolveGroups(spec, spec.node);
    makeOutputDirectory(spec);
    this.#guard.addDirectory(spec.job);
    let directory: JobDirectory | null = null;
    try {
      directory = createJobDirectory(this.base, spec.job);
      const segment = createJobSegment(this.libc, { directory: directory.path, size: jobSize(spec) });
      writeAgentOfJob(directory.path, this.id);
      const programs = spec.groups.map(({ program, args, count }) => describeProgram(program, args, count));
      const { origin } = spec;
      writeJobDescription(directory.path, origin === null ? 'launched' : 'spawned', programs, origin?.number);
      watchJob(directory.path, processId(this.id, 0));
      if (spec.origin !== null) writeParentRecord(directory.path, spec.origin.record);
      const place = { agent: this.id, directory, ringBytes: segment.ringBytes, agentPid: process.pid };
      const plans = planRanks(spec, groups, place);
      const ground = {
        libc: this.libc,
        directory,
        segment,
        guard: this.#guard,
        warm: this.#warm,
        plans,
        everybody: this.status,
      };
      const job = new JobAgent(spec, ports, ground);
      this.#jobs.add(job);
      void job.result.then(() => {
        this.#ended(job);
      });
      job.start();
      void job.up.then(() => {
        this.#warm.rest();
      });
      return job;
    } catch (error) {
      if (directory !== null) removeJobDirectory(directory);
      this.#guard.removeDirectory(spec.job);
      throw error;
    }
  }

  /** The jobs that are not over. */
  get jobs(): readonly JobAgent[] {
    return [...this.#jobs];
  }

  /** How far the ranks of all of them are. */
  readonly status = (): JobStatus[] => this.jobs.map((job) => job.ownStatus());

  /** Resolves when no job is left. */
  async allOver(): Promise<void> {
    while (this.#jobs.size > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** Leaves nothing behind. Only after all jobs are over. */
  async close(): Promise<void> {
    const cold = this.#warm.close();
    this.#foreign.close();
    this.#letGo();
    this.engine.close(new MPIError('MPI_ERR_OTHER', 'Cannot go on: the agent ends'));
    this.#segment.close();
    removeJobDirectory(this.#directory);
    await cold;
    await this.#guard.dismiss();
  }

  /** The process that has started this agent is gone. */
  ownerEnded(job: string): void {
    this.served = 0;
    this.#jobEnded(job);
  }

  /** A job is over: its names go, and others may have to end with it. */
  #jobEnded(id: string): void {
    unpublishJob(this.base, id);
    for (const other of this.#jobs) other.parentsEnded(id);
  }

  /** Whether no job is starting, and not all of them are ending. */
  #isCalm(): boolean {
    const jobs = [...this.#jobs];
    return (
      jobs.every((job) => job.isUp || !job.goesOn) && (jobs.length === 0 || jobs.some((job) => job.goesOn))
    );
  }

  #ended(job: JobAgent): void {
    this.#jobs.delete(job);
    this.#jobEnded(job.id);
    if (this.#jobs.size > 0) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }
}
