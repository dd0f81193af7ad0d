/**
 * A parent that leaves right after a barrier with its children harms none of them. It wants the machine to itself.
 * PARLEY_SOAK=1 tries it two hundred times.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRanks } from '../harness/run-ranks.ts';

const RUNS = process.env['PARLEY_SOAK'] === undefined ? 3 : 200;

test(`a parent leaves its eight children after a barrier, ${RUNS} times`, async (context) => {
  for (let run = 1; run <= RUNS; run++) {
    await context.test(`run ${run}`, async () => {
      const { stdout, stderr } = await runRanks('spawn-ends', { ranks: 1, args: ['left at once'] });
      assert.equal(stdout, 'ok the parent has left\n');
      // Nothing but that they share the cores.
      assert.match(stderr, /^(?:parley: 8 processes spawned on .*\n)?$/);
    });
  }
});
