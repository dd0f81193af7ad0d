/** What is said of collectives whose processes do not agree, and of those that do. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Disagreement } from '#collectives/checking/collective-call.js';
import { COMPARED_VERBS, describeCall, refusedCall } from '#collectives/checking/describe-call.js';
import { judge } from '#collectives/checking/judge.js';
import { createOp } from '#collectives/operations/op.js';
import { MAX, SUM } from '#collectives/operations/predefined.js';
import { MPIError } from '#errors/mpi-error.js';
import { PROC_NULL, ROOT } from '#model/constants.js';

type Call = readonly [verb: string, ...args: unknown[]];

function calls(group: readonly Call[], peers: number, isInter: boolean): ReturnType<typeof describeCall>[] {
  return group.map(([verb, ...args], rank) =>
    structuredClone(describeCall(verb, { rank, peers, isInter }, args)),
  );
}

/** On an intracommunicator. */
const among = (...group: Call[]): Disagreement | null => judge(calls(group, group.length, false), null);

/** On an intercommunicator, seen from the first group. */
const between = (near: readonly Call[], far: readonly Call[]): Disagreement | null =>
  judge(calls(near, far.length, true), calls(far, near.length, true));

const doubles = (length: number): Float64Array => new Float64Array(length);
const ints = (length: number): Int32Array => new Int32Array(length);
const bytes = (length: number): Uint8Array => new Uint8Array(length);

/** What is told of three ranks, or of fewer. */
const WRONG: Readonly<Record<string, readonly [calls: Call[], code: string, told: string]>> = {
  'different verbs': [
    [['bcast', 1], ['barrier'], ['bcast', 1]],
    'MPI_ERR_NOT_SAME',
    'start a collective: the processes do not agree: ranks 0, 2 call bcast, rank 1 calls barrier',
  ],
  'values here and buffers there': [
    [
      ['bcast', 1],
      ['bcastInto', doubles(1)],
    ],
    'MPI_ERR_NOT_SAME',
    'start a collective: the processes do not agree: rank 0 calls bcast, rank 1 calls bcastInto',
  ],
  'different roots': [
    [
      ['bcast', 1],
      ['bcast', 1, 1],
      ['bcast', 1, 0],
    ],
    'MPI_ERR_ROOT',
    'broadcast: the processes do not agree: ranks 0, 2 say root 0, rank 1 says root 1',
  ],
  'a root that is none': [
    [
      ['gather', 1, 0],
      ['gather', 1, 'first'],
    ],
    'MPI_ERR_ROOT',
    'gather: the processes do not agree: rank 0 says root 0, rank 1 says root a string',
  ],
  'broadcast buffers of different lengths': [
    [
      ['bcastInto', doubles(4)],
      ['bcastInto', doubles(4)],
      ['bcastInto', doubles(3)],
    ],
    'MPI_ERR_COUNT',
    'broadcast: rank 0 sends 4 elements of Float64Array to rank 2, which expects 3 elements of Float64Array',
  ],
  'broadcast buffers of different types': [
    [
      ['bcastInto', doubles(1)],
      ['bcastInto', ints(2)],
    ],
    'MPI_ERR_TYPE',
    'broadcast: rank 0 sends 1 element of Float64Array to rank 1, which expects 2 elements of Int32Array',
  ],
  'a longer part to gather': [
    [
      ['gatherInto', doubles(2), doubles(6)],
      ['gatherInto', doubles(3), null],
      ['gatherInto', doubles(2), null],
    ],
    'MPI_ERR_COUNT',
    'gather: rank 1 sends 3 elements of Float64Array to rank 0, which expects 2 elements of Float64Array',
  ],
  'other counts than what comes': [
    [
      ['gathervInto', ints(1), ints(3), [1, 2]],
      ['gathervInto', ints(1), null, null],
    ],
    'MPI_ERR_COUNT',
    'gather: rank 1 sends 1 element of Int32Array to rank 0, which expects 2 elements of Int32Array',
  ],
  'other counts here than there': [
    [
      ['allgathervInto', ints(1), ints(2), [1, 1]],
      ['allgathervInto', ints(1), ints(2), [2, 0]],
    ],
    'MPI_ERR_COUNT',
    'allgather: rank 0 sends 1 element of Int32Array to rank 1, which expects 2 elements of Int32Array',
  ],
  'an exchange that does not fit': [
    [
      ['alltoallvInto', ints(3), [1, 2], [0, 1], ints(2), [1, 1], [0, 1]],
      ['alltoallvInto', ints(3), [1, 2], [0, 1], ints(3), [1, 2], [0, 1]],
    ],
    'MPI_ERR_COUNT',
    'alltoall: rank 0 sends 2 elements of Int32Array to rank 1, which expects 1 element of Int32Array',
  ],
  'different operations': [
    [
      ['allreduce', 1, SUM],
      ['allreduce', 1, MAX],
      ['allreduce', 1],
    ],
    'MPI_ERR_OP',
    'allreduce: the processes do not agree: ranks 0, 2 say operation MPI_SUM, rank 1 says operation MPI_MAX',
  ],
  'operations of which one commutes': [
    [
      ['reduce', 1, createOp(Math.max, { name: 'max' })],
      ['reduce', 1, createOp(Math.max, { name: 'max', commutative: true })],
    ],
    'MPI_ERR_OP',
    'reduce: the processes do not agree: rank 0 says operation max (not commutative), rank 1 says operation max',
  ],
  'different elements to reduce': [
    [
      ['allreduceInto', doubles(2), doubles(2)],
      ['allreduceInto', doubles(2), doubles(2)],
      ['allreduceInto', ints(2), ints(2)],
    ],
    'MPI_ERR_COUNT',
    'allreduce: the processes do not agree: ranks 0, 1 say elements 2 of Float64Array, rank 2 says elements 2 of Int32Array',
  ],
  'different shares of a result': [
    [
      ['reduceScatterInto', ints(2), ints(1), [1, 1]],
      ['reduceScatterInto', ints(2), ints(0), [2, 0]],
    ],
    'MPI_ERR_COUNT',
    'reduce-scatter: the processes do not agree: rank 0 says counts [1, 1], rank 1 says counts [2, 0]',
  ],
  'different leaders': [
    [
      ['createIntercomm', 0, null, 0],
      ['createIntercomm', 1, null, 0],
    ],
    'MPI_ERR_NOT_SAME',
    'create an intercommunicator: the processes do not agree: rank 0 says local leader 0, rank 1 says local leader 1',
  ],
};

