/**
 * The life of a job as a pure state machine: events in, effects out, nothing else.
 *
 *               failure, end request,
 *               time limit, lost output           grace over, second request
 *   running ────────────────────────────► ending ────────────────────────────► killing
 *      │ Ctrl-C                              ▲                                     │
 *      └──────────► asked ───────────────────┘ (second Ctrl-C: straight to killing)│
 *      every rank has ended, in whatever stage ──────────► over ◄──────────────────┘
 *
 * The first thing that went wrong is the job's cause: what ranks do after they were told to end, or because a
 * peer has died, is blamed on nobody.
 */
import type { JobCause, RankOutcome } from './job-cause.ts';

/** Something happened. Times are milliseconds of any clock that only advances. */
export type JobEvent =
  | { readonly type: 'started'; readonly rank: number; readonly pid: number }
  /** A rank could not be started; `reason` is null where that was not tried, since the job is ending already. */
  | { readonly type: 'notStarted'; readonly rank: number; readonly reason: string | null }
  | {
      readonly type: 'exited';
      readonly rank: number;
      readonly outcome: RankOutcome;
      /** The abort of the whole job that some rank has asked for. */
      readonly abort: { readonly rank: number; readonly code: number } | null;
    }
  /** Some rank of the job has started MPI. May be told again and again. */
  | { readonly type: 'mpiStarted' }
  /** Every rank has started MPI. May be told again and again. */
  | { readonly type: 'up' }
  /** Ctrl-C. */
  | { readonly type: 'interrupted'; readonly atMs: number }
  /** The agent was told to end by a signal. */
  | { readonly type: 'terminated'; readonly signal: NodeJS.Signals; readonly atMs: number }
  | { readonly type: 'timeLimitReached' }
  /** A process of another job has called abort for this one, too. */
  | { readonly type: 'abortedByOthers'; readonly code: number }
  /** Nobody reads the job's output any more. */
  | { readonly type: 'outputLost'; readonly code: string }
  | { readonly type: 'graceOver' };

/** What is to be done about it. */
export type JobEffect =
  /** Send a signal to all processes of the job. */
  | { readonly type: 'signal'; readonly signal: NodeJS.Signals }
  /** Tell the other ranks of an end. */
  | { readonly type: 'announceEnd'; readonly rank: number; readonly outcome: RankOutcome }
  /** Report `graceOver` after the grace. */
  | { readonly type: 'startGrace' }
  /** Report `mpiStarted` as soon as some rank starts MPI: one has ended without. */
  | { readonly type: 'watchForMpi' }
  /** Ctrl-C has asked the ranks to end. */
  | { readonly type: 'tellAsked'; readonly alive: number }
  /** The time limit is reached: say how far the ranks are. */
  | { readonly type: 'tellTimeLimit' }
  /** A rank has failed, and the job goes on. */
  | { readonly type: 'tellFailure'; readonly cause: JobCause }
  /** All ranks have ended. */
  | { readonly type: 'finish' }
  /** The ranks are gone, and whoever asks now does not want to wait for their last lines either. */
  | { readonly type: 'abandonOutput' };

/** One rank's part in a {@link JobLife}. */
export interface RankLife {
  readonly pid: number | null;
  readonly outcome: RankOutcome | null;
}

/** State of a job. */
export interface JobLife {
  readonly stage: 'running' | 'asked' | 'ending' | 'killing' | 'over';
  readonly keepGoing: boolean;
  /** Whether no rank may fail, even so: until all have started MPI. */
  readonly startsWhole: boolean;
  readonly ranks: readonly RankLife[];
  /** What went wrong first; null where nothing has. */
  readonly cause: JobCause | null;
  readonly mpiStarted: boolean;
  /** The first rank that has ended well without ever starting MPI: wrong only if another one starts it. */
  readonly endedWithoutMpi: number | null;
  readonly requestedAtMs: number | null;
}

/** A state and what follows from it. */
export interface JobStep {
  readonly life: JobLife;
  readonly effects: readonly JobEffect[];
}

