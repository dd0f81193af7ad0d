/**
 * The longest message. It takes 4 GiB of memory, and is left out where there is less to spare. PARLEY_SOAK=1 tries it
 * in every way; otherwise once, since the memory takes seconds to come.
 */
import assert from 'node:assert/strict';
import { freemem } from 'node:os';
import { test } from 'node:test';
import { runRanks } from '../harness/run-ranks.ts';

const MEMORY_WANTED = 8 * 2 ** 30;
const WAYS =
  process.env['PARLEY_SOAK'] === undefined
    ? [['blocking', 'buffer']]
    : [
        ['blocking', 'buffer'],
        ['blocking', 'value'],
        ['awaiting', 'buffer'],
        ['awaiting', 'value'],
      ];

const skip = freemem() < MEMORY_WANTED ? 'it takes 8 GiB of free memory' : false;

for (const way of WAYS) {
  test(`a message of 2 GiB comes whole: ${way.join(', ')}`, { skip }, async () => {
    const { stdout } = await runRanks('huge', { args: way });
    assert.equal(stdout, 'ok 2 GiB\n');
  });
}