/** What fits. */
const RIGHT: Readonly<Record<string, Call[]>> = {
  barrier: [['barrier'], ['barrier']],
  'a default and the same said': [
    ['bcast', 1],
    ['bcast', 2, 0],
  ],
  'bytes for doubles': [
    ['bcastInto', doubles(2)],
    ['bcastInto', bytes(16)],
  ],
  'what does not count elsewhere': [
    ['gathervInto', ints(1), ints(3), [1, 2], [0, 1], 0],
    ['gathervInto', ints(2), ints(99), [7], null, 0],
  ],
  'a scatter from the last': [
    ['scatter', null, 1],
    ['scatter', [1, 2], 1],
  ],
  'nothing at all': [
    ['allgathervInto', ints(0), ints(1), [0, 1]],
    ['allgathervInto', ints(1), ints(1), [0, 1]],
  ],
  'an exchange with nobody but oneself': [['alltoallvInto', ints(1), [1], [0], ints(1), [1], [0]]],
  'keys and colours of all kinds': [
    ['split', 0, 1],
    ['split', 7, 0],
  ],
};

describe('the processes of an intracommunicator', () => {
  for (const [what, [group, code, told]] of Object.entries(WRONG)) {
    it(`do not agree: ${what}`, () => {
      const wrong = among(...group);
      assert.equal(`${wrong?.action}: ${wrong?.text}`, told);
      assert.equal(wrong?.code, code);
    });
  }

  for (const [what, group] of Object.entries(RIGHT)) {
    it(`agree: ${what}`, () => assert.equal(among(...group), null));
  }

  it('hear of what another one is refused, before all else but the verb', () => {
    const reason = new MPIError('MPI_ERR_BUFFER', 'Cannot broadcast null on "world": a buffer is wanted');
    const [fine, refused] = [
      calls([['bcastInto', doubles(1), 1]], 1, false)[0]!,
      refusedCall('bcastInto', reason),
    ];
    assert.deepEqual(judge([fine, structuredClone(refused)], null), {
      code: 'MPI_ERR_BUFFER',
      text: 'rank 1 is refused: Cannot broadcast null on "world": a buffer is wanted',
      refused: true,
      action: 'broadcast',
    });
    assert.equal(
      judge([refused, refusedCall('gather', new Error('any reason'))], null)?.code,
      'MPI_ERR_NOT_SAME',
    );
    assert.equal(judge([refusedCall('gather', new Error('any reason'))], null)?.code, 'MPI_ERR_OTHER');
  });

  it('are counted where they are very many', () => {
    const wrong = among(...Array.from({ length: 40 }, (_, rank): Call => ['bcast', 1, rank === 30 ? 1 : 0]));
    assert.match(wrong?.text ?? '', /ranks 0, 1, .*, 15 and 23 more say root 0, rank 30 says root 1$/);
  });
});

