/**
 * The agent of a job on this host: starts its ranks and watches over them to the end. The decisions are those of the
 * state machine in job-life.ts; here its events are gathered and its effects carried out.
 */
import { removeJobDirectory } from '../pmi/job-directory.ts';
import { announceEnd } from './announce-end.ts';
import { forwardInput } from './input-forwarding.ts';
import { exitCodeOf, type MpiProgress, type RankOutcome } from './job-cause.ts';
import type { JobGround } from './job-ground.ts';
import { aliveRanks, beginJob, stepJob, type JobEffect, type JobEvent, type JobLife } from './job-life.ts';
import type { JobResult, JobStatus, RankStatus } from './job-report.ts';
import type { JobSpec } from './job-spec.ts';
import { ProcessGroups } from './process-groups.ts';
import { RankOutput } from './rank-output.ts';
import { mpiProgressOf, rankStatus } from './rank-status.ts';
import { startRank } from './rank-process.ts';
import type { RankExit, RankObserver, RankPlan, RankProcess } from './rank-process.ts';
import type { JobPorts, RunningJob } from './running-job.ts';
import { explainStartFailure } from './start-failure.ts';
import { withResolvers } from './with-resolvers.ts';

/** How often the board is looked at while a rank that ended without MPI may turn out to be missed. */
const WATCH_MS = 50;

/** The agent of one job. */
export class JobAgent implements RunningJob {
  readonly result: Promise<JobResult>;
  /** Resolves when MPI is initialised at every rank, or the job has begun to end. */
  readonly up: Promise<void>;
  readonly #spec: JobSpec;
  readonly #ports: JobPorts;
  readonly #ground: JobGround;
  readonly #groups: ProcessGroups;
  readonly #output: RankOutput;
  readonly #finish: () => void;
  readonly #isUp: () => void;
  #life: JobLife;
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopInput: () => void = () => undefined;
  /** Whether it was told to end because its spawner is over, or has withdrawn the spawn: that is no failure. */
  unwanted: boolean = false;

