/** What people have set, and what the program says itself of the same controls. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attendance, ViewerLine } from '#live/stream/viewer-desk.js';
import { Board } from '#live/view/board.js';
import type { Control, Panel } from '#live/view/panel.js';
import { decodeViewFrame } from '#live/view/wire/view-frame.js';
import type { FramePanel } from '#live/view/wire/view-topics.js';

/** Somebody who sets, and sees what everybody has set. */
class Setter implements ViewerLine {
  readonly isOpen = true;
  readonly bufferedBytes = 0;
  readonly #attendance: Attendance;
  settings: Readonly<Record<string, unknown>> = {};

  constructor(board: Board) {
    const attendance = board.admit(this, 'setter', () => undefined);
    assert.ok(typeof attendance !== 'string');
    this.#attendance = attendance;
    this.#say({ type: 'rate', hertz: 240 });
    this.#say({ type: 'hello', session: '', seen: {} });
  }

  set(topic: string, name: string, value: number): void {
    this.#say({ type: 'setting', topic, name, value });
  }

  sendFrame(head: Uint8Array, body: Uint8Array): void {
    const { name, version, panel } = decodeViewFrame<FramePanel>(Uint8Array.from([...head, ...body]).buffer);
    if (panel.kind === '$view') this.settings = panel.settings;
    queueMicrotask(() => this.#say({ type: 'drawn', versions: { [name]: version } }));
  }

  sendText(): void {
    return undefined;
  }

  #say(message: object): void {
    this.#attendance.hear(JSON.stringify(message));
  }
}

const number = (name: string, value: number): Control => ({ type: 'number', name, value });
const controls = (...controls: readonly Control[]): Panel => ({ kind: 'controls', controls });

/** As whoever comes at this moment sees them. */
const settingsOf = (board: Board): Readonly<Record<string, unknown>> => new Setter(board).settings;

test('A control that the program shows with another value than before has that value, whatever was set', async () => {
  await using board = new Board({});
  board.show('c', controls(number('a', 1), number('b', 1)));
  const person = new Setter(board);
  person.set('c', 'a', 5);
  person.set('c', 'b', 6);
  // The same once more is no word about it.
  board.show('c', controls(number('a', 1), number('b', 1)));
  assert.deepEqual(settingsOf(board), { 'c/a': 5, 'c/b': 6 });
  board.show('c', controls(number('a', 2), number('b', 1)));
  assert.deepEqual(settingsOf(board), { 'c/b': 6 });
  person.set('c', 'a', 7);
  board.show('c', controls(number('a', 2)));
  assert.deepEqual(settingsOf(board), { 'c/b': 6, 'c/a': 7 });
  board.show('c', () => controls(number('a', 3)));
  // Made for whoever looks, and told to everybody behind it.
  settingsOf(board);
  await Promise.resolve();
  assert.deepEqual(settingsOf(board), { 'c/b': 6 });
});

test('The threshold of a histogram is a setting like any other', async () => {
  await using board = new Board({});
  const show = (value: number): void =>
    board.show('h', {
      kind: 'histogram',
      edges: Float64Array.of(0, 1),
      counts: Float64Array.of(3),
      threshold: { name: 'cut', value },
    });
  show(1);
  new Setter(board).set('h', 'cut', 9);
  show(1);
  assert.deepEqual(settingsOf(board), { 'h/cut': 9 });
  show(2);
  assert.deepEqual(settingsOf(board), {});
});

test('What was set goes with its panel, and with no other', async () => {
  await using board = new Board({});
  for (const topic of ['c', 'c/d']) board.show(topic, controls(number('a', 1)));
  const person = new Setter(board);
  person.set('c', 'a', 5);
  person.set('c/d', 'a', 6);
  board.remove('c');
  assert.deepEqual(settingsOf(board), { 'c/d/a': 6 });
  board.show('c', controls(number('a', 1)));
  assert.deepEqual(settingsOf(board), { 'c/d/a': 6 });
});
