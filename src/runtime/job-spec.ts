/** What the agent is asked to start: plain values, made by the command line or by a program. */
import type { ParentRecord } from '../pmi/agent-messages.ts';
import type { NodeRuntime } from '../pmi/node-runtime.ts';

/** A job: one or more programs that share a world. */
export interface JobSpec {
  /** 128 random bits in hexadecimal. */
  readonly job: string;
  /** In the order of ranks: the first group's processes are ranks 0 and up. */
  readonly groups: readonly ProgramGroup[];
  /** Processes that the universe has room for (MPI_UNIVERSE_SIZE is the larger of this and the world's size). */
  readonly slots: number;
  /** Whether spawned processes may be more than the slots. */
  readonly oversubscribe: boolean;
  /** Node processes that wait ready for spawns. */
  readonly warm: number;
  /** The Node that runs Node programs. */
  readonly node: NodeRuntime;
  /** Whether a rank's failure leaves the others running. */
  readonly keepGoing: boolean;
  /** After this the job is ended; null for never. */
  readonly timeLimitMs: number | null;
  /** How long a process that was asked to end may take before it is killed. */
  readonly graceMs: number;
  /** Who reads the input. */
  readonly stdin: number | 'all' | 'none';
  /** A directory for `rank.N.out` and `rank.N.err`; null where the output is merged into the agent's streams. */
  readonly outputDirectory: string | null;
  /** The environment that every process inherits. */
  readonly variables: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  /** Who has spawned the job; null where a person has started it. */
  readonly origin: JobOrigin | null;
}

/** The parents of a spawned job. */
export interface JobOrigin {
  readonly record: ParentRecord;
  /** Which of its agent's spawns it is, from 1 on. */
  readonly number: number;
  /** Processes that the universe has room for. */
  readonly universeSize: number;
  /** The job of the process that has asked for it. */
  readonly spawner: string;
  /** The job with which this one ends; null for none. */
  readonly endsWith: string | null;
  /** Name of the error handler that the world starts with; '' for the default. */
  readonly errorHandler: string;
}

/** Processes that run the same program (one part of an MPMD start; its index is MPI_APPNUM). */
export interface ProgramGroup {
  /** A file (`.ts`, `.js`, …, or with a slash in its name), or a name to find on PATH. */
  readonly program: string;
  readonly args: readonly string[];
  /** Number of processes. */
  readonly count: number;
  /** Variables to add to the environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** Working directory of its processes; null for the job's. */
  readonly workingDirectory: string | null;
  /** Directories to look the program up in before anywhere else, colon-separated; '' for none. */
  readonly path: string;
}

/** The grace that `parley run` gives. */
export const GRACE_MS_DEFAULT = 1500;

/** Number of processes in the job's world. */
export function jobSize(spec: JobSpec): number {
  return spec.groups.reduce((sum, group) => sum + group.count, 0);
}

/** Processes that a universe has room for whose first job this is (MPI_UNIVERSE_SIZE). */
export function universeSizeOf(spec: JobSpec): number {
  return Math.max(spec.slots, jobSize(spec));
}
