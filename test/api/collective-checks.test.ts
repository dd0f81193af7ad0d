/** The variable PARLEY_CHECK, in real ranks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checksCollectives } from '#api/collective-checks.js';
import { holdAtRanks } from './hold-at-ranks.ts';

holdAtRanks('collective-checks', [3], { env: { PARLEY_CHECK: 'collective' } });

test('PARLEY_CHECK knows one word, and takes no other in silence', () => {
  assert.deepEqual(
    [{}, { PARLEY_CHECK: '' }, { PARLEY_CHECK: 'collective' }].map((variables) =>
      checksCollectives(variables),
    ),
    [false, false, true],
  );
  assert.throws(() => checksCollectives({ PARLEY_CHECK: 'all' }), { code: 'MPI_ERR_ARG', message: /"all"/ });
});
