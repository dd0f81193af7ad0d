/** The life of a job, event by event, without any process. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { exitCodeOf, type RankOutcome } from '#runtime/job-cause.js';
import { REPEAT_MS_MIN, aliveRanks, beginJob, stepJob } from '#runtime/job-life.js';
import type { JobEffect, JobEvent, JobLife } from '#runtime/job-life.js';

/** Applies events to a job and keeps what followed. */
class Job {
  life: JobLife;
  effects: JobEffect[] = [];

  constructor(size: number, keepGoing = false, startsWhole = false) {
    this.life = beginJob(size, keepGoing, startsWhole);
    for (let rank = 0; rank < size; rank++) this.do({ type: 'started', rank, pid: 100 + rank });
    this.effects = [];
  }

  do(...events: JobEvent[]): this {
    for (const event of events) {
      const { life, effects } = stepJob(this.life, event);
      this.life = life;
      this.effects.push(...effects);
    }
    return this;
  }

  get signals(): string[] {
    return this.effects.flatMap((effect) => (effect.type === 'signal' ? [effect.signal] : []));
  }

  get effectTypes(): string[] {
    return this.effects.map(({ type }) => type);
  }
}

function exit(
  rank: number,
  code: number,
  more: Partial<Extract<RankOutcome, { kind: 'exited' }>> = {},
): JobEvent {
  return { type: 'exited', rank, outcome: { kind: 'exited', code, mpi: 'finalised', ...more }, abort: null };
}

function death(rank: number, signal: NodeJS.Signals): JobEvent {
  return { type: 'exited', rank, outcome: { kind: 'killed', signal, mpi: 'running' }, abort: null };
}

describe('the life of a job', () => {
  it('is over without a cause when every rank has ended well', () => {
    const job = new Job(2).do(exit(1, 0), exit(0, 0));
    assert.equal(job.life.stage, 'over');
    assert.equal(job.life.cause, null);
    assert.deepEqual(job.effectTypes, ['announceEnd', 'announceEnd', 'finish']);
  });

  it('ends the others at the first failure, and blames nobody else', () => {
    const job = new Job(3).do(exit(1, 5));
    assert.deepEqual(job.signals, ['SIGTERM', 'SIGCONT']);
    assert.equal(job.life.stage, 'ending');
    job.do(death(0, 'SIGTERM'), exit(2, 77));
    assert.deepEqual(job.life.cause, { kind: 'exited', rank: 1, code: 5 });
    assert.equal(job.life.stage, 'over');
  });

  it('kills what has not ended when the grace is over', () => {
    const job = new Job(2).do(exit(1, 5), { type: 'graceOver' });
    assert.deepEqual(job.signals, ['SIGTERM', 'SIGCONT', 'SIGKILL']);
    job.do(death(0, 'SIGKILL'));
    assert.deepEqual(job.life.cause, { kind: 'exited', rank: 1, code: 5 });
  });

  it('ignores a grace that is over after everything has ended', () => {
    const job = new Job(1).do(exit(0, 5), { type: 'graceOver' });
    assert.deepEqual(job.signals.includes('SIGKILL'), false);
  });

  it('counts a rank that exits with 0 in the middle of MPI as failed', () => {
    const job = new Job(2).do(exit(0, 0, { mpi: 'running' }));
    assert.deepEqual(job.life.cause, { kind: 'notFinalised', rank: 0 });
    assert.equal(job.life.stage, 'ending');
  });

  it('goes on after failures where it should, with the first one as its cause', () => {
    const job = new Job(3, true).do(death(1, 'SIGKILL'), exit(0, 4));
    assert.deepEqual(job.signals, []);
    assert.equal(job.life.stage, 'running');
    job.do(exit(2, 0));
    assert.deepEqual(job.life.cause, { kind: 'killed', rank: 1, signal: 'SIGKILL' });
    assert.equal(job.effects.filter(({ type }) => type === 'tellFailure').length, 2);
  });

  it('ends at an abort, even where failures do not end it', () => {
    const job = new Job(2, true).do({ ...exit(0, 9), abort: { rank: 1, code: 9 } } as JobEvent);
    assert.deepEqual(job.life.cause, { kind: 'abort', rank: 1, code: 9 });
    assert.equal(job.life.stage, 'ending');
  });

  it('does not start as a whole where one rank cannot start', () => {
    const job = new Job(2, true).do({ type: 'notStarted', rank: 1, reason: 'no memory' });
    assert.deepEqual(job.life.cause, { kind: 'notStarted', rank: 1, reason: 'no memory' });
    assert.equal(job.life.stage, 'ending');
    assert.equal(job.do(death(0, 'SIGTERM')).life.stage, 'over');
  });

  it('may have to come up as a whole, and only then goes on without a rank', () => {
    const failures = [exit(0, 3), exit(0, 0, { mpi: 'running' }), death(0, 'SIGSEGV')];
    for (const failure of failures) {
      assert.equal(new Job(2, true, true).do({ type: 'mpiStarted' }, failure).life.stage, 'ending');
      assert.equal(new Job(2, true, true).do({ type: 'up' }, failure).life.stage, 'running');
      assert.equal(new Job(2, false, true).do({ type: 'up' }, failure).life.stage, 'ending');
    }
    const without = new Job(2, true, true).do({ type: 'mpiStarted' }, exit(0, 0, { mpi: 'never' }));
    assert.deepEqual([without.life.stage, without.life.cause?.kind], ['ending', 'withoutMpi']);
  });

  it('is over at once where no rank could start', () => {
    const job = new Job(2).do(
      { type: 'notStarted', rank: 0, reason: 'x' },
      { type: 'notStarted', rank: 1, reason: null },
    );
    assert.equal(job.life.stage, 'over');
  });
});

