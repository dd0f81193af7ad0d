/**
 * How a process stands among others on its host: the place where they find it, its agent, its ports and names. A launched
 * process has a place from the start; one that was started by itself gets one when it first needs it.
 */
import { dirname, join } from 'node:path';
import { Names } from '../dynamic/names.ts';
import { Ports } from '../dynamic/ports.ts';
import type { Surroundings } from '../dynamic/surroundings.ts';
import type { Engine } from '../engine/engine.ts';
import { jobOf, type ProcessId, processId } from '../model/process-id.ts';
import { knock, openDoor } from '../p2p/door.ts';
import { agentOfJob } from '../pmi/job-record.ts';
import type { JobEnvironment } from '../pmi/job-environment.ts';
import { jobDirectoryBase } from '../pmi/job-directory.ts';
import { loadLibc } from '../system/libc.ts';
import type { JobSegment } from '../transport/shared-memory/job-segment.ts';
import { SharedMemoryTransport } from '../transport/shared-memory/shared-memory-transport.ts';
import { AgentWatch } from './agent-watch.ts';
import { attachToHost } from './attach-to-host.ts';

export class HostMembership {
  readonly #engine: Engine;
  readonly #variables: NodeJS.ProcessEnv;
  #segment: JobSegment | null;
  #agent: ProcessId | null;
  #surroundings: Surroundings | null = null;
  #names: Names | null = null;
  #letGo: () => void = () => undefined;
  /** Where this process has no launcher. */
  #agentWatch: AgentWatch | null = null;

  constructor(
    engine: Engine,
    variables: NodeJS.ProcessEnv,
    environment: JobEnvironment | null,
    segment: JobSegment | null,
  ) {
    this.#engine = engine;
    this.#variables = variables;
    this.#segment = segment;
    this.#agent = environment === null ? null : processId(environment.agent, 0);
  }

  /** The board and mailboxes of this process' job, where it has any. */
  get segment(): JobSegment | null {
    return this.#segment;
  }

  /** Where this process is found, from now on. */
  readonly surroundings = (): Surroundings => {
    this.#surroundings ??= this.#enter();
    this.#agentWatch?.look();
    return this.#surroundings;
  };

  /** Published names need no place: whoever looks one up may be alone. */
  get names(): Names {
    const base =
      this.#segment === null
        ? jobDirectoryBase(this.#variables, process.getuid?.() ?? 0)
        : dirname(this.#segment.directory);
    this.#names ??= new Names(base, this.#engine.self);
    return this.#names;
  }

  /** A job is met for the first time: the agent watches it, too, should that job's own agent be killed. */
  readonly met = (job: string): void => {
    const agent = this.#agent;
    if (agent === null || job === jobOf(agent) || job === jobOf(this.#engine.self)) return;
    this.#engine.driver.whenReady(() => void knock(this.#engine, agent, { kind: 'watch', job }));
  };

  /** Asks the agents of other jobs to end them; best effort. */
  abortJobs(jobs: ReadonlySet<string>, code: number): void {
    if (this.#segment === null) return;
    for (const job of jobs) {
      const agent =
        job === jobOf(this.#engine.self) ? null : agentOfJob(join(dirname(this.#segment.directory), job));
      if (agent !== null) knock(this.#engine, processId(agent, 0), { kind: 'abort', job, code });
    }
  }

  /** Nobody finds this process any more. */
  leave(): void {
    this.#surroundings?.ports.closeAll();
    this.#names?.withdrawAll();
  }

  /** After everything else of MPI has ended. */
  end(): void {
    this.#agentWatch?.close();
    this.#letGo();
  }

  #enter(): Surroundings {
    const { segment, agent } = this.#place();
    const ports = new Ports(this.#engine, segment.directory);
    openDoor(this.#engine, (from, message) => void ports.knocked(from, message));
    return { directory: segment.directory, agent, ports };
  }

  #place(): { readonly segment: JobSegment; readonly agent: ProcessId } {
    if (this.#segment !== null && this.#agent !== null) return { segment: this.#segment, agent: this.#agent };
    const libc = loadLibc();
    const job = jobOf(this.#engine.self);
    const { directory, segment, agent, letGo } = attachToHost(libc, job, this.#variables);
    this.#letGo = letGo;
    this.#agentWatch = new AgentWatch(libc, directory, segment, jobOf(agent));
    this.#segment = segment;
    this.#agent = agent;
    this.#engine.addTransport(new SharedMemoryTransport(libc, segment, job, 0, { onJobMet: this.met }), () =>
      libc.yieldProcessor(),
    );
    this.#engine.tellWaits(segment.waitPage(0));
    segment.board.markRunning(0, process.pid);
    return { segment, agent };
  }
}
