/**
 * A Node process that waits ready (its side: api/waiting-process): started like a rank, with output pipes of its own, but no
 * rank of anything until it is told what to become. It does that once.
 */
import { fileURLToPath } from 'node:url';
import { encodeJobEnvironmentMark } from '../pmi/job-environment.ts';
import { encodeAssignment } from '../pmi/warm-assignment.ts';
import type { Libc } from '../system/libc.ts';
import {
  startRank,
  type RankExit,
  type RankObserver,
  type RankPlan,
  type RankProcess,
} from './rank-process.ts';
import type { WarmKind } from './warm-kind.ts';

/** The program of those that wait; it belongs to the ranks' stack, and is never imported. */
const WAITING_PROGRAM = fileURLToPath(new URL('../api/waiting-process.js', import.meta.url));

/** Where a process that waits is started. */
export interface WarmGround {
  readonly libc: Libc;
  /** The agent's directory. */
  readonly directory: string;
  /** The agent's identity. */
  readonly agent: string;
}

/** What the pool wants to hear of one that still waits. */
export interface WarmObserver {
  ready(): void;
  /** It has ended, or never started. */
  lost(): void;
}

export class WarmProcess {
  readonly kind: WarmKind;
  /** Whether it has nothing more to load. */
  isReady: boolean = false;
  #process: RankProcess | null = null;
  #assigned: { readonly rank: number; readonly observer: RankObserver } | null = null;
  readonly #gone: Promise<void>;
  #isGone: () => void = () => undefined;

  /** `number` is another one each time. */
  constructor(ground: WarmGround, kind: WarmKind, number: number, observer: WarmObserver) {
    this.kind = kind;
    this.#gone = new Promise((resolve) => {
      this.#isGone = resolve;
    });
    const { libc, directory, agent } = ground;
    const plan: RankPlan = {
      rank: number,
      program: {
        file: kind.execPath,
        argv0: kind.execPath,
        leadingArgs: [...kind.options, WAITING_PROGRAM],
        name: WAITING_PROGRAM,
        script: WAITING_PROGRAM,
      },
      args: [directory],
      variables: { ...kind.variables, ...encodeJobEnvironmentMark(agent) },
      workingDirectory: kind.directory,
      hasInput: false,
      outputFiles: null,
    };
    const start: RankObserver = {
      started: (process) => {
        this.#process = process;
      },
      exited: (exit) => {
        this.#ended(observer, exit);
      },
      failed: () => {
        this.#isGone();
        // Also where it fails at once: when this one is known to whoever makes it.
        queueMicrotask(() => {
          observer.lost();
        });
      },
    };
    startRank(libc, directory, plan, start, true);
    const control = this.#process?.control;
    control?.on('error', () => undefined);
    control?.once('data', () => {
      this.isReady = true;
      if (this.#assigned === null) observer.ready();
    });
  }

  /** Null where it could not be started. */
  get pid(): number | null {
    return this.#process?.pid ?? null;
  }

  /** It becomes what the plan says; `observer` hears of it from now on. */
  assign(plan: RankPlan, observer: RankObserver): void {
    const process = this.#process;
    const { variables, workingDirectory, args, rank } = plan;
    const { script } = plan.program;
    if (process === null || script === null) throw new Error('a plan that no waiting process can meet');
    this.#assigned = { rank, observer };
    process.control?.end(
      encodeAssignment({
        variables: Object.entries(variables).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, value] as const],
        ),
        directory: workingDirectory,
        script,
        args,
      }),
    );
    observer.started({ ...process, rank, control: null });
  }

  /** Ends it while it still waits. Resolves when it is gone. */
  async end(): Promise<void> {
    if (this.#process !== null) {
      try {
        process.kill(this.#process.pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    await this.#gone;
  }

  #ended(observer: WarmObserver, exit: RankExit): void {
    this.#process?.control?.destroy();
    this.#isGone();
    if (this.#assigned !== null) {
      this.#assigned.observer.exited(exit);
      return;
    }
    this.#process?.stdout?.destroy();
    this.#process?.stderr?.destroy();
    observer.lost();
  }
}
