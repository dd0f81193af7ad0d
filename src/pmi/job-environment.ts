/**
 * What an agent tells a process at its start, and the process reads at import: one environment variable with a
 * JSON object. A process without it was started by nobody: it is a world of one.
 */
import { MPIError } from '../errors/mpi-error.ts';

/** Name of the environment variable that carries the {@link JobEnvironment}. */
export const JOB_VARIABLE = 'PARLEY_JOB_ENVIRONMENT';

/** A process' place in its job. */
export interface JobEnvironment {
  /** The agent's identity, like a job's: its own directory lies beside the job's. Written first: its guard looks for it. */
  readonly agent: string;
  /** 128 random bits in hexadecimal: the job's identity, never reused. */
  readonly job: string;
  /** The job's directory on tmpfs (mode 0700): segments and doorbells. */
  readonly directory: string;
  readonly rank: number;
  /** Number of processes in the job's world. */
  readonly size: number;
  /** Which of the commands of an MPMD start this process runs (MPI_APPNUM). */
  readonly appNumber: number;
  /** Processes that the universe has room for (MPI_UNIVERSE_SIZE). */
  readonly universeSize: number;
  /** Bytes of payload in each ring of shared memory; a power of two. */
  readonly ringBytes: number;
  /** Process id of the agent: a process whose parent it is not survives it only until it looks. */
  readonly agentPid: number;
  /** Whether other processes have spawned the job: then its directory says who (pmi/parent-file). */
  readonly spawned: boolean;
  /** Name of the error handler that the world starts with; '' for the default. */
  readonly errorHandler: string;
}

/** The variables to add to a new process' environment. */
export function encodeJobEnvironment(environment: JobEnvironment): Record<string, string> {
  return { [JOB_VARIABLE]: JSON.stringify(environment) };
}

/** A variable by which a process is known to belong to an agent without having a place in a job. */
export function encodeJobEnvironmentMark(agent: string): Record<string, string> {
  return { [JOB_VARIABLE]: JSON.stringify({ agent }) };
}

/** The place that an agent gave this process, or null where there is none. */
export function decodeJobEnvironment(variables: NodeJS.ProcessEnv): JobEnvironment | null {
  const text = variables[JOB_VARIABLE];
  if (text === undefined || text === '') return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    parsed = null;
  }
  if (!isJobEnvironment(parsed)) {
    throw new MPIError(
      'MPI_ERR_INTERN',
      `Cannot start MPI: the variable ${JOB_VARIABLE} holds ${JSON.stringify(text.slice(0, 80))}, which no launcher of this version wrote; ` +
        'start the program by "parley run", or unset the variable',
    );
  }
  return parsed;
}

const isIdentity = (value: unknown): boolean => typeof value === 'string' && /^[0-9a-f]{32}$/.test(value);

function isJobEnvironment(value: unknown): value is JobEnvironment {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Record<string, unknown>;
  const wholeNumber = (key: string): boolean =>
    Number.isSafeInteger(candidate[key]) && Number(candidate[key]) >= 0;
  return (
    isIdentity(candidate['agent']) &&
    isIdentity(candidate['job']) &&
    typeof candidate['directory'] === 'string' &&
    typeof candidate['spawned'] === 'boolean' &&
    typeof candidate['errorHandler'] === 'string' &&
    ['rank', 'size', 'appNumber', 'universeSize', 'ringBytes', 'agentPid'].every(wholeNumber) &&
    Number(candidate['rank']) < Number(candidate['size'])
  );
}