describe('a rank that ends without MPI', () => {
  it('is fine where no rank starts MPI', () => {
    const job = new Job(2).do(exit(0, 0, { mpi: 'never' }), exit(1, 0, { mpi: 'never' }));
    assert.equal(job.life.cause, null);
  });

  it('is a failure where another one has started MPI', () => {
    const job = new Job(2).do({ type: 'mpiStarted' }, exit(1, 0, { mpi: 'never' }));
    assert.deepEqual(job.life.cause, { kind: 'withoutMpi', rank: 1 });
    assert.equal(job.life.stage, 'ending');
  });

  it('becomes a failure when another one starts MPI later', () => {
    const job = new Job(2).do(exit(1, 0, { mpi: 'never' }));
    assert.ok(job.effectTypes.includes('watchForMpi'));
    assert.equal(job.life.stage, 'running');
    job.do({ type: 'mpiStarted' });
    assert.deepEqual(job.life.cause, { kind: 'withoutMpi', rank: 1 });
  });

  it('does not end a job that goes on after failures, and is told once', () => {
    const job = new Job(2, true).do(
      exit(1, 0, { mpi: 'never' }),
      { type: 'mpiStarted' },
      { type: 'mpiStarted' },
    );
    assert.equal(job.life.stage, 'running');
    assert.equal(job.effects.filter(({ type }) => type === 'tellFailure').length, 1);
  });
});

describe('a request to end', () => {
  const later = REPEAT_MS_MIN + 1;

  it('by Ctrl-C asks first, and what the ranks then do decides', () => {
    const job = new Job(2).do({ type: 'interrupted', atMs: 0 });
    assert.deepEqual(job.signals, ['SIGINT']);
    assert.equal(job.life.stage, 'asked');
    job.do(exit(0, 0), exit(1, 0));
    assert.equal(exitCodeOf(job.life.cause), 0);
  });

  it('by Ctrl-C gives ranks time that others do not take', () => {
    const job = new Job(2).do({ type: 'interrupted', atMs: 0 }, death(0, 'SIGINT'));
    assert.deepEqual(job.signals, ['SIGINT']);
    assert.deepEqual(job.do(exit(1, 0)).life.cause, { kind: 'interrupted' });
  });

  it('by a second Ctrl-C kills', () => {
    const job = new Job(2).do({ type: 'interrupted', atMs: 0 }, { type: 'interrupted', atMs: later });
    assert.deepEqual(job.signals, ['SIGINT', 'SIGKILL']);
    assert.deepEqual(job.do(death(0, 'SIGKILL'), death(1, 'SIGKILL')).life.cause, { kind: 'interrupted' });
  });

  it('counts once where one key press arrives twice', () => {
    const job = new Job(2).do({ type: 'interrupted', atMs: 0 }, { type: 'interrupted', atMs: 3 });
    assert.deepEqual(job.signals, ['SIGINT']);
  });

  it('by SIGTERM asks and kills after the grace, or at once when repeated', () => {
    const job = new Job(1).do({ type: 'terminated', signal: 'SIGTERM', atMs: 0 });
    assert.deepEqual(job.signals, ['SIGTERM', 'SIGCONT']);
    assert.ok(job.effectTypes.includes('startGrace'));
    job.do({ type: 'terminated', signal: 'SIGTERM', atMs: later });
    assert.equal(job.signals.at(-1), 'SIGKILL');
    assert.deepEqual(job.do(death(0, 'SIGKILL')).life.cause, { kind: 'terminated', signal: 'SIGTERM' });
  });

  it('by Ctrl-C while a failure is ending the job kills at once', () => {
    const job = new Job(2).do(exit(0, 3), { type: 'interrupted', atMs: 0 });
    assert.equal(job.signals.at(-1), 'SIGKILL');
    assert.deepEqual(job.life.cause, { kind: 'exited', rank: 0, code: 3 });
  });

  it('when all ranks are gone gives up the output that nobody reads', () => {
    const job = new Job(1).do(exit(0, 0), { type: 'interrupted', atMs: 0 });
    assert.equal(job.effectTypes.at(-1), 'abandonOutput');
  });

  it('at the time limit tells how far the ranks are before it ends them', () => {
    const job = new Job(1).do({ type: 'timeLimitReached' });
    assert.deepEqual(job.effectTypes, ['tellTimeLimit', 'signal', 'signal', 'startGrace']);
    assert.equal(exitCodeOf(job.do(death(0, 'SIGTERM')).life.cause), 110);
  });

  it('comes from a lost output too', () => {
    const job = new Job(1).do({ type: 'outputLost', code: 'EPIPE' }, death(0, 'SIGTERM'));
    assert.equal(exitCodeOf(job.life.cause), 141);
  });
});

