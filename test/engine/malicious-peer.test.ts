/**
 * A peer whose engine is not ours: any frames, true, half true and wild, in any order. Nothing that it says leaves the
 * poll as an exception, takes more memory than it may, or disturbs the others; sooner or later it is taken for broken.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Intracommunicator } from '#api/intracommunicator.js';
import { MESSAGE_OVERHEAD } from '#engine/limits.js';
import { ContextIds } from '#model/context-id.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { type Frame, FrameKind, MESSAGE_BYTES_MAX } from '#wire/frame.js';
import { JOB, ManualWorld } from './manual-world.ts';
import { contextOf, sample, unexpectedBytes } from './pair.ts';

const LIMITS = { eagerBytesMax: 3000, eagerBudget: 8000, requestsMax: 6 };
const VICTIM = 0;
const VILLAIN = 1;
const HONEST = 2;
const { high, low } = ContextIds.ofJob(JOB, 0);

const WILD = [0, 1, -1, 2, 63, 64, 255, 1000, 2 ** 20, 2 ** 31 - 1, -(2 ** 31), MESSAGE_BYTES_MAX, 2 ** 32 - 1];

/** A frame that might be true, with some fields that are not. */
function randomFrame(random: SeededRandom): Partial<Frame> {
  const wild = (plausible: number): number =>
    random.chance(0.93) ? plausible : random.chance(0.7) ? random.pick(WILD) : random.bits() | 0;
  const size = Math.min(5000, Math.abs(wild(random.pick([0, 1, 20, 500, 2900]))));
  const kind = wild(random.pick([1, 1, 1, 2, 3, 3, 4, 4, 5, 6, 6, 7, 8, 9]));
  const length = kind === 1 ? (random.chance(0.95) ? size : wild(size)) : wild(random.pick([size, 2900, 4000, 100_000]));
  return {
    kind,
    elementType: wild(random.below(17)),
    source: wild(VILLAIN),
    contextHigh: wild(high),
    contextLow: wild(random.pick([low, low, low, low + 1, low + 2, 77])),
    tag: wild(random.below(4)),
    length: length < 0 ? length >>> 0 : length,
    id: wild(random.below(8)),
    value: wild(random.pick([0, 1, 2, 3, 500, 2000])),
    data: new Uint8Array(size + 3).fill(random.below(256)),
    start: random.below(3),
    size,
  };
}

/** The victim does what programs do, and does not mind what becomes of it. */
function live(victim: Intracommunicator, random: SeededRandom): void {
  const ignore = (operation: PromiseLike<unknown>): void => void operation.then(undefined, () => undefined);
  const tag = random.below(5);
  try {
    switch (random.below(9)) {
      case 0:
        return ignore(victim.recv());
      case 1:
        return ignore(victim.recv(VILLAIN, tag));
      case 2:
        return ignore(victim.recvInto(new Float64Array(random.below(400)), VILLAIN));
      case 3:
        return ignore(victim.recvInto(new Uint8Array(random.below(4000)), VILLAIN, tag));
      case 4:
        return ignore(victim.send(sample(random.below(6000)), VILLAIN, tag));
      case 5:
        return ignore(victim.ssend('x', VILLAIN, tag));
      case 6:
        return void victim.improbe(VILLAIN)?.recv().test();
      case 7: {
        const controller = new AbortController();
        ignore(victim.recv(VILLAIN, tag, { signal: controller.signal }));
        setImmediate(() => controller.abort());
        return;
      }
      default: {
        const controller = new AbortController();
        ignore(victim.ssend(sample(random.below(6000)), VILLAIN, tag, { signal: controller.signal }));
        if (random.chance(0.5)) controller.abort();
        else setImmediate(() => controller.abort());
      }
    }
  } catch {
    // It may be known by now that the villain is broken.
  }
}

/** Bytes that the victim holds for others, in all communicators. */
function checkBounds(world: ManualWorld, comm: Intracommunicator): void {
  // What was given up underway was asked for, and counts for nobody.
  const givenBack = 200_000;
  assert.ok(unexpectedBytes(comm) <= 3 * LIMITS.eagerBudget + givenBack, `${unexpectedBytes(comm)} bytes`);
  const messages = LIMITS.requestsMax + LIMITS.eagerBudget / MESSAGE_OVERHEAD;
  assert.ok(contextOf(comm).unexpected.size <= 3 * messages + 100, `${contextOf(comm).unexpected.size} messages`);
}

