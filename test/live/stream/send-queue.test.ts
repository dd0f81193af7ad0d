import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cadence } from '#live/stream/cadence.js';
import { RateMeter } from '#live/stream/rate-meter.js';
import { FULL_POLICIES, SendQueue } from '#live/stream/send-queue.js';
import { BufferPool } from '#live/update/buffer-pool.js';

const pool = new BufferPool();
const frame = (run: number, isUpdate: boolean) => ({
  buffer: pool.acquire(8),
  run,
  isUpdate,
  endsRun: false,
});

test('begins and ends keep their places among updates, and are never discarded', () => {
  const queue = new SendQueue('discardOldest', 2);
  for (const [run, isUpdate] of [
    [1, true],
    [2, false],
    [3, true],
    [4, false],
  ] as const)
    queue.push(frame(run, isUpdate));
  assert.equal(queue.hasRoomFor(true), false);
  assert.equal(queue.removeOldestUpdate()?.run, 1);
  assert.equal(queue.removeOldestUpdate()?.run, 3);
  assert.equal(queue.removeOldestUpdate(), undefined);
  assert.deepEqual([queue.length, queue.updates], [2, 0]);
  assert.equal(queue.hasRoomFor(false), false);
  assert.deepEqual([queue.shift()?.run, queue.shift()?.run, queue.shift()], [2, 4, undefined]);
});

test('a queue has a bound and a known policy; latest is a queue of one', () => {
  assert.equal(new SendQueue('latest', 50).limit, 1);
  for (const limit of [0, -1, 1.5, NaN, Infinity])
    assert.throws(() => new SendQueue('block', limit), /queueLimit .*: 1 or more is wanted/);
  assert.throws(() => new SendQueue('discard' as never, 5), new RegExp(FULL_POLICIES.join(', ')));
});

test('a cadence counts the events of its own client, or its time', () => {
  let now = 0;
  const byCount = new Cadence({ every: 3 }, () => now);
  const ticks = Array.from({ length: 7 }, () => {
    const isDue = byCount.tick();
    if (isDue) byCount.restart();
    return isDue;
  });
  assert.deepEqual(ticks, [false, false, true, false, false, true, false]);
  const byTime = new Cadence({ everyMs: 100 }, () => now);
  assert.equal(byTime.tick(), false);
  now = 99;
  assert.equal(byTime.tick(), false);
  now = 100;
  assert.equal(byTime.tick(), true);
  assert.equal(byTime.events, 3);
  assert.throws(() => new Cadence({ every: 0 }, () => now), /Cannot push every 0 events/);
});

test('a rate is what came over the last seconds, and sinks when nothing comes', () => {
  const meter = new RateMeter();
  assert.equal(meter.perSecond(5000), 0);
  for (let at = 10_000; at < 20_000; at += 10) meter.add(1, at);
  assert.ok(Math.abs(meter.perSecond(20_000) - 100) < 9, `${meter.perSecond(20_000)}`);
  assert.ok(meter.perSecond(21_500) < 70);
  assert.equal(meter.perSecond(30_000), 0);
});