describe('the groups of an intercommunicator', () => {
  const leaf = (root: number): Call => ['bcastInto', doubles(2), root];
  const RULE =
    '; one process passes ROOT, the others of its group PROC_NULL, and those of the other group its rank';

  it('agree on a root', () => {
    assert.equal(between([leaf(PROC_NULL), leaf(ROOT)], [leaf(1), leaf(1), leaf(1)]), null);
    assert.equal(between([leaf(1)], [leaf(PROC_NULL), leaf(ROOT)]), null);
  });

  it('need one root', () => {
    const wrong = between([leaf(ROOT), leaf(ROOT)], [leaf(0)]);
    assert.equal(wrong?.code, 'MPI_ERR_ROOT');
    assert.equal(
      wrong.text,
      `the processes do not agree: ranks 0, 1 of the local group say root ROOT, rank 0 of the remote group says root 0${RULE}`,
    );
    assert.equal(between([leaf(0)], [leaf(0)])?.code, 'MPI_ERR_ROOT');
  });

  it('need companions that know their part, and others that know the root', () => {
    const wrong = between([leaf(ROOT), leaf(0)], [leaf(0), leaf(1)]);
    assert.equal(
      wrong?.text,
      'the processes do not agree: rank 0 of the local group says root ROOT, rank 1 of the local group and ' +
        `rank 0 of the remote group say root 0, rank 1 of the remote group says root 1${RULE}`,
    );
  });

  it('exchange what fits, and each direction by itself', () => {
    const one: Call = ['allgatherInto', ints(2), ints(3)];
    const other: Call = ['allgatherInto', ints(1), ints(4)];
    assert.equal(between([one, one], [other, other, other]), null);
    // One way only.
    assert.equal(between([['allgatherInto', ints(0), ints(2)]], [['allgatherInto', ints(2), ints(0)]]), null);
    const wrong = between([one, one], [other, ['allgatherInto', ints(2), ints(4)], other]);
    assert.equal(
      wrong?.text,
      'rank 1 of the remote group sends 2 elements of Int32Array to rank 0 of the local group, which expects 1 element of Int32Array',
    );
  });

  it('let the companions of a root pass what they like', () => {
    const [root, companion]: Call[] = [
      ['reduceInto', null, ints(2), SUM, ROOT],
      ['reduceInto', null, null, MAX, PROC_NULL],
    ];
    assert.equal(between([root!, companion!], [['reduceInto', ints(2), null, SUM, 0]]), null);
    assert.equal(
      between([root!, companion!], [['reduceInto', ints(3), null, SUM, 0]])?.code,
      'MPI_ERR_COUNT',
    );
  });

  it('each say one thing about a merge', () => {
    assert.equal(
      between(
        [
          ['merge', true],
          ['merge', true],
        ],
        [['merge']],
      ),
      null,
    );
    assert.equal(
      between([['merge', true]], [['merge'], ['merge', true]])?.text,
      'the processes do not agree: rank 0 of the remote group says high false, rank 1 of the remote group says high true',
    );
  });
});

it('whatever a process passes can be told', () => {
  const strange = [
    undefined,
    null,
    -5,
    1.5,
    NaN,
    'text',
    [],
    {},
    Symbol('x'),
    () => 1,
    doubles(3),
    [1, 'two'],
    [Symbol('x'), 1],
    Object.create(null) as unknown,
  ];
  for (const verb of COMPARED_VERBS) {
    for (const isInter of [false, true]) {
      for (const [place, value] of strange.entries()) {
        const args = Array.from({ length: 6 }, (_, k) => strange[(place + k * 5) % strange.length]);
        for (const list of [args, Array.from({ length: 6 }, () => value)]) {
          const call = structuredClone(describeCall(verb, { rank: 0, peers: 2, isInter }, list));
          judge([call, call], isInter ? [call] : null);
        }
      }
    }
  }
});