describe('A malicious peer', () => {
  const seed = Number(process.env['PARLEY_SEED'] ?? randomInt(2 ** 40));

  it(`never throws in the poll of another, nor takes more than it may, nor disturbs others (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    let frames = 0;
    let worlds = 0;
    while (frames < 100_000) {
      worlds++;
      const world = new ManualWorld(3, { fragmentBytes: 700, limits: LIMITS });
      const [victim, , honest] = world.comms;
      assert.ok(victim !== undefined && honest !== undefined);
      void victim.send(0, HONEST);
      void honest.send(0, VICTIM);
      const villain = world.engines[VICTIM]!.peer(world.ids[VILLAIN]!);
      try {
        for (let step = 0; step < 400 && villain.end === null; step++, frames++) {
          // Much of it is one burst, before anybody looks.
          world.inject(VILLAIN, VICTIM, randomFrame(random));
          if (random.chance(0.3)) live(victim, random);
          if (random.chance(0.5)) world.step(VICTIM);
          if (random.chance(0.01)) await new Promise((resolve) => void setImmediate(resolve));
          // It never reads what it is told, or all of it.
          if (random.chance(0.1)) world.transports[VICTIM]!.channels.get(villain.id)?.onTheWire.splice(0);
          checkBounds(world, victim);
        }
        world.step(VICTIM);
        // The others go on.
        const there = honest.recv(VICTIM, 99);
        const back = victim.recv(HONEST, 99);
        void victim.send(sample(4000), HONEST, 99);
        void honest.send(sample(5000), VICTIM, 99);
        const transport = world.transports[VICTIM]!;
        for (let round = 0; round < 20; round++) {
          for (const [from, to] of [
            [VICTIM, HONEST],
            [HONEST, VICTIM],
          ] as const) {
            if (world.transports[from]!.channels.has(world.ids[to]!)) world.move(from, to);
            world.step(to);
          }
        }
        assert.deepEqual(there.test()?.value.data, sample(4000));
        assert.deepEqual(back.test()?.value.data, sample(5000));
        if (villain.end !== null) {
          assert.match(villain.end.description, /^broke the protocol \(it sent .*\)$|^cannot be answered/);
          assert.equal(villain.end.orderly, false);
          await assert.rejects(Promise.resolve(victim.recv(VILLAIN, 98)), { code: 'MPI_ERR_PROC_FAILED' });
        }
        assert.ok(transport.arrivals.length === 0);
      } catch (error) {
        throw new Error(`seed ${seed}, world ${worlds}: ${String(error)}`, { cause: error });
      }
    }
    assert.ok(worlds > 50, 'hardly anything was malformed');
  });

  const frame = (fields: Partial<Frame>): Partial<Frame> => {
    const data = new Uint8Array(fields.size ?? 0);
    return { contextHigh: high, contextLow: low, source: VILLAIN, data, elementType: 2, ...fields };
  };
  const lies: [what: string, frames: Partial<Frame>[], said: RegExp][] = [
    ['a frame of no kind', [{ kind: 0 }], /unknown kind 0/],
    ['a frame of an unknown kind', [{ kind: 15 }], /unknown kind 15/],
    ['a message of somebody else', [frame({ kind: 1, source: HONEST })], /an envelope that cannot be true/],
    ['a message of nobody', [frame({ kind: 1, source: 77 })], /an envelope that cannot be true/],
    ['a tag below 0', [frame({ kind: 1, tag: -5 })], /an envelope that cannot be true/],
    ['a length beyond all messages', [frame({ kind: 4, length: MESSAGE_BYTES_MAX + 1 })], /cannot be true/],
    ['a message with less data than it says', [frame({ kind: 1, length: 9, size: 8 })], /another length/],
    ['a message with more data than it says', [frame({ kind: 1, length: 7, size: 8 })], /another length/],
    [
      'more than it may unasked',
      Array.from({ length: 5 }, () => frame({ kind: 1, length: 2900, size: 2900 })),
      /more unasked than it may/,
    ],
    [
      'more short messages than it may unasked',
      Array.from({ length: 200 }, () => frame({ kind: 1 })),
      /more unasked than it may/,
    ],
    ['a long message unasked', [frame({ kind: 2, length: 9000, size: 100 })], /more unasked than it may/],
    [
      'two messages at once',
      [frame({ kind: 2, length: 900, size: 100 }), frame({ kind: 2, length: 900, size: 100 })],
      /a message out of turn/,
    ],
    ['a part of nothing', [frame({ kind: 3, size: 10 })], /a part of no message/],
    [
      'a part too many',
      [frame({ kind: 2, length: 150, size: 100 }), frame({ kind: 3, size: 51 })],
      /more data than it had announced/,
    ],
    ['data that nobody asked for', [frame({ kind: 6, id: 3, size: 10 })], /data that nobody has asked for/],
    ['an answer to nothing', [frame({ kind: 5, id: 3, value: 1 })], /an answer to nothing/],
    ['credit for nothing', [frame({ kind: 7, value: 1 })], /credit that it does not owe/],
    ['negative credit', [frame({ kind: 7, value: -100 })], /credit that it does not owe/],
    ['the withdrawal of nothing', [frame({ kind: 9, id: 1 })], /a withdrawal of nothing/],
    [
      'the same request twice',
      [frame({ kind: 4, id: 1, length: 5 }), frame({ kind: 4, id: 1, length: 5 })],
      /a request that it had sent before/,
    ],
    [
      'too many requests',
      Array.from({ length: 7 }, (_, id) => frame({ kind: 4, id, length: 5 })),
      /more requests than it may/,
    ],
  ];
  for (const [what, frames, said] of lies) {
    it(`that sends ${what} is taken for broken`, async () => {
      const world = new ManualWorld(3, { limits: LIMITS });
      const [victim, , honest] = world.comms;
      assert.ok(victim !== undefined && honest !== undefined);
      const receive = victim.recv(VILLAIN, 50);
      for (const each of frames) world.inject(VILLAIN, VICTIM, each);
      world.step(VICTIM);
      await assert.rejects(Promise.resolve(receive), (error) => {
        assert.match(String(error), said);
        assert.match(String(error), /rank 1 of "world".*broke the protocol/);
        return true;
      });
      void honest.send('fine', VICTIM);
      const fine = victim.recv(HONEST);
      world.settle();
      assert.equal((await fine).data, 'fine');
    });
  }

  it('that asks and asks, and never listens, is given up in the end', () => {
    const world = new ManualWorld(2, { limits: LIMITS });
    const [victim] = world.comms;
    assert.ok(victim !== undefined);
    void victim.send('x', VILLAIN);
    world.channel(VICTIM, VILLAIN).room = 1;
    const villain = world.engines[VICTIM]!.peer(world.ids[VILLAIN]!);
    let asked = 0;
    while (villain.end === null && asked < 10_000) {
      world.inject(VILLAIN, VICTIM, frame({ kind: FrameKind.REQUEST, id: ++asked, length: 5 }));
      world.inject(VILLAIN, VICTIM, frame({ kind: FrameKind.WITHDRAW, id: asked }));
      world.step(VICTIM);
    }
    assert.match(villain.end?.description ?? '', /cannot be answered \(it asks and asks, and does not listen\)/);
    assert.ok(asked < 100);
  });

  it('cannot make a receive report more than has come', () => {
    const world = new ManualWorld(2, { limits: LIMITS });
    const [victim] = world.comms;
    assert.ok(victim !== undefined);
    const buffer = new Uint8Array(100);
    const receive = victim.recvInto(buffer, VILLAIN);
    world.inject(VILLAIN, VICTIM, frame({ kind: 2, length: 100, size: 10 }));
    world.step(VICTIM);
    assert.equal(receive.done, false);
    world.inject(VILLAIN, VICTIM, frame({ kind: 3, size: 90 }));
    world.step(VICTIM);
    assert.equal(receive.test()?.value.bytes, 100);
  });
});