describe('exit codes', () => {
  const cases: [Parameters<typeof exitCodeOf>[0], number][] = [
    [null, 0],
    [{ kind: 'exited', rank: 0, code: 3 }, 3],
    [{ kind: 'killed', rank: 0, signal: 'SIGSEGV' }, 139],
    [{ kind: 'killed', rank: 0, signal: 'SIGKILL' }, 137],
    [{ kind: 'abort', rank: 0, code: 9 }, 9],
    [{ kind: 'abort', rank: 0, code: 0 }, 1],
    [{ kind: 'abort', rank: 0, code: 256 }, 1],
    [{ kind: 'abort', rank: 0, code: -1 }, 255],
    [{ kind: 'notFinalised', rank: 0 }, 1],
    [{ kind: 'withoutMpi', rank: 0 }, 1],
    [{ kind: 'notStarted', rank: 0, reason: '' }, 126],
    [{ kind: 'timeLimit' }, 110],
    [{ kind: 'interrupted' }, 130],
    [{ kind: 'terminated', signal: 'SIGHUP' }, 129],
    [{ kind: 'outputLost', code: 'ENOSPC' }, 1],
  ];
  for (const [cause, code] of cases) {
    it(`say ${code} for ${JSON.stringify(cause)}`, () => {
      assert.equal(exitCodeOf(cause), code);
    });
  }
});

describe('any history of a job', () => {
  const size = 3;
  const rank = fc.nat(size - 1);
  const outcome = fc.oneof(
    fc.record({
      kind: fc.constant('exited' as const),
      code: fc.constantFrom(0, 0, 1, 130, 255),
      mpi: fc.constantFrom('never' as const, 'running' as const, 'finalised' as const),
    }),
    fc.record({
      kind: fc.constant('killed' as const),
      signal: fc.constantFrom('SIGINT' as const, 'SIGTERM' as const, 'SIGSEGV' as const),
      mpi: fc.constant('running' as const),
    }),
  );
  const event: fc.Arbitrary<JobEvent> = fc.oneof(
    fc.record({
      type: fc.constant('exited' as const),
      rank,
      outcome,
      abort: fc.option(fc.record({ rank, code: fc.integer() }), { freq: 8 }),
    }),
    fc.constant({ type: 'mpiStarted' as const }),
    fc.record({ type: fc.constant('interrupted' as const), atMs: fc.nat(2000) }),
    fc.record({
      type: fc.constant('terminated' as const),
      signal: fc.constant('SIGTERM' as const),
      atMs: fc.nat(2000),
    }),
    fc.constant({ type: 'timeLimitReached' as const }),
    fc.constant({ type: 'outputLost' as const, code: 'EPIPE' }),
    fc.constant({ type: 'graceOver' as const }),
  );

  it('announces each end once, finishes once and only when all have ended, and never changes its cause', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), fc.boolean(), (events, keepGoing) => {
        const job = new Job(size, keepGoing);
        for (const event of events) {
          // A process ends once.
          if (event.type === 'exited' && job.life.ranks[event.rank]?.outcome !== null) continue;
          const { cause } = job.life;
          job.do(event);
          if (cause !== null) assert.deepEqual(job.life.cause, cause);
        }
        for (let rank = 0; rank < size; rank++) {
          if (job.life.ranks[rank]?.outcome === null) job.do(exit(rank, 0));
        }
        assert.equal(aliveRanks(job.life), 0);
        assert.equal(job.life.stage, 'over');
        const count = (type: string): number => job.effectTypes.filter((each) => each === type).length;
        assert.equal(count('finish'), 1);
        assert.equal(count('announceEnd'), size);
        assert.ok(count('startGrace') <= 1);
        assert.ok(count('watchForMpi') <= 1);
      }),
    );
  });
});
