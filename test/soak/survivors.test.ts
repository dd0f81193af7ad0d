/**
 * A rank is killed in a job that goes on without it (`--keep-going`): the others are told who died, and go on.
 * It wants the machine to itself.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ParleyRun } from '../harness/parley-run.ts';
import { sendSignal } from '../harness/leftovers.ts';
import { startRanks } from '../harness/run-ranks.ts';

const VICTIM = 1;
const WAITS = 15;

interface Told {
  readonly rank: number;
  readonly what: string;
  readonly message: string;
  readonly failedRanks: readonly number[];
}

/** Kills the victim once every rank has said that it is ready; what the survivors were told. */
async function killVictim(run: ParleyRun, ranks: number): Promise<Told[]> {
  await run.waitForOutput(new RegExp(`(?:ready \\d+\\n[^]*){${ranks}}`));
  const victim = run.rankProcesses().get(VICTIM);
  assert.ok(victim !== undefined, run.describe());
  assert.equal(sendSignal(victim.pid, 'SIGKILL'), true);
  const { code, stdout } = await run.ended;
  assert.equal(code, 128 + 9, run.describe());
  assert.equal(stdout.match(/^ok \d+$/gm)?.length, ranks - 1, run.describe());
  await run.expectClean();
  return Array.from(stdout.matchAll(/^\{.*\}$/gm), ([line]) => JSON.parse(line) as Told);
}

test('whoever waits for a rank that is killed is told who died', async (context) => {
  const ranks = WAITS + 1;
  const run = startRanks('survivors', { ranks, launcherArgs: ['--keep-going'], args: ['waits'] });
  const told = await killVictim(run, ranks);
  assert.equal(told.length, WAITS);
  for (const { what, message, failedRanks } of told) {
    await context.test(what, () => {
      const [comm, rank] = what.includes('another rank')
        ? ['reversed', ranks - 1 - VICTIM]
        : ['MPI_COMM_WORLD', VICTIM];
      assert.match(message, new RegExp(`rank ${rank} of "${comm}".*(SIGKILL|signal 9)`));
      assert.deepEqual(failedRanks, [rank]);
    });
  }
});

for (const ranks of [3, 6]) {
  test(`${ranks - 1} ranks in collectives with one that is killed are told who died`, async () => {
    const run = startRanks('survivors', { ranks, launcherArgs: ['--keep-going'], args: ['collectives'] });
    const told = await killVictim(run, ranks);
    assert.ok(told.length >= 4 * (ranks - 1));
    for (const { message } of told) {
      assert.match(message, new RegExp(`rank ${VICTIM} of "duplicate \\d".*(SIGKILL|signal 9)`));
    }
  });
}
