/** The page's connection, on sockets and a clock of the test's own. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Connection } from '#live/view/page/model/connection.js';
import { Frames } from '#live/view/page/model/frames.js';
import { encodeBody, encodeHead } from '#live/view/wire/view-frame.js';
import type { AlarmShown, FramePanel, ViewPanel } from '#live/view/wire/view-topics.js';

/** Opens and answers where the test says so. */
class HandSocket {
  readonly OPEN = 1;
  readyState = 0;
  isClosed = false;
  readonly said: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  send(text: string): void {
    this.said.push(text);
  }

  pong(): void {
    this.onmessage?.({ data: JSON.stringify({ type: 'pong', time: 0, serverTime: 0 }) });
  }

  /** As where the other side is gone without a word: nothing follows. */
  close(): void {
    this.isClosed = true;
  }
}

/** Stands in for the timers of the page. */
class HandClock {
  #now = 0;
  #timers: { at: number; readonly everyMs: number; readonly run: () => void }[] = [];

  constructor(t: TestContext) {
    const add = (run: () => void, delayMs: number, everyMs: number): void =>
      void this.#timers.push({ at: this.#now + delayMs, everyMs, run });
    const stand = (name: 'setTimeout' | 'setInterval', implementation: (...args: never[]) => void): void =>
      void t.mock.method(globalThis, name, implementation as never);
    stand('setTimeout', (run: () => void, delayMs: number) => add(run, delayMs, Infinity));
    stand('setInterval', (run: () => void, delayMs: number) => add(run, delayMs, delayMs));
  }

  tick(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.sort((a, b) => a.at - b.at)[0];
      if (next === undefined || next.at > end) break;
      this.#now = next.at;
      next.at += next.everyMs;
      next.run();
    }
    this.#now = end;
  }
}

function connected(t: TestContext): { connection: Connection; sockets: HandSocket[]; clock: HandClock } {
  const clock = new HandClock(t);
  const sockets: HandSocket[] = [];
  const connection = new Connection('ws://here/socket', framesOf(t), () => {
    const socket = new HandSocket();
    sockets.push(socket);
    return socket as never;
  });
  return { connection, sockets, clock };
}

/** A hidden page has a timer where others have frames of animation. */
function framesOf(t: TestContext): Frames {
  const globals = globalThis as unknown as Record<string, unknown>;
  globals['document'] = { hidden: true };
  t.after(() => delete globals['document']);
  return new Frames(2 ** 20);
}

test('A connection over which nothing comes any more is given up after a few pings, and tried anew until it is back', (t) => {
  const { connection, sockets, clock } = connected(t);
  const [first] = sockets as [HandSocket];
  first.open();
  for (let turn = 0; turn < 20; turn += 1) {
    clock.tick(2000);
    first.pong();
  }
  assert.deepEqual([connection.state, sockets.length], ['open', 1]);
  clock.tick(4000);
  assert.equal(connection.state, 'open');
  clock.tick(4000);
  assert.deepEqual([connection.state, first.isClosed], ['lost', true]);
  clock.tick(250);
  assert.equal(sockets.length, 2);
  // What comes late over the old one means nothing.
  first.onclose?.();
  first.onmessage?.({ data: '' });
  // One that nobody answers is given up as well.
  clock.tick(20_000);
  assert.deepEqual([sockets[1]?.isClosed, sockets[2] === undefined], [true, false]);
  assert.equal(connection.state, 'lost');
  sockets.at(-1)?.open();
  assert.equal(connection.state, 'open');
});

test('Large values that take their time are signs of life too', (t) => {
  const { connection, sockets, clock } = connected(t);
  sockets[0]?.open();
  for (let turn = 0; turn < 10; turn += 1) {
    clock.tick(4000);
    const body = encodeBody('a', { kind: 'text', text: String(turn) });
    const message = Uint8Array.from([...encodeHead(body, turn + 1, 0, 0), ...body.bytes]);
    sockets[0]?.onmessage?.({ data: message.buffer });
  }
  assert.deepEqual([connection.state, sockets.length], ['open', 1]);
});

test('Alarms of a program that is gone go with it, as all of its panels do', (t) => {
  const clock = new HandClock(t);
  const frames = framesOf(t);
  let told = 0;
  frames.subscribe(() => (told += 1));
  const view = (session: string): ViewPanel => ({
    kind: '$view',
    title: '',
    session,
    topics: ['a'],
    viewers: 1,
    rate: 30,
    regions: {},
    settings: {},
  });
  const receive = (name: string, panel: FramePanel): void =>
    frames.receive({ name, panel, version: 1, time: 1, skipped: 0 }, 1);
  receive('$view', view('one'));
  receive('a', { kind: 'text', text: '' });
  receive('$alarms', { kind: '$alarms', alarms: [{ isActive: true } as AlarmShown] });
  receive('$view', view('one'));
  assert.deepEqual([frames.alarms.length, frames.names], [1, ['a']]);
  receive('$view', view('two'));
  assert.deepEqual([frames.alarms.length, frames.names], [0, []]);
  clock.tick(1000);
  assert.equal(told, 1);
});
