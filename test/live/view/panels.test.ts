import assert from 'node:assert/strict';
import { test } from 'node:test';
import { panelFor } from '#live/view/panel-for.js';
import { readViewerMessage } from '#live/view/feedback.js';
import { Alarms } from '#live/view/server/alarms.js';
import { requirePanel, requireTopicName } from '#live/view/server/panel-check.js';
import { snapshot } from '#live/view/server/snapshot.js';
import { StripHistory } from '#live/view/server/strip-history.js';
import { Strip } from '#live/view/page/model/strip.js';

test('The panel for an array follows from its shape', () => {
  const kindOf = (shape: readonly number[]): string => {
    const data = new Float32Array(shape.reduce((product, length) => product * length, 1));
    const panel = panelFor('x', data, shape);
    return panel.kind === 'lines'
      ? `lines ${panel.series.length}`
      : panel.kind === 'image'
        ? `image ${panel.shape.join('×')}`
        : panel.kind;
  };
  assert.equal(panelFor('x', 3).kind, 'strip');
  assert.equal(kindOf([1]), 'strip');
  assert.equal(kindOf([470]), 'lines 1');
  assert.equal(kindOf([2, 470]), 'lines 2');
  assert.equal(kindOf([1, 704, 768]), 'image 704×768');
  assert.equal(kindOf([4, 100, 200]), 'image 400×200');
  assert.equal(kindOf([470, 50]), 'image 470×50');
  assert.throws(() => panelFor('x', new Float32Array(5), [2, 3]), { code: 'MPI_ERR_ARG' });
});

test('A panel whose lengths do not fit together is refused where it is shown', () => {
  const y = new Float32Array(3);
  requirePanel('a', { kind: 'lines', x: y, series: [{ label: 'y', y }] });
  const wrong = [
    () => requirePanel('a', { kind: 'image', data: y, shape: [2, 2] }),
    () => requirePanel('a', { kind: 'lines', x: new Float32Array(4), series: [{ label: 'y', y }] }),
    () => requirePanel('a', { kind: 'histogram', edges: y, counts: y }),
    () => requirePanel('a', { kind: 'difference', on: y, off: new Float32Array(2), onCount: 1, offCount: 1 }),
    () => requireTopicName('$view'),
    () => requireTopicName(''),
  ];
  for (const show of wrong) assert.throws(show, { code: 'MPI_ERR_ARG' });
});

test('A shown array is copied, and the copy uses the memory of the one before', () => {
  const data = Float32Array.of(1, 2, 3);
  const first = snapshot({ kind: 'x', data, list: [data] }, undefined);
  data[0] = 9;
  assert.equal(first.data[0], 1);
  const second = snapshot({ kind: 'x', data, list: [data] }, first);
  assert.equal(second.data, first.data);
  assert.deepEqual(second.list[0], Float32Array.of(9, 2, 3));
  assert.notEqual(snapshot({ data: new Float32Array(4) }, second).data, second.data);
});

test('An alarm begins at its threshold, ends behind its hysteresis, and keeps its worst value', () => {
  const alarms = new Alarms();
  const see = (value: number, time: number): boolean =>
    alarms.observe(
      't',
      { kind: 'scalars', values: [{ label: 'p', value, unit: 'K', alarm: { above: 90, hysteresis: 5 } }] },
      time,
    );
  assert.deepEqual(
    [see(89, 1), see(91, 2), see(95, 3), see(88, 4), see(84, 5)],
    [false, true, true, false, true],
  );
  assert.deepEqual(alarms.list(), [
    {
      topic: 't',
      label: 'p',
      level: 'alarm',
      isActive: false,
      condition: 'above 90',
      value: 95,
      unit: 'K',
      since: 2,
      until: 5,
    },
  ]);
  see(99, 6);
  assert.equal(alarms.list().filter(({ isActive }) => isActive).length, 1);
  alarms.forget('t', 7);
  assert.equal(alarms.list().filter(({ isActive }) => isActive).length, 0);
});

test('An alarm of a strip chart, and one below a threshold, are seen as well; what flutters is bounded', () => {
  const alarms = new Alarms();
  for (let turn = 0; turn < 500; turn += 1)
    alarms.observe(
      's',
      {
        kind: 'strip',
        values: { rate: turn % 2 === 0 ? 1 : 9 },
        alarms: { rate: { below: 5, level: 'warning' } },
      },
      turn,
    );
  assert.equal(alarms.list().length, 100);
  assert.equal(alarms.list()[0]?.condition, 'below 5');
});

test('A strip chart gives each viewer the points that it lacks, and the page joins the pieces', () => {
  const history = new StripHistory();
  const strip = new Strip();
  const joined = (from: number): readonly number[] =>
    Array.from(strip.append(history.since(from)).columns[0] ?? []);
  const add = (value: number): void =>
    history.append({ kind: 'strip', values: { a: value }, pointsMax: 4 }, value * 10);
  add(1);
  add(2);
  assert.deepEqual(joined(0), [1, 2]);
  add(3);
  assert.deepEqual(Array.from(history.since(2).times), [30]);
  assert.deepEqual(joined(2), [1, 2, 3]);
  add(4);
  add(5);
  assert.deepEqual(joined(3), [2, 3, 4, 5]);
  for (let value = 6; value < 20; value += 1) add(value);
  // It was away for longer than the history is.
  assert.deepEqual(joined(5), [16, 17, 18, 19]);
  assert.deepEqual(Array.from(strip.until(175)?.times ?? []), [160, 170]);
});

test('A series that comes later has gaps before, and one that goes has gaps behind', () => {
  const history = new StripHistory();
  history.append({ kind: 'strip', values: { a: 1 } }, 1);
  history.append({ kind: 'strip', values: { b: 2 } }, 2);
  const { series, columns } = history.since(0);
  assert.deepEqual(series, ['a', 'b']);
  assert.deepEqual(
    columns.map((column) => Array.from(column)),
    [
      [1, Number.NaN],
      [Number.NaN, 2],
    ],
  );
});

test('What a viewer sends is read strictly', () => {
  const read = (message: unknown): unknown => readViewerMessage(JSON.stringify(message));
  const region = { rows: [1, 4], columns: [0, 2] };
  assert.deepEqual(read({ type: 'region', topic: 'c', region, more: 1 }), {
    type: 'region',
    topic: 'c',
    region,
  });
  assert.deepEqual(read({ type: 'region', topic: 'c', region: null }), {
    type: 'region',
    topic: 'c',
    region: null,
  });
  const wrong = [
    { type: 'region', topic: 'c', region: { rows: [4, 1], columns: [0, 2] } },
    { type: 'region', topic: 'c', region: { rows: [0.5, 1], columns: [0, 2] } },
    { type: 'region', topic: 'c' },
    { type: 'setting', topic: 'c', name: 'x', value: {} },
    { type: 'setting', topic: 'c', name: 'x'.repeat(1000), value: 1 },
    { type: 'format', topic: 'c', format: 'u64' },
    { type: 'rate', hertz: 'fast' },
    { type: 'eval' },
    [],
    null,
  ];
  for (const message of wrong) assert.equal(read(message), undefined);
  assert.equal(readViewerMessage('{'), undefined);
});
