/**
 * A master takes many updates, stores and shows them, and stays as large as it was: heap, memory outside of it, descriptors,
 * resident bytes. PARLEY_SOAK=1 sends a million.
 * It wants the machine to itself.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runRanks } from '../harness/run-ranks.ts';
import { scratchFolder } from '../live/support/scratch-folder.ts';

const COUNT = process.env['PARLEY_SOAK'] === undefined ? 20_000 : 1_000_000;

test(`a master does not grow by ${COUNT} updates`, async (context) => {
  const journal = join(scratchFolder(context), 'a.journal');
  const { stdout } = await runRanks('live-soak-run', {
    ranks: 3,
    args: [String(COUNT), journal],
    timeoutMs: 60_000 + COUNT,
  });
  assert.ok(Number(/^(\d+) updates$/m.exec(stdout)?.[1]) >= COUNT);
  context.diagnostic(stdout.trim());
});
