/** What a master gives back to its clients, and when. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Acknowledger } from '#live/stream/acknowledger.js';
import type { ClientEntry } from '#live/stream/client-entry.js';

test('the process stays alive while somebody is to hear that more is stored, and only then', async (context) => {
  const timers: NodeJS.Timeout[] = [];
  const { setTimeout } = globalThis;
  context.mock.method(globalThis, 'setTimeout', (call: () => void, ms: number) => {
    const timer = setTimeout(call, ms);
    timers.push(timer);
    return timer;
  });
  const answers: number[] = [];
  const peer = { acknowledge: (_: number, stored: number) => answers.push(stored) };
  const entry = { state: 'live', isOver: false, stored: 1, storing: 0, peer };
  const told = new Promise<void>((resolve) => {
    const acknowledger = new Acknowledger(() => {
      if (answers.length === 2) resolve();
    });
    acknowledger.stored(entry as unknown as ClientEntry);
    queueMicrotask(() => {
      assert.deepEqual([answers, acknowledger.isBusy, timers[0]!.hasRef()], [[1], false, false]);
      entry.stored = 2;
      acknowledger.stored(entry as unknown as ClientEntry);
      assert.deepEqual([answers, acknowledger.isBusy, timers[0]!.hasRef()], [[1], true, true]);
    });
  });
  await told;
  assert.deepEqual([answers, timers[1]!.hasRef()], [[1, 2], false]);
});
