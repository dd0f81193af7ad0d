/** A board that shows again what another one shows, over a line as processes have it; and viewers that take nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attendance, ViewerLine } from '#live/stream/viewer-desk.js';
import { Board } from '#live/view/board.js';
import type { ViewerNews } from '#live/view/board-options.js';
import type { ViewFeedback } from '#live/view/feedback.js';
import { decodeViewFrame, type ViewFrame } from '#live/view/wire/view-frame.js';
import type { AlarmsPanel, MirroredPanel, StripFrame, ViewPanel } from '#live/view/wire/view-topics.js';
import { Spectrometer } from './programs/spectrometer.js';

/** Takes what comes, at once or never. */
class Listener implements ViewerLine {
  readonly frames: ViewFrame<MirroredPanel>[] = [];
  readonly texts: string[] = [];
  readonly isOpen = true;
  readonly bufferedBytes = 0;
  bytes = 0;
  #attendance: Attendance | undefined;
  readonly #take: ((frame: ViewFrame<MirroredPanel>) => void) | undefined;

  constructor(take?: (frame: ViewFrame<MirroredPanel>) => void) {
    this.#take = take;
  }

  come(board: Board, hello: object = { type: 'hello', session: '', seen: {} }): this {
    const attendance = board.admit(this, 'listener', () => undefined);
    assert.ok(typeof attendance !== 'string');
    this.#attendance = attendance;
    // As fast as it likes: the pace of frames is tested elsewhere.
    this.say({ type: 'rate', hertz: 240 });
    this.say(hello);
    return this;
  }

  say(message: object): void {
    this.#attendance?.hear(JSON.stringify(message));
  }

  gone(error?: Error): void {
    this.#attendance?.gone(error);
  }

