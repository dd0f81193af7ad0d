import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planSteps } from '#bench/plan.js';
import { SECTIONS } from '#bench/row.js';
import type { RowResult } from '#bench/results.js';
import { summarize } from '#bench/statistics.js';
import { judge, TARGETS, type Target } from '#bench/targets.js';

const LATENCY: RowResult = {
  id: 'latency-8',
  section: 'latency',
  label: '8 B',
  ranks: 2,
  bytes: 8,
  unit: 'µs',
  better: 'lower',
  values: { parley: summarize([0.1]), 'open-mpi': summarize([0.2]), mpich: summarize([0.15]) },
};

function target(change: Partial<Target>): Target {
  return {
    row: 'latency-8',
    label: '8 B',
    ours: 'parley',
    relation: 'at most',
    factor: 1,
    others: ['open-mpi', 'mpich'],
    ...change,
  };
}

test('a target compares with the best of the others', () => {
  const [judgement] = judge([target({})], [LATENCY]);
  assert.equal(judgement?.theirs, 0.15);
  assert.equal(judgement.wanted, '≤ MPICH');
  assert.equal(judgement.met, true);
  assert.equal(judge([target({ factor: 0.5 })], [LATENCY])[0]?.met, false);
});

test('a target of more than theirs takes the highest of the others', () => {
  const row: RowResult = {
    ...LATENCY,
    unit: 'GB/s',
    better: 'higher',
    values: { parley: summarize([21]), 'open-mpi': summarize([10]), lam: summarize([11]) },
  };
  const wanted = target({ relation: 'at least', factor: 2, others: ['open-mpi', 'lam'] });
  const [judgement] = judge([wanted], [row]);
  assert.equal(judgement?.theirs, 11);
  assert.equal(judgement.wanted, '≥ 2 × LAM/MPI');
  assert.equal(judgement.met, false);
});

test('a target without others is a bound in the unit of its row', () => {
  const [judgement] = judge([target({ factor: 0.25, others: [] })], [LATENCY]);
  assert.equal(judgement?.wanted, '≤ 0.25 µs');
  assert.equal(judgement.met, true);
});

test('a target is left out where one side was not measured', () => {
  assert.deepEqual(judge([target({ others: ['lam'] })], [LATENCY]), []);
  assert.deepEqual(judge([target({ ours: 'parley-awaiting' })], [LATENCY]), []);
});

test('every target names a row of the full plan', () => {
  const rows = planSteps('full', SECTIONS).flatMap((step) => step.rows.map((row) => row.id));
  for (const { row } of TARGETS) assert.ok(rows.includes(row), row);
});
