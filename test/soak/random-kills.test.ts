/**
 * A launcher or a rank of a busy job is killed at a random moment, again and again: nothing hangs, nothing is left,
 * and where the job goes on the survivors know who died. PARLEY_SOAK=1 kills a hundred times.
 * It wants the machine to itself.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { ParleyRun } from '../harness/parley-run.ts';
import { sendSignal } from '../harness/leftovers.ts';
import { startRanks } from '../harness/run-ranks.ts';
import { Random } from '../programs/support/random.ts';

const KILLS = process.env['PARLEY_SOAK'] === undefined ? 15 : 100;
const RANKS = 4;
/** From the start of the launcher until well into the traffic. */
const MOMENT_MS_MAX = 600;
const seed = Number(process.env['PARLEY_SEED'] ?? randomInt(2 ** 31));
const random = new Random(seed);

type Whom = 'launcher' | 'rank' | 'rank of a job that goes on';

function start(whom: Whom): ParleyRun {
  const launcherArgs = whom === 'rank of a job that goes on' ? ['--keep-going'] : [];
  return startRanks('doomed-traffic', { ranks: RANKS, launcherArgs, timeoutMs: 20_000 });
}

/** The process of a rank, as soon as there is one. */
async function processOf(run: ParleyRun, rank: number): Promise<number> {
  for (;;) {
    const found = run.rankProcesses().get(rank);
    if (found !== undefined) return found.pid;
    await delay(5);
  }
}

async function killOnce(whom: Whom, momentMs: number, victim: number): Promise<void> {
  const run = start(whom);
  try {
    await delay(momentMs);
    const pid = whom === 'launcher' ? run.pid : await processOf(run, victim);
    assert.equal(sendSignal(pid, 'SIGKILL'), true, run.describe());
    const { code, signal, stdout } = await run.ended;
    if (whom === 'launcher') assert.equal(signal, 'SIGKILL');
    else assert.equal(code, 128 + 9, run.describe());
    if (whom === 'rank of a job that goes on') {
      const told = stdout.match(/^rank \d was told of .*$/gm)?.toSorted();
      const survivors = Array.from({ length: RANKS }, (_, rank) => rank).filter((rank) => rank !== victim);
      assert.deepEqual(
        told,
        survivors.map((rank) => `rank ${rank} was told of ${victim}`),
        run.describe(),
      );
    }
    await run.expectClean();
  } finally {
    run.release();
  }
}

test(`${KILLS} kills at random moments leave nothing behind`, async (context) => {
  context.diagnostic(`PARLEY_SEED=${seed}`);
  for (let kill = 0; kill < KILLS; kill++) {
    const whom = (['launcher', 'rank', 'rank of a job that goes on'] as const)[kill % 3] ?? 'rank';
    const [momentMs, victim] = [random.below(MOMENT_MS_MAX), random.below(RANKS)];
    await context.test(`${whom}${whom === 'launcher' ? '' : ` ${victim}`} after ${momentMs} ms`, () =>
      killOnce(whom, momentMs, victim),
    );
  }
});