  sendFrame(head: Uint8Array, body: Uint8Array): void {
    this.bytes += head.byteLength + body.byteLength;
    const frame = decodeViewFrame<MirroredPanel>(Uint8Array.from([...head, ...body]).buffer);
    this.frames.push(frame);
    this.#take?.(frame);
    if (this.#take !== undefined)
      queueMicrotask(() => this.say({ type: 'drawn', versions: { [frame.name]: frame.version } }));
  }

  sendText(text: string): void {
    this.texts.push(text);
  }

  last(name: string): MirroredPanel | undefined {
    return this.frames.findLast((frame) => frame.name === name)?.panel;
  }
}

test('a mirror shows every kind of panel as it is, with regions, settings, alarms and order of the original', async () => {
  await using original = new Board({ title: 'original' });
  const spectrometer = new Spectrometer(original, 1);
  for (let tick = 0; tick <= 120; tick += 1) spectrometer.tick(tick);
  original.markRegion('camera', { rows: [1, 5], columns: [2, 3] });
  await using mirror = new Board({});
  new Listener((frame) => mirror.mirror(frame)).come(original);
  await Promise.resolve();
  const [there, here] = [new Listener().come(original), new Listener().come(mirror)];
  const topics = (there.last('$view') as ViewPanel | undefined)?.topics ?? [];
  assert.ok(topics.length >= 10);
  for (const name of topics) assert.deepEqual(here.last(name), there.last(name), name);
  const [view, again] = [
    there.last('$view') as ViewPanel | undefined,
    here.last('$view') as ViewPanel | undefined,
  ];
  for (const key of ['title', 'topics', 'regions', 'settings'] as const)
    assert.deepEqual(again?.[key], view?.[key]);
  assert.deepEqual(here.last('$alarms'), there.last('$alarms') as AlarmsPanel | undefined);
  assert.ok(((there.last('$alarms') as AlarmsPanel | undefined)?.alarms.length ?? 0) > 0);
});

test('alarms are told from the start, also where there are none, and those of one program do not stay in the mirror of the next', async () => {
  await using mirror = new Board({});
  await using first = new Board({});
  first.show('p', { kind: 'scalars', values: [{ label: 'p', value: 9, alarm: { above: 5 } }] });
  new Listener((frame) => mirror.mirror(frame)).come(first);
  assert.equal(mirror.alarms.filter(({ isActive }) => isActive).length, 1);
  await using second = new Board({});
  mirror.clear();
  new Listener((frame) => mirror.mirror(frame)).come(second);
  assert.deepEqual(mirror.alarms, []);
});

test('versions go on where a panel is removed and shown again: who was away gets it, and what it missed of the old is not counted', async () => {
  await using board = new Board({});
  const text = (text: string) => ({ kind: 'text', text }) as const;
  for (const turn of ['1', '2', '3']) board.show('a', text(turn));
  const there = new Listener().come(board);
  const { session } = there.last('$view') as ViewPanel;
  board.remove('a');
  board.show('a', text('anew'));
  const seen = { $view: 1, a: 3 };
  const back = new Listener().come(board, { type: 'hello', session, seen });
  assert.deepEqual(back.last('a'), text('anew'));
  const { version, skipped } = back.frames.findLast(({ name }) => name === 'a')!;
  assert.deepEqual([version, skipped], [4, 0]);
  // All of a mirror's panels are removed when it follows another program.
  board.clear();
  board.show('b', text('other'));
  board.show('a', text('again'));
  const again = new Listener().come(board, { type: 'hello', session, seen: { ...seen, a: 4 } });
  assert.deepEqual(again.last('a'), text('again'));
});

test('a strip chart goes on in the mirror where it was, also when points were missed', async () => {
  await using original = new Board({});
  const show = (from: number, to: number): void => {
    for (let n = from; n < to; n += 1)
      original.show('strip', { kind: 'strip', time: n, pointsMax: 8, values: { n } });
  };
  show(0, 20);
  await using mirror = new Board({});
  const listener = new Listener((frame) => mirror.mirror(frame));
  // The pace is that of the listener's rate: each of these waits for the next turn of it.
  listener.come(original);
  assert.deepEqual(
    [...((listener.last('strip') as StripFrame | undefined)?.columns[0] ?? [])],
    [12, 13, 14, 15, 16, 17, 18, 19],
  );
  const seen = new Listener().come(mirror).last('strip') as StripFrame | undefined;
  assert.deepEqual([seen?.from, ...(seen?.columns[0] ?? [])], [12, 12, 13, 14, 15, 16, 17, 18, 19]);
  mirror.mirror({
    name: 'strip',
    version: 2,
    time: 0,
    skipped: 0,
    panel: {
      ...(seen as StripFrame),
      from: 30,
      times: Float64Array.of(30, 31),
      columns: [Float64Array.of(30, 31)],
    },
  });
  const later = new Listener().come(mirror).last('strip') as StripFrame | undefined;
  assert.deepEqual([later?.from, ...(later?.columns[0] ?? [])], [30, 30, 31]);
});

test('a viewer that takes nothing is given two values of each topic at the most, and 8 MiB', async () => {
  await using board = new Board({});
  const stopped = new Listener().come(board);
  const data = new Float64Array(2 ** 17);
  for (let round = 0; round < 50; round += 1) {
    for (let topic = 0; topic < 20; topic += 1)
      board.show(`t${topic}`, { kind: 'image', data, shape: [1, data.length] });
  }
  const [viewer] = board.viewers;
  const frameBytes = data.byteLength + 1024;
  assert.ok(stopped.bytes <= 8 * 2 ** 20 + frameBytes, `${stopped.bytes} bytes`);
  assert.ok((viewer?.undrawnBytes ?? Infinity) <= 8 * 2 ** 20 + frameBytes);
});

test('viewers are welcomed, counted, bounded, heard, and their end is told once', async () => {
  const news: ViewerNews[] = [];
  const heard: ViewFeedback[] = [];
  const demands: number[] = [];
  const board = new Board({
    title: 'board',
    viewersMax: 2,
    onViewer: (what) => news.push(what),
    onFeedback: (said) => heard.push(said),
    onDemand: (hertz) => demands.push(hertz),
  });
  board.show('camera', { kind: 'text', text: 'an image' });
  const [one, two] = [new Listener().come(board), new Listener().come(board)];
  assert.deepEqual(JSON.parse(one.texts[0] ?? ''), { type: 'welcome', title: 'board' });
  assert.equal(
    board.admit(new Listener(), 'third', () => undefined),
    'it has 2 viewers, and lets no more in',
  );
  const region = { rows: [1, 2], columns: [3, 4] } as const;
  one.say({ type: 'region', topic: 'camera', region });
  one.say({ type: 'region', topic: 'nowhere', region });
  one.say({ type: 'anything' });
  two.say({ type: 'stop' });
  assert.deepEqual(heard, [{ type: 'region', topic: 'camera', region }, { type: 'stop' }]);
  one.gone();
  two.gone(new Error('killed'));
  assert.deepEqual(demands, [30, 240, 0]);
  await board.close();
  assert.deepEqual(
    news.map(({ type }) => type),
    ['attached', 'attached', 'left', 'lost'],
  );
  assert.equal(
    board.admit(new Listener(), 'late', () => undefined),
    'nothing is shown any more',
  );
});