/**
 * Requests to end that come faster than a person can press a key twice are one request: a key press on a terminal
 * reaches the agent directly, and once more from a parent that passes signals on (as npm's commands do).
 */
export const REPEAT_MS_MIN = 250;

/** A job whose ranks are yet to start. */
export function beginJob(size: number, keepGoing: boolean, startsWhole: boolean = false): JobLife {
  return {
    stage: 'running',
    keepGoing,
    startsWhole,
    ranks: Array.from({ length: size }, () => ({ pid: null, outcome: null })),
    cause: null,
    mpiStarted: false,
    endedWithoutMpi: null,
    requestedAtMs: null,
  };
}

/** The next state. */
export function stepJob(life: JobLife, event: JobEvent): JobStep {
  switch (event.type) {
    case 'started':
      return step({ ...life, ranks: replaceAt(life.ranks, event.rank, { pid: event.pid, outcome: null }) });
    case 'notStarted':
      return notStarted(life, event.rank, event.reason);
    case 'exited':
      return exited(life, event);
    case 'mpiStarted':
      return checkMpi({ ...life, mpiStarted: true });
    case 'up':
      return step({ ...life, startsWhole: false });
    case 'interrupted':
      return interrupted(life, event.atMs);
    case 'terminated':
      return terminated(life, event.signal, event.atMs);
    case 'timeLimitReached':
      if (!isOpen(life)) return step(life);
      return then(step(life, { type: 'tellTimeLimit' }), (life) => end(life, { kind: 'timeLimit' }));
    case 'abortedByOthers':
      return isOpen(life) ? end(life, { kind: 'abortOfOthers', code: event.code }) : step(life);
    case 'outputLost':
      return life.stage === 'over' ? step(life) : end(life, { kind: 'outputLost', code: event.code });
    case 'graceOver':
      return life.stage === 'ending' ? kill(life) : step(life);
  }
}

/** Number of ranks that have not ended. */
export function aliveRanks(life: JobLife): number {
  return life.ranks.filter((rank) => rank.outcome === null).length;
}

function notStarted(life: JobLife, rank: number, reason: string | null): JobStep {
  const outcome: RankOutcome = { kind: 'notStarted' };
  const next = { ...life, ranks: replaceAt(life.ranks, rank, { pid: null, outcome }) };
  // A job that cannot start as a whole does not start at all, whether or not it would go on without a rank later.
  const failed = reason === null ? step(next) : end(next, { kind: 'notStarted', rank, reason });
  return then(announce(failed, rank, outcome), finishIfOver);
}

function exited(life: JobLife, event: Extract<JobEvent, { type: 'exited' }>): JobStep {
  const { rank, outcome, abort } = event;
  const pid = life.ranks[rank]?.pid ?? null;
  const withoutMpi = outcome.kind === 'exited' && outcome.code === 0 && outcome.mpi === 'never';
  const next: JobLife = {
    ...life,
    ranks: replaceAt(life.ranks, rank, { pid, outcome }),
    endedWithoutMpi: life.endedWithoutMpi ?? (withoutMpi ? rank : null),
  };
  let result = step(next);
  if (withoutMpi && !life.mpiStarted && life.endedWithoutMpi === null) {
    result = then(result, (life) => step(life, { type: 'watchForMpi' }));
  }
  const failure = failureOf(rank, outcome);
  if (abort !== null && isOpen(next)) {
    result = then(result, (life) => end(life, { kind: 'abort', rank: abort.rank, code: abort.code }));
  } else if (failure !== null) {
    result = then(result, (life) => failed(life, failure));
  }
  return then(announce(then(result, checkMpi), rank, outcome), finishIfOver);
}

/**
 * The others hear of an end after they were told to end because of it, where they are: so most of them end instead of
 * complaining about a dead peer.
 */
function announce(before: JobStep, rank: number, outcome: RankOutcome): JobStep {
  return then(before, (life) => step(life, { type: 'announceEnd', rank, outcome }));
}

