/** The variable PARLEY_CHECK, in real ranks. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { checksCollectives } from '#api/collective-checks.js';
import { holdAtRanks } from './hold-at-ranks.ts';

const env = { PARLEY_CHECK: 'collective' };

holdAtRanks('collective-checks', [3], { env });

describe('correct programs run as ever, and wrong arguments are refused as ever:', () => {
  holdAtRanks('data-movement', [3], { env });
  holdAtRanks('a14-create-group', [4], { env });
  holdAtRanks('a20-merge', [4], { env });
  holdAtRanks('a30-bad-root', [4], { env });
});

test('PARLEY_CHECK knows one word, and takes no other in silence', () => {
  assert.deepEqual(
    [{}, { PARLEY_CHECK: '' }, { PARLEY_CHECK: 'collective' }].map((variables) =>
      checksCollectives(variables),
    ),
    [false, false, true],
  );
  assert.throws(() => checksCollectives({ PARLEY_CHECK: 'all' }), { code: 'MPI_ERR_ARG', message: /"all"/ });
});
