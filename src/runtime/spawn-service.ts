/**
 * What an agent does for processes that spawn others: finds the programs, decides how many start, starts them as a job
 * of their own, and answers when all are up, or none is left. Spawns are independent of each other; each either succeeds as a
 * whole or leaves nothing behind.
 */
import { randomBytes } from 'node:crypto';
import { errorClassNumber } from '../errors/error-classes.ts';
import { answerInTheEnd } from '../p2p/door.ts';
import { jobOf, processId, type ProcessId } from '../model/process-id.ts';
import {
  isAgentRequest,
  type SpawnedCommand,
  type SpawnReply,
  type SpawnRequest,
} from '../pmi/agent-messages.ts';
import type { Agent, DoorKeeper } from './agent.ts';
import type { JobAgent } from './job-agent.ts';
import { causeText } from './job-cause-text.ts';
import type { JobResult } from './job-report.ts';
import { type JobSpec, type ProgramGroup, universeSizeOf } from './job-spec.ts';
import { LaunchError } from './launch-error.ts';
import { resolveGroups } from './rank-plans.ts';
import type { JobPorts } from './running-job.ts';
import { placeProcesses } from './slots.ts';

/** What a spawn that cannot be done is answered with. */
class Refusal extends Error {
  readonly codes: readonly number[];

  constructor(codes: readonly number[], why: string) {
    super(why);
    this.codes = codes;
  }
}

/** What of a spawn is decided before anything starts. */
interface Plan {
  readonly spec: JobSpec;
  readonly counts: readonly number[];
  /** Whether there are fewer free slots than processes. */
  readonly exceeds: boolean;
}

const SPAWN_FAILED = errorClassNumber('MPI_ERR_SPAWN') ?? 0;
const CODE_OF_EXIT: Readonly<Record<number, string>> = {
  126: 'MPI_ERR_ACCESS',
  127: 'MPI_ERR_NO_SUCH_FILE',
};

export class SpawnService {
  /** The exit code of the first spawned job that has failed after it was up; 0 as long as none has. */
  firstFailure: number = 0;
  readonly #agent: Agent;
  readonly #spec: JobSpec;
  readonly #ports: JobPorts;
  /** By what a withdrawal names: it may come in the moment in which they are up. */
  readonly #jobs = new Map<string, JobAgent>();
  #spawned = 0;
  #warned = false;

  /** `spec` is that of the first job: the others inherit how it is run. */
  constructor(agent: Agent, spec: JobSpec, ports: JobPorts) {
    this.#agent = agent;
    this.#spec = spec;
    this.#ports = ports;
  }

  readonly keeper: DoorKeeper = (from, message) => {
    if (!isAgentRequest(message)) return;
    const key = keyOf(from, message.replyTo);
    if (message.kind === 'withdrawSpawn') this.#jobs.get(key)?.withdraw('SIGKILL');
    else if (message.parents.includes(from)) void this.#answer(from, message, key);
  };

  async #answer(from: ProcessId, request: SpawnRequest, key: string): Promise<void> {
    let reply: SpawnReply;
    try {
      reply = await this.#spawn(from, request, key);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      const wanted = request.commands.reduce((sum, { maxprocs }) => sum + maxprocs, 0);
      const codes = error instanceof Refusal ? error.codes : Array<number>(wanted).fill(SPAWN_FAILED);
      reply = { kind: 'notSpawned', codes, why };
    }
    answerInTheEnd(this.#agent.engine, from, request.replyTo, reply);
  }

  async #spawn(from: ProcessId, request: SpawnRequest, key: string): Promise<SpawnReply> {
    const running = this.#agent.jobs.reduce((sum, job) => sum + job.alive, this.#agent.served);
    const { spec, counts, exceeds } = this.#plan(from, request, running);
    const number = ++this.#spawned;
    const job = this.#agent.launch(spec, { ...this.#ports, output: this.#ports.spawnedOutput(number) });
    this.#jobs.set(key, job);
    void job.result.then(() => this.#jobs.delete(key));
    if (exceeds) this.#warn(running, sum(counts), job);
    await job.up;
    if (!job.isUp) {
      const result = await job.result;
      throw new Refusal(
        codesFor(request.commands, () => SPAWN_FAILED),
        explain(result),
      );
    }
    void job.result.then((result) => {
      if (result.exitCode === 0 || job.unwanted) return;
      this.firstFailure ||= result.exitCode;
      this.#ports.report({ type: 'spawnedFailed', number, result }, job);
    });
    const children = Array.from({ length: job.size }, (_, rank) => processId(job.id, rank));
    return { kind: 'spawned', children, codes: codesOfSuccess(counts, request.commands) };
  }

