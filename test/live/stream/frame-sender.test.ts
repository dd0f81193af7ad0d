/** Long frames that wait for their turn behind others, and what becomes of them where it does not come. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FrameInPlace } from '#live/stream/frame-in-place.js';
import { FrameSender } from '#live/stream/frame-sender.js';
import { SendQueue } from '#live/stream/send-queue.js';
import { SendWindow } from '#live/stream/send-window.js';
import { BufferPool, type PooledBuffer } from '#live/update/buffer-pool.js';

const LONG = 1000;
const SHORT = 64;
const RUN = 1;

/** A sender whose messages go at once; `sent` are the first bytes of the frames in them. */
function makeSender(creditBytes: number, limit = 4) {
  const pool = new BufferPool();
  const sent: number[] = [];
  const done = { done: true, test: () => true };
  const sender = new FrameSender(
    new SendQueue('block', limit),
    pool,
    new SendWindow(100, creditBytes),
    (bytes) => {
      for (let at = 0; at < bytes.length; at += SHORT) sent.push(bytes[at]!);
      return done as never;
    },
  );
  const buffer = (name: number): PooledBuffer => {
    const made = pool.acquire(SHORT);
    made.bytes.fill(0);
    made.bytes[0] = name;
    return made;
  };
  const inPlace = (name: number) => {
    const beginning = buffer(name);
    return {
      beginning,
      byteLength: LONG,
      copies: [],
      failure: null,
      send: () => {
        sent.push(name);
        beginning.release();
        return Promise.resolve();
      },
      copied: () => {
        beginning.release();
        return buffer(name + 100);
      },
    } as unknown as FrameInPlace;
  };
  const short = (name: number): Promise<void> =>
    sender.enqueue({ buffer: buffer(name), run: RUN, isUpdate: true, endsRun: false });
  return { sender, sent, pool, inPlace, short };
}

test('a long frame waits until the window is open again, and what is sent behind it stays behind it', async () => {
  const { sender, sent, pool, inPlace, short } = makeSender(LONG);
  assert.equal(sender.isClear, true);
  await sender.sendInPlace(inPlace(1), RUN);
  assert.deepEqual([sender.isClear, sender.isSoonClear], [false, true]);
  const [second, third] = [inPlace(2), inPlace(3)];
  const turns = [sender.awaitTurn(second, RUN), sender.awaitTurn(third, RUN)];
  const last = short(4);
  assert.deepEqual([turns[0]!.hasCome, turns[1]!.hasCome, sent], [false, false, [1]]);

  sender.grant(1);
  await turns[0]!.come;
  assert.deepEqual([turns[0]!.hasCome, turns[1]!.hasCome], [true, false]);
  await sender.sendInTurn(second);
  sender.grant(1);
  await turns[1]!.come;
  await sender.sendInTurn(third);
  sender.grant(1);
  await last;
  assert.deepEqual(sent, [1, 2, 3, 4]);
  assert.equal(pool.held, 0);
});

test('a turn that is given up leaves a copy in its place, and nobody waits again before the master has answered', async () => {
  const { sender, sent, pool, inPlace, short } = makeSender(LONG);
  await sender.sendInPlace(inPlace(1), RUN);
  const turn = sender.awaitTurn(inPlace(2), RUN);
  const behind = short(3);
  const placed = turn.giveUp();
  await Promise.all([placed, behind]);
  assert.ok(!turn.hasCome && !sender.isSoonClear);
  assert.deepEqual(sent, [1]);
  sender.grant(1);
  assert.ok(sender.isSoonClear);
  assert.deepEqual(sent, [1, 102, 3]);
  assert.equal(pool.held, 0);
});

test('a copy whose turn was given up waits for room in a full queue, in its place', async () => {
  const { sender, sent, inPlace, short } = makeSender(LONG, 1);
  await sender.sendInPlace(inPlace(1), RUN);
  await short(2);
  const turn = sender.awaitTurn(inPlace(3), RUN);
  const placed = turn.giveUp();
  assert.ok(sender.isFull);
  sender.grant(1);
  await placed;
  assert.deepEqual(sent, [1, 2, 103]);
});

test('a failure ends the wait, and lets the frame go', async () => {
  const { sender, pool, inPlace } = makeSender(LONG);
  await sender.sendInPlace(inPlace(1), RUN);
  const turn = sender.awaitTurn(inPlace(2), RUN);
  sender.fail(new Error('the master is gone'));
  await assert.rejects(turn.come, /the master is gone/);
  assert.ok(!turn.hasCome && !sender.isSoonClear);
  assert.equal(pool.held, 0);
});
