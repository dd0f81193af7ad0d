/**
 * The processes that wait ready for spawns (`--warm N`). They are of the kind that was wanted last: where a spawn wants another
 * one it starts cold, and the pool follows. It fills itself while nothing else starts, a few at a time.
 *
 *     spawn ── takes ──► waiting, waiting, loading        up ── a moment's rest ──► starts others, up to N
 */
import { availableParallelism } from 'node:os';
import type { GroupObserver } from './process-groups.ts';
import type { RankPlan } from './rank-process.ts';
import { warmKindOf, type WarmKind } from './warm-kind.ts';
import { WarmProcess, type WarmGround } from './warm-process.ts';

/** How long the processors are left to what has just been spawned. */
const REST_MS = 100;
/** A kind that cannot be started this often in a row is not tried again. */
const FAILURES_MAX = 3;

export interface WarmPoolOptions extends WarmGround {
  /** Processes that shall wait. */
  readonly size: number;
  /** Is told of their process groups. */
  readonly guard: GroupObserver;
  /** Whether nothing else starts or ends at the moment. */
  readonly mayStart: () => boolean;
}

export class WarmPool {
  readonly #options: WarmPoolOptions;
  /** Half of the processors, so that the ranks keep the others. */
  readonly #loadingMax = Math.max(1, availableParallelism() >> 1);
  #waiting: WarmProcess[] = [];
  #wanted: WarmKind | null = null;
  #failures = 0;
  #started = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: WarmPoolOptions) {
    this.#options = options;
  }

  /** A process that can become what the plan says; null where none is ready. */
  take(plan: RankPlan): WarmProcess | null {
    if (this.#options.size === 0) return null;
    const kind = warmKindOf(plan);
    if (kind === null) return null;
    if (kind.key !== this.#wanted?.key) this.#failures = 0;
    this.#wanted = kind;
    // Their standard input is empty, and their output goes to the agent.
    if (plan.hasInput || plan.outputFiles !== null) return null;
    // One that still loads might fail at it.
    const taken = this.#waiting.find((process) => process.isReady && process.kind.key === kind.key);
    if (taken === undefined) return null;
    this.#waiting = this.#waiting.filter((process) => process !== taken);
    return taken;
  }

  /** Whoever has taken one and has told the guard of it says so. */
  handedOver(process: WarmProcess): void {
    if (process.pid !== null) this.#options.guard.remove(process.pid);
  }

  /** Nothing starts any more: a moment later the pool is filled again. */
  rest(): void {
    if (this.#options.size === 0 || this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#fill();
    }, REST_MS);
  }

  /** Ends those that wait; none is started any more. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#waiting.map((process) => process.end()));
  }

  #fill(): void {
    const wanted = this.#wanted;
    if (wanted === null || this.#closed || !this.#options.mayStart()) return;
    for (const process of this.#waiting) if (process.kind.key !== wanted.key) void process.end();
    const fitting = this.#waiting.filter((process) => process.kind.key === wanted.key);
    let loading = fitting.filter(({ isReady }) => !isReady).length;
    for (let missing = this.#options.size - fitting.length; missing > 0; missing--) {
      if (loading++ >= this.#loadingMax || this.#failures >= FAILURES_MAX) return;
      this.#start(wanted);
    }
  }

  #start(kind: WarmKind): void {
    const process: WarmProcess = new WarmProcess(this.#options, kind, this.#started++, {
      ready: () => {
        this.#failures = 0;
        this.#fill();
      },
      lost: () => {
        if (process.pid !== null) this.#options.guard.remove(process.pid);
        if (!process.isReady) this.#failures++;
        this.#waiting = this.#waiting.filter((other) => other !== process);
        this.rest();
      },
    });
    if (process.pid === null) return;
    this.#options.guard.add(process.pid);
    this.#waiting.push(process);
  }
}