  /** Says once that slots are shared. */
  #warn(running: number, wanted: number, job: JobAgent): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#ports.report({ type: 'oversubscribed', slots: this.#spec.slots, running, wanted }, job);
  }

  #plan(from: ProcessId, request: SpawnRequest, running: number): Plan {
    const { commands } = request;
    const placed = placeProcesses(commands, {
      slots: this.#spec.slots,
      running,
      leaving: this.#spec.oversubscribe ? 0 : this.#leaving(),
      mayExceed: this.#spec.oversubscribe,
    });
    if ('why' in placed)
      throw new Refusal(
        codesFor(commands, () => SPAWN_FAILED),
        placed.why,
      );
    const groups = commands.map((command, index) => groupOf(command, placed.counts[index] ?? 0));
    const spec: JobSpec = {
      ...this.#spec,
      job: randomBytes(16).toString('hex'),
      groups,
      keepGoing: this.#spec.keepGoing,
      timeLimitMs: null,
      stdin: 'none',
      variables: {},
      workingDirectory: request.directory,
      node: request.node,
      outputDirectory:
        this.#spec.outputDirectory === null
          ? null
          : `${this.#spec.outputDirectory}/job-${String(this.#spawned + 1)}`,
      origin: {
        record: { parents: request.parents, contextId: request.contextId },
        number: this.#spawned + 1,
        universeSize: universeSizeOf(this.#spec),
        spawner: jobOf(from),
        endsWith: request.lifetime === 'parent' ? jobOf(from) : null,
        errorHandler: request.errorHandler,
      },
    };
    this.#checkPrograms(spec, commands);
    return { spec, counts: placed.counts, exceeds: placed.exceeds };
  }

  #leaving(): number {
    const ranks = this.#agent.jobs.flatMap((job) => job.ownStatus().ranks);
    return ranks.filter(({ state }) => state === 'finalised').length;
  }

  /** Every command that cannot start is named, not just the first. */
  #checkPrograms(spec: JobSpec, commands: readonly SpawnedCommand[]): void {
    const failures = new Map<number, LaunchError>();
    for (const [index, group] of spec.groups.entries()) {
      try {
        resolveGroups({ ...spec, groups: [group] }, spec.node);
      } catch (error) {
        if (!(error instanceof LaunchError)) throw error;
        failures.set(index, error);
      }
    }
    if (failures.size === 0) return;
    const codes = codesFor(commands, (index) => {
      const failure = failures.get(index);
      const name = failure === undefined ? undefined : CODE_OF_EXIT[failure.exitCode];
      return (name === undefined ? undefined : errorClassNumber(name)) ?? SPAWN_FAILED;
    });
    throw new Refusal(codes, [...failures.values()].map(({ message }) => message).join('; '));
  }
}

function groupOf(command: SpawnedCommand, count: number): ProgramGroup {
  return {
    program: command.command,
    args: command.args,
    count,
    variables: command.variables,
    workingDirectory: command.workingDirectory,
    path: command.path,
  };
}

/** A code for each process asked for, in the order of the commands. */
function codesFor(commands: readonly SpawnedCommand[], codeOf: (command: number) => number): number[] {
  return commands.flatMap(({ maxprocs }, index) => Array<number>(maxprocs).fill(codeOf(index)));
}

/** Where `soft` has allowed fewer, those that were not started have the class MPI_ERR_SPAWN. */
function codesOfSuccess(counts: readonly number[], commands: readonly SpawnedCommand[]): number[] {
  return commands.flatMap(({ maxprocs }, index) => {
    const started = counts[index] ?? 0;
    return Array.from({ length: maxprocs }, (_, process) => (process < started ? 0 : SPAWN_FAILED));
  });
}

function explain(result: JobResult): string {
  const cause =
    result.cause === null ? 'it ended before it had started MPI' : causeText(result.cause, result.ranks);
  return result.lastWords === '' ? cause : `${cause}; its last words:\n${result.lastWords}`;
}

const keyOf = (from: ProcessId, { high, low }: SpawnRequest['replyTo']): string =>
  `${from} ${String(high)} ${String(low)}`;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