function failureOf(rank: number, outcome: RankOutcome): JobCause | null {
  if (outcome.kind === 'killed') return { kind: 'killed', rank, signal: outcome.signal };
  if (outcome.kind !== 'exited') return null;
  if (outcome.code !== 0) return { kind: 'exited', rank, code: outcome.code };
  return outcome.mpi === 'running' ? { kind: 'notFinalised', rank } : null;
}

function failed(life: JobLife, failure: JobCause): JobStep {
  if (life.stage === 'asked') {
    const interrupted =
      (failure.kind === 'killed' && failure.signal === 'SIGINT') ||
      (failure.kind === 'exited' && failure.code === 130);
    return step({ ...life, cause: life.cause ?? (interrupted ? { kind: 'interrupted' } : failure) });
  }
  if (life.stage !== 'running') return step(life);
  if (!life.keepGoing || life.startsWhole) return end(life, failure);
  return step({ ...life, cause: life.cause ?? failure }, { type: 'tellFailure', cause: failure });
}

/** One rank without MPI in a job with MPI: the others would wait for it for ever. */
function checkMpi(life: JobLife): JobStep {
  const rank = life.endedWithoutMpi;
  if (rank === null || !life.mpiStarted || !isOpen(life)) return step(life);
  return failed({ ...life, endedWithoutMpi: null }, { kind: 'withoutMpi', rank });
}

function interrupted(life: JobLife, atMs: number): JobStep {
  if (isRepeated(life, atMs)) return step(life);
  const next = { ...life, requestedAtMs: atMs };
  switch (life.stage) {
    case 'running':
      return step(
        { ...next, stage: 'asked' },
        { type: 'signal', signal: 'SIGINT' },
        { type: 'tellAsked', alive: aliveRanks(life) },
      );
    case 'asked':
    case 'ending':
      return kill({ ...next, cause: life.cause ?? { kind: 'interrupted' } });
    case 'killing':
      return step(next);
    case 'over':
      return step(next, { type: 'abandonOutput' });
  }
}

function terminated(life: JobLife, signal: NodeJS.Signals, atMs: number): JobStep {
  if (isRepeated(life, atMs)) return step(life);
  const next = { ...life, requestedAtMs: atMs };
  if (life.stage === 'ending') return kill(next);
  if (life.stage === 'over') return step(next, { type: 'abandonOutput' });
  return end(next, { kind: 'terminated', signal });
}

function isRepeated(life: JobLife, atMs: number): boolean {
  return life.requestedAtMs !== null && atMs - life.requestedAtMs < REPEAT_MS_MIN;
}

/** Whether nobody has begun to end the job. */
function isOpen(life: JobLife): boolean {
  return life.stage === 'running' || life.stage === 'asked';
}

function end(life: JobLife, cause: JobCause): JobStep {
  const next: JobLife = { ...life, cause: life.cause ?? cause };
  if (!isOpen(life)) return step(next);
  return step(
    { ...next, stage: 'ending' },
    { type: 'signal', signal: 'SIGTERM' },
    // A stopped process takes notice only when it goes on.
    { type: 'signal', signal: 'SIGCONT' },
    { type: 'startGrace' },
  );
}

function kill(life: JobLife): JobStep {
  return step({ ...life, stage: 'killing' }, { type: 'signal', signal: 'SIGKILL' });
}

function finishIfOver(life: JobLife): JobStep {
  if (life.stage === 'over' || aliveRanks(life) > 0) return step(life);
  return step({ ...life, stage: 'over' }, { type: 'finish' });
}

function step(life: JobLife, ...effects: JobEffect[]): JobStep {
  return { life, effects };
}

function then(first: JobStep, next: (life: JobLife) => JobStep): JobStep {
  const second = next(first.life);
  return { life: second.life, effects: [...first.effects, ...second.effects] };
}

function replaceAt<Item>(items: readonly Item[], index: number, item: Item): Item[] {
  const copy = [...items];
  copy[index] = item;
  return copy;
}
