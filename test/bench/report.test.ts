import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawCharts } from '#bench/report/charts.js';
import { formatNumber } from '#bench/report/number-format.js';
import { renderTables } from '#bench/report/tables.js';
import type { BenchResults, RowResult } from '#bench/results.js';
import { summarize } from '#bench/statistics.js';

function latencyRow(bytes: number, ours: number[], theirs: number[]): RowResult {
  return {
    id: `latency-${bytes}`,
    section: 'latency',
    label: `${bytes} B`,
    ranks: 2,
    bytes,
    unit: 'µs',
    better: 'lower',
    values: { parley: summarize(ours), 'open-mpi': summarize(theirs) },
  };
}

const RESULTS: BenchResults = {
  date: '2026-01-02T03:04:05.000Z',
  machine: {
    processor: 'A <processor> & more',
    cores: 2,
    memoryGib: 8,
    system: 'Linux 6',
    node: 'v20.19.0',
    load: 0.5,
  },
  rounds: 3,
  placement: 'left to the system',
  participants: [
    { id: 'parley', label: 'Parley', version: '1.0.0', settings: 'defaults' },
    { id: 'open-mpi', label: 'Open MPI', version: '4.1', settings: 'defaults' },
  ],
  leftOut: [{ label: 'LAM/MPI', reason: 'only root can install it' }],
  rows: [latencyRow(8, [0.1, 0.11, 0.12], [0.2, 0.22, 0.24]), latencyRow(1024, [1, 1.1, 1.2], [2, 2.2, 2.4])],
  targets: [
    {
      row: 'latency-8',
      label: '8 B',
      wanted: '≤ Open MPI',
      ours: 0.11,
      theirs: 0.22,
      unit: 'µs',
      ratio: 0.5,
      met: true,
    },
    {
      row: 'latency-1024',
      label: '1 KiB',
      wanted: '≤ Open MPI',
      ours: 3,
      theirs: 2,
      unit: 'µs',
      ratio: 1.5,
      met: false,
    },
  ],
  failures: [{ participant: 'open-mpi', rows: ['barrier-2'], times: 2, message: 'it broke', tooSlow: false }],
};

test('numbers have three significant digits and no exponent', () => {
  assert.deepEqual([0, 0.00213, 0.1234, 12.34, 123.4, 12_345.6, Infinity].map(formatNumber), [
    '0',
    '0.002',
    '0.12',
    '12.3',
    '123',
    '12\u202f346',
    '–',
  ]);
});

test('the tables state machine, versions, medians, ranges, lead, targets, and what is missing', () => {
  const text = renderTables(RESULTS, 120);
  for (const part of [
    'A <processor> & more, 2 cores',
    'Open MPI 4.1',
    'medians of 3 alternating rounds',
    '0.11 (0.10–0.12)',
    '× 2.00',
    'Targets: 1 of 2 met',
    '✔ 8 B',
    '✘ 1 KiB',
    'left out: LAM/MPI: only root can install it',
    'open-mpi failed at barrier-2, 2 times',
  ]) {
    assert.ok(text.includes(part), `${part} in\n${text}`);
  }
});

test('a narrow terminal gets the medians alone', () => {
  const text = renderTables(RESULTS, 40);
  assert.ok(!text.includes('(0.10–0.12)'));
  assert.match(text, /8 B +0\.11 +0\.22/);
});

test('a plot is well-formed, has a line for each participant and escapes its text', () => {
  const charts = drawCharts(RESULTS);
  assert.deepEqual([...charts.keys()], ['latency.svg', 'ping-pong-bandwidth.svg', 'overview.svg']);
  for (const [name, svg] of charts) {
    assert.ok(svg.includes('A &#60;processor&#62; &#38; more'), name);
    assert.ok(!/NaN|undefined|Infinity/.test(svg), name);
    assertBalanced(svg, name);
  }
  assert.equal(charts.get('latency.svg')?.match(/class="line/g)?.length, 4, 'two lines and their legends');
});

test('a run without numbers has no plots', () => {
  assert.equal(drawCharts({ ...RESULTS, rows: [] }).size, 0);
});

function assertBalanced(svg: string, name: string): void {
  const open: string[] = [];
  for (const [, closing, element, selfClosing] of svg.matchAll(/<(\/?)([a-z]+)[^<>]*?(\/?)>/g)) {
    if (closing === '/') assert.equal(open.pop(), element, name);
    else if (selfClosing !== '/') open.push(element ?? '');
  }
  assert.deepEqual(open, [], name);
}