  constructor(spec: JobSpec, ports: JobPorts, ground: JobGround) {
    this.#spec = spec;
    this.#ports = ports;
    this.#ground = ground;
    // A spawn succeeds as a whole or not at all.
    this.#life = beginJob(ground.plans.length, spec.keepGoing, spec.origin !== null);
    this.#output = new RankOutput(ports.output, spec.job, (code) => {
      this.#handle({ type: 'outputLost', code });
    });
    this.#groups = new ProcessGroups(ground.guard);
    const { promise, resolve } = withResolvers();
    this.#finish = resolve;
    this.result = promise.then(() => this.#windUp());
    const up = withResolvers();
    this.up = up.promise;
    this.#isUp = up.resolve;
  }

  get id(): string {
    return this.#spec.job;
  }

  /** Whether MPI has been initialised at every rank. */
  get isUp(): boolean {
    return this.#ground.segment.board.isUp;
  }

  /** Whether nobody has begun to end it. */
  get goesOn(): boolean {
    return this.#life.stage === 'running';
  }

  get size(): number {
    return this.#ground.plans.length;
  }

  /** Processes that have not ended. */
  get alive(): number {
    return aliveRanks(this.#life);
  }

  /** The board may say something new. */
  lookAtBoard(): void {
    this.#lookForMpi();
    if (!this.#ground.segment.board.isUp) return;
    this.#handle({ type: 'up' });
    this.#isUp();
  }

  /** Lets every rank look for the jobs of others that it knows. */
  tellOfLostJobs(): void {
    this.#ground.segment.notifyOfLostJobs();
  }

  /** A job is over: this one ends with it where it was spawned to do so, or while that one has waited for it to come up. */
  parentsEnded(job: string): void {
    const { origin } = this.#spec;
    const waits = origin?.spawner === job && this.#life.startsWhole;
    if (origin?.endsWith === job || waits) this.withdraw('SIGTERM');
  }

  /** Ends a spawned job that nobody wants any more. */
  withdraw(signal: NodeJS.Signals): void {
    this.unwanted = true;
    this.terminate(signal);
  }

  /** Starts the ranks, none waiting for another. */
  start(): void {
    const processes: RankProcess[] = [];
    for (const plan of this.#ground.plans) {
      if (this.#life.stage !== 'running') {
        this.#handle({ type: 'notStarted', rank: plan.rank, reason: null });
        continue;
      }
      this.#startRank(plan, {
        started: (process) => {
          this.#groups.add(process.pid);
          this.#ground.segment.board.markStarted(plan.rank, process.pid);
          processes.push(process);
          this.#handle({ type: 'started', rank: plan.rank, pid: process.pid });
        },
        exited: (exit) => {
          this.#exited(plan.rank, exit);
        },
        failed: (error) => {
          this.#handle({ type: 'notStarted', rank: plan.rank, reason: explainStartFailure(plan, error) });
        },
      });
    }
    for (const process of processes) this.#output.attach(process);
    const readers = processes.flatMap(({ stdin }) => stdin ?? []);
    if (readers.length > 0) this.#stopInput = forwardInput(this.#ports.input(), readers);
    if (this.#spec.timeLimitMs !== null) this.#after(this.#spec.timeLimitMs, { type: 'timeLimitReached' });
  }

  /** In a process that waits ready for that, where there is one. */
  #startRank(plan: RankPlan, observer: RankObserver): void {
    const { libc, directory, warm } = this.#ground;
    const waiting = warm.take(plan);
    if (waiting === null) {
      startRank(libc, directory.path, plan, observer);
      return;
    }
    waiting.assign(plan, observer);
    warm.handedOver(waiting);
  }

  /** Ends it on behalf of a connected job. */
  abort(code: number): void {
    this.#handle({ type: 'abortedByOthers', code });
  }

  interrupt(): void {
    this.#handle({ type: 'interrupted', atMs: performance.now() });
  }

  terminate(signal: NodeJS.Signals): void {
    this.#handle({ type: 'terminated', signal, atMs: performance.now() });
  }

  signal(signal: NodeJS.Signals): void {
    this.#groups.signalAll(signal);
  }

  status(): JobStatus[] {
    return this.#ground.everybody();
  }

  /** Of this job alone. */
  ownStatus(): JobStatus {
    return { number: this.#spec.origin?.number ?? 0, ranks: this.#ranks() };
  }

  #ranks(): RankStatus[] {
    const { plans, segment } = this.#ground;
    return plans.map((plan) => rankStatus(this.id, plan, this.#life.ranks[plan.rank], segment));
  }

  note(text: string): void {
    this.#output.note(text);
  }

  async flush(): Promise<void> {
    const patience = this.#isImpatient() ? this.#spec.graceMs : null;
    const giveUp = (): void => {
      this.#output.abandon();
    };
    const timer = patience === null ? undefined : setTimeout(giveUp, patience);
    await this.#output.flush();
    clearTimeout(timer);
  }

  #handle(event: JobEvent): void {
    const { life, effects } = stepJob(this.#life, event);
    this.#life = life;
    if (life.stage !== 'running') this.#isUp();
    for (const effect of effects) this.#carryOut(effect);
  }

  #carryOut(effect: JobEffect): void {
    switch (effect.type) {
      case 'signal':
        this.#groups.signalAll(effect.signal);
        break;
      case 'announceEnd':
        announceEnd(this.#ground, effect.rank, effect.outcome);
        break;
      case 'startGrace':
        this.#after(this.#spec.graceMs, { type: 'graceOver' });
        break;
      case 'watchForMpi':
        this.#timers.add(setInterval(this.#lookForMpi, WATCH_MS));
        break;
      case 'tellAsked':
        this.#ports.report({ type: 'asked', alive: effect.alive }, this);
        break;
      case 'tellTimeLimit': {
        const limitMs = this.#spec.timeLimitMs ?? 0;
        this.#ports.report({ type: 'timeLimit', limitMs, jobs: this.status() }, this);
        break;
      }
      case 'tellFailure':
        this.#ports.report({ type: 'failed', cause: effect.cause, ranks: this.#ranks() }, this);
        break;
      case 'finish':
        this.#finish();
        break;
      case 'abandonOutput':
        this.#output.abandon();
        break;
    }
  }

  #exited(rank: number, exit: RankExit): void {
    const pid = this.#life.ranks[rank]?.pid;
    if (pid !== undefined && pid !== null) this.#groups.leaderEnded(pid);
    this.lookAtBoard();
    const mpi = this.#mpiOf(rank);
    const outcome: RankOutcome =
      exit.signal === null
        ? { kind: 'exited', code: exit.code ?? 0, mpi }
        : { kind: 'killed', signal: exit.signal, mpi };
    this.#handle({ type: 'exited', rank, outcome, abort: this.#ground.segment.board.abortRequested() });
  }

  readonly #lookForMpi = (): void => {
    if (this.#life.mpiStarted) return;
    const started = this.#life.ranks.some(
      (life, rank) => life.outcome === null && this.#mpiOf(rank) !== 'never',
    );
    if (started) this.#handle({ type: 'mpiStarted' });
  };

  #mpiOf(rank: number): MpiProgress {
    return mpiProgressOf(this.#ground.segment.board, rank);
  }

  #after(milliseconds: number, event: JobEvent): void {
    this.#timers.add(
      setTimeout(() => {
        this.#handle(event);
      }, milliseconds),
    );
  }

  async #windUp(): Promise<JobResult> {
    this.#timers.forEach(clearTimeout);
    this.#stopInput();
    await this.#groups.end(this.#spec.graceMs);
    const { cause } = this.#life;
    await this.#output.end(this.#spec.graceMs, this.#isImpatient() ? this.#spec.graceMs : Infinity);
    // Of the first job they are flushed at the very end.
    if (this.#spec.origin !== null) this.#output.release();
    this.#ground.segment.close();
    removeJobDirectory(this.#ground.directory);
    this.#ground.guard.removeDirectory(this.#spec.job);
    const culprit = cause !== null && 'rank' in cause ? this.#ground.plans[cause.rank] : undefined;
    return {
      job: this.#ground.directory.job,
      exitCode: exitCodeOf(cause),
      cause,
      lastWords: culprit === undefined ? '' : this.#output.lastWordsOf(culprit),
      lastWordsStand: culprit !== undefined && this.#output.endsWithWordsOf(culprit),
      ranks: this.#ranks(),
    };
  }

  /** Whether the job was told to end: then a slow reader of its output is not waited for. */
  #isImpatient(): boolean {
    const kind = this.#life.cause?.kind;
    return kind === 'interrupted' || kind === 'terminated';
  }
}
