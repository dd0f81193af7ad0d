/** The first job of a universe together with all that were spawned in it, as whoever has started it sees them: one. */
import type { Agent } from './agent.ts';
import type { JobAgent } from './job-agent.ts';
import type { JobResult, JobStatus } from './job-report.ts';
import type { RunningJob } from './running-job.ts';
import type { SpawnService } from './spawn-service.ts';

export class UniverseJob implements RunningJob {
  readonly result: Promise<JobResult>;
  readonly #agent: Agent;
  readonly #first: JobAgent;

  constructor(agent: Agent, first: JobAgent, spawning: SpawnService) {
    this.#agent = agent;
    this.#first = first;
    this.result = this.#windUp(spawning);
  }

  interrupt(): void {
    for (const job of this.#jobs) job.interrupt();
  }

  terminate(signal: NodeJS.Signals): void {
    for (const job of this.#jobs) job.terminate(signal);
  }

  signal(signal: NodeJS.Signals): void {
    for (const job of this.#jobs) job.signal(signal);
  }

  status(): JobStatus[] {
    return this.#agent.status();
  }

  note(text: string): void {
    this.#first.note(text);
  }

  flush(): Promise<void> {
    return this.#first.flush();
  }

  get #jobs(): readonly JobAgent[] {
    return this.#agent.jobs;
  }

  /** The jobs that were spawned live on without the first one; their agent waits for them. */
  async #windUp(spawning: SpawnService): Promise<JobResult> {
    const result = await this.#first.result;
    if (result.exitCode !== 0 && (result.cause?.kind === 'timeLimit' || result.cause?.kind === 'terminated'))
      for (const job of this.#jobs) job.terminate('SIGTERM');
    await this.#agent.allOver();
    await this.#agent.close();
    return result.exitCode === 0 ? { ...result, exitCode: spawning.firstFailure } : result;
  }
}
