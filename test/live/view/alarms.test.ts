/** Alarms on what is shown: when they begin, what they say meanwhile, and when they are over. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AlarmRule, Panel, Scalar } from '#live/view/panel.js';
import { serveView } from '#live/view/serve-view.js';
import { Alarms } from '#live/view/server/alarms.js';
import type { AlarmsPanel } from '#live/view/wire/view-topics.js';
import { ViewerClient } from './viewer-client.js';

const RULE: AlarmRule = { above: 90, hysteresis: 5 };

/** The alarms of one topic, with a clock that counts what was shown. */
function watched(): {
  show: (panel: Panel) => boolean;
  active: () => readonly string[];
  past: () => readonly string[];
} {
  const alarms = new Alarms();
  let time = 0;
  const list = (wanted: boolean): readonly string[] =>
    alarms
      .list()
      .filter(({ isActive }) => isActive === wanted)
      .map(({ label, value, condition }) => `${label} ${value}, ${condition}`);
  return {
    show: (panel) => alarms.observe('t', panel, (time += 1)),
    active: () => list(true),
    past: () => list(false),
  };
}

const strip = (values: Record<string, number>, alarms: Record<string, AlarmRule> = {}): Panel => ({
  kind: 'strip',
  values,
  alarms,
});
const scalars = (...values: readonly Scalar[]): Panel => ({ kind: 'scalars', values });

test('Two series of a strip chart that are shown in turns leave the alarms of each other alone', () => {
  const { show, active, past } = watched();
  for (let turn = 0; turn < 20; turn += 1) {
    show(strip({ a: 95 }, { a: RULE }));
    show(strip({ b: 1 }, { b: { below: 5 } }));
    show(strip({ c: 7 }, { a: RULE, b: { below: 5 } }));
  }
  assert.deepEqual([active(), past()], [['a 95, above 90', 'b 1, below 5'], []]);
  show(strip({ a: 80 }, { a: RULE }));
  assert.deepEqual([active(), past()], [['b 1, below 5'], ['a 95, above 90']]);
});

test('What is no number neither begins an alarm nor ends one', () => {
  const { show, active } = watched();
  const see = (value: number | string): boolean =>
    show(scalars({ label: 'p', value, alarm: { ...RULE, below: 10 } }));
  assert.deepEqual([see(Number.NaN), see('off'), see(''), active()], [false, false, false, []]);
  see(95);
  assert.deepEqual(
    [see(Number.NaN), see('off'), see(''), active()],
    [false, false, false, ['p 95, above 90']],
  );
  show(strip({ s: Number.NaN }, { s: RULE }));
  assert.equal(see(50), true);
  assert.deepEqual(active(), []);
});

test('An alarm ends with its reading, with its rule, and with the panel that had it', () => {
  const { show, active, past } = watched();
  const p: Scalar = { label: 'p', value: 95, alarm: RULE };
  const q: Scalar = { ...p, label: 'q' };
  show(scalars(p, q));
  assert.equal(active().length, 2);
  assert.equal(show(scalars(q)), true);
  assert.deepEqual([active(), past()], [['q 95, above 90'], ['p 95, above 90']]);
  show(scalars({ label: 'q', value: 95 }));
  assert.deepEqual(active(), []);
  show(scalars(p));
  assert.equal(show({ kind: 'text', text: '' }), true);
  assert.deepEqual(active(), []);
  show(strip({ s: 95 }, { s: RULE }));
  show(strip({ s: 95 }));
  assert.deepEqual(active(), []);
});

test('A value that has gone over to the other threshold says so', () => {
  const { show, active, past } = watched();
  const see = (value: number, rule: AlarmRule = { above: 90, below: 10 }): boolean =>
    show(scalars({ label: 'p', value, alarm: rule }));
  see(95);
  see(99);
  assert.equal(see(8), true);
  assert.deepEqual([active(), past()], [['p 8, below 10'], []]);
  assert.deepEqual([see(2), see(4)], [true, false]);
  assert.deepEqual(active(), ['p 2, below 10']);
  // The rule itself may change: the worst value stays, what it is measured by is another one.
  see(95);
  assert.equal(see(93, { above: 92 }), true);
  assert.deepEqual(active(), ['p 95, above 92']);
});

test('Readings of a panel that a function makes raise alarms when it is made', async () => {
  await using view = await serveView();
  const show = (value: number): void =>
    view.show('readings', () => ({ kind: 'scalars', values: [{ label: 'p', value, alarm: RULE }] }));
  show(95);
  assert.deepEqual(view.alarms, []);
  const viewer = await ViewerClient.connect(view.url);
  const active = (): number =>
    (viewer.last('$alarms')?.panel as AlarmsPanel | undefined)?.alarms.filter(({ isActive }) => isActive)
      .length ?? 0;
  await viewer.until(() => active() === 1);
  show(50);
  await viewer.until(() => active() === 0);
  assert.equal(view.alarms.length, 1);
  await viewer.close();
});
