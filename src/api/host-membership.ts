/**
 * How a process stands among others on its host: the place where they find it, its agent, its ports and names. A launched
 * process has a place from the start; one that was started by itself gets one when it first needs it, and another agent
 * after the first was killed: when it needs one, and at once where it is connected to others, whose ends an agent has to tell.
 */
import { dirname, join } from 'node:path';
import { Names } from '../dynamic/names.ts';
import { Ports } from '../dynamic/ports.ts';
import type { Surroundings } from '../dynamic/surroundings.ts';
import type { Engine } from '../engine/engine.ts';
import { Latch } from '../engine/latch.ts';
import { armWaitOptions } from '../engine/wait-options.ts';
import { jobOf, type ProcessId, processId } from '../model/process-id.ts';
import { knock, openDoor } from '../p2p/door.ts';
import { agentOfJob } from '../pmi/job-record.ts';
import type { JobEnvironment } from '../pmi/job-environment.ts';
import { RankState } from '../pmi/job-board.ts';
import { jobDirectoryBase, removeJobDirectory } from '../pmi/job-directory.ts';
import { type Libc, loadLibc } from '../system/libc.ts';
import type { JobSegment } from '../transport/shared-memory/job-segment.ts';
import type { JobMet } from '../transport/shared-memory/known-jobs.ts';
import { copiesOnce } from '../transport/shared-memory/ring-loans.ts';
import { SharedMemoryTransport } from '../transport/shared-memory/shared-memory-transport.ts';
import { tellWatchers } from '../transport/shared-memory/watchers.ts';
import { AgentWatch, LOOK_MS } from './agent-watch.ts';
import { attachToHost, type Footing, startAgent } from './attach-to-host.ts';

/** How long a process that aborts tries to tell the agents of others. */
const ASKING_MS = 1000;

/** What a process that has no launcher keeps of its place. */
interface OwnPlace extends Footing {
  readonly libc: Libc;
  readonly transport: SharedMemoryTransport;
  watch: AgentWatch;
}

/** Agents in a row that may be gone before they have begun; the next one is started only when it is needed. */
const STILLBORN_MAX = 3;

export class HostMembership {
  readonly #engine: Engine;
  readonly #variables: NodeJS.ProcessEnv;
  #segment: JobSegment | null;
  #agent: ProcessId | null;
  #ports: Ports | null = null;
  #names: Names | null = null;
  /** Where this process has no launcher. */
  #own: OwnPlace | null = null;
  /** Agents in a row that were gone before they had begun. */
  #stillborn = 0;

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
    const { segment, agent } = this.#place();
    this.#ports ??= this.#openPorts(segment.directory);
    return { directory: segment.directory, agent, ports: this.#ports };
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

  /** A job of another agent is met for the first time: this one's watches it, too, should that agent be killed. */
  readonly met: JobMet = (job, owner) => {
    const agent = this.#agent;
    if (agent === null || owner === null || owner === jobOf(agent)) return;
    this.#engine.driver.whenReady(() => void knock(this.#engine, agent, { kind: 'watch', job }));
  };

  /**
   * Asks the agents of other jobs to end them; best effort. Only an agent with a full mailbox keeps this process, and not for
   * long: whoever aborts may wait for nobody.
   */
  abortJobs(jobs: ReadonlySet<string>, code: number): void {
    if (this.#segment === null) return;
    const { driver, clock } = this.#engine;
    const allAsked = new Latch(driver);
    let left = 1;
    const asked = (): void => {
      if (--left === 0) allAsked.complete();
    };
    for (const job of jobs) {
      if (job === jobOf(this.#engine.self)) continue;
      try {
        const agent = agentOfJob(join(dirname(this.#segment.directory), job));
        if (agent === null) continue;
        const question = knock(this.#engine, processId(agent, 0), { kind: 'abort', job, code });
        if (question.done) continue;
        left++;
        question.afterwards(asked);
      } catch {
        // Nobody can be asked: that must not keep this process from its own end.
      }
    }
    asked();
    armWaitOptions(allAsked, { timeout: ASKING_MS }, driver, clock, () => 'ask agents to end their jobs');
    driver.block(allAsked);
  }

  /** Nobody finds this process any more. */
  leave(): void {
    this.#ports?.closeAll();
    this.#names?.withdrawAll();
  }

  /** After everything else of MPI has ended. Does what an agent would do, where there is none. */
  end(): void {
    if (this.#own === null) return;
    const { libc, directory, segment, watch, letGo } = this.#own;
    watch.look();
    watch.close();
    if (watch.lost) {
      segment.board.markEnded(0, { state: RankState.ENDED, exitCode: 0, signal: 0 });
      tellWatchers(libc, directory.path);
      removeJobDirectory(directory);
    }
    letGo();
  }

  #openPorts(directory: string): Ports {
    const ports = new Ports(this.#engine, directory);
    openDoor(this.#engine, (from, message) => void ports.knocked(from, message));
    return ports;
  }

  #place(): { readonly segment: JobSegment; readonly agent: ProcessId } {
    if (this.#segment === null || this.#agent === null) return this.#takePlace();
    this.#own?.watch.look();
    this.#replaceLostAgent();
    return { segment: this.#segment, agent: this.#agent };
  }

  #takePlace(): { readonly segment: JobSegment; readonly agent: ProcessId } {
    const libc = loadLibc();
    const job = jobOf(this.#engine.self);
    const footing = attachToHost(libc, job, this.#variables);
    const { directory, segment } = footing;
    const agent = startAgent(libc, directory, this.#variables);
    const listeners = {
      onJobMet: this.met,
      whileBlocked: { look: () => this.#own?.watch.glance(), everyMs: LOOK_MS },
    };
    const single = copiesOnce(this.#variables);
    const transport = new SharedMemoryTransport(libc, segment, job, 0, listeners, single);
    this.#own = { ...footing, libc, transport, watch: this.#watch(libc, directory.base, agent, transport) };
    this.#segment = segment;
    this.#agent = processId(agent, 0);
    this.#engine.addTransport(transport, libc);
    this.#engine.tellWaits(segment.waitPage(0));
    segment.board.markRunning(0, process.pid);
    return { segment, agent: this.#agent };
  }

  #watch(libc: Libc, base: string, agent: string, transport: SharedMemoryTransport): AgentWatch {
    const watch = new AgentWatch(libc, base, agent, this.#engine.clock, () => {
      transport.agentLost(agent);
      this.#stillborn = watch.hadBegun ? 0 : this.#stillborn + 1;
      // Somebody has to watch those, also where this process needs no agent itself.
      if (this.#stillborn <= STILLBORN_MAX && transport.jobsOfOthers(agent).length > 0)
        this.#engine.driver.whenReady(() => this.#replaceLostAgent());
    });
    return watch;
  }

  #replaceLostAgent(): void {
    if (this.#own?.watch.lost !== true || this.#agent === null) return;
    this.#agent = this.#replaceAgent(this.#own, this.#agent);
  }

  /** The new one knows of nobody yet. */
  #replaceAgent(own: OwnPlace, lost: ProcessId): ProcessId {
    const { libc, directory, transport } = own;
    own.watch.close();
    const agent = startAgent(libc, directory, this.#variables);
    own.watch = this.#watch(libc, directory.base, agent, transport);
    for (const job of transport.jobsOfOthers(jobOf(lost)))
      void knock(this.#engine, processId(agent, 0), { kind: 'watch', job });
    return processId(agent, 0);
  }
}
