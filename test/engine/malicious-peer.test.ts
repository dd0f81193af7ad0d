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
import { REQUEST_BYTES_MAX, Villain } from './villain.ts';

const LIMITS = { eagerBytesMax: 3000, eagerBudget: 8000, requestsMax: 6 };
const VICTIM = 0;
const VILLAIN = 1;
const HONEST = 2;
const { high, low } = ContextIds.ofJob(JOB, 0);

/** The victim does what programs do, and does not mind what becomes of it. How many receives it will give up. */
function live(victim: Intracommunicator, random: SeededRandom): number {
  const ignore = (operation: PromiseLike<unknown>): number => {
    void operation.then(undefined, () => undefined);
    return 0;
  };
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
        victim.improbe(VILLAIN)?.recv().test();
        return 0;
      case 7: {
        const controller = new AbortController();
        ignore(victim.recv(VILLAIN, tag, { signal: controller.signal }));
        setImmediate(() => controller.abort());
        return 1;
      }
      default: {
        const controller = new AbortController();
        ignore(victim.ssend(sample(random.below(6000)), VILLAIN, tag, { signal: controller.signal }));
        if (random.chance(0.5)) controller.abort();
        else setImmediate(() => controller.abort());
        return 0;
      }
    }
  } catch {
    // It may be known by now that the villain is broken.
    return 0;
  }
}

/** Nobody makes the victim hold more than the limits say; what a receive has given back underway comes on top. */
function checkBounds(comm: Intracommunicator, receives: number): void {
  const bytes = unexpectedBytes(comm);
  assert.ok(bytes <= 3 * LIMITS.eagerBudget + receives * REQUEST_BYTES_MAX, `${bytes} bytes`);
  const messages = LIMITS.requestsMax + LIMITS.eagerBudget / MESSAGE_OVERHEAD;
  const { size } = contextOf(comm).unexpected;
  assert.ok(size <= 3 * messages + receives, `${size} messages`);
}

/** One villain, until it is found out or has talked enough; how many frames it has said. */
async function playWorld(
  random: SeededRandom,
  lies: number = random.pick([0.003, 0.02, 0.2]),
): Promise<number> {
  const world = new ManualWorld(3, { fragmentBytes: 700, limits: LIMITS });
  const [victim, , honest] = world.comms;
  assert.ok(victim !== undefined && honest !== undefined);
  void victim.send(0, VILLAIN);
  void victim.send(0, HONEST);
  void honest.send(0, VICTIM);
  const peer = world.engines[VICTIM]!.peer(world.ids[VILLAIN]!);
  const speaker = { rank: VILLAIN, contextHigh: high, contextLow: low };
  const villain = new Villain(random, speaker, world.limits, lies);
  let frames = 0;
  let given = 0;
  for (; frames < 1000 && peer.end === null; frames++) {
    // Much of it is one burst, before anybody looks.
    world.inject(VILLAIN, VICTIM, villain.speak());
    if (random.chance(0.3)) given += live(victim, random);
    if (random.chance(0.5)) world.step(VICTIM);
    if (random.chance(0.02)) await new Promise((resolve) => void setImmediate(resolve));
    // It reads seldom.
    if (random.chance(0.1)) {
      const heard = world.transports[VICTIM]!.channels.get(peer.id)?.onTheWire.splice(0) ?? [];
      for (const answer of villain.hear(heard)) world.inject(VILLAIN, VICTIM, answer);
    }
    checkBounds(victim, given);
  }
  world.step(VICTIM);
  checkOthers(world);
  if (peer.end === null) return frames;
  assert.ok(lies > 0, `it was found out, and had not lied: it ${peer.end.description}`);
  assert.match(peer.end.description, /^broke the protocol \(it sent .*\)$|^cannot be answered/);
  assert.equal(peer.end.orderly, false);
  await assert.rejects(Promise.resolve(victim.recv(VILLAIN, 98)), { code: 'MPI_ERR_PROC_FAILED' });
  return frames;
}

/** The others go on with the victim. */
function checkOthers(world: ManualWorld): void {
  const [victim, honest] = [world.communicator(VICTIM, 3, 'aside'), world.communicator(HONEST, 3, 'aside')];
  const there = honest.recv(VICTIM, 99);
  const back = victim.recv(HONEST, 99);
  void victim.send(sample(4000), HONEST, 99);
  void honest.send(sample(5000), VICTIM, 99);
  for (let round = 0; round < 5; round++) {
    for (const [from, to] of [
      [VICTIM, HONEST],
      [HONEST, VICTIM],
    ] as const) {
      world.move(from, to);
      world.step(to);
      world.step(from);
    }
  }
  assert.deepEqual(there.test()?.value.data, sample(4000));
  assert.deepEqual(back.test()?.value.data, sample(5000));
}

describe('A malicious peer', () => {
  const seed = Number(process.env['PARLEY_SEED'] ?? randomInt(2 ** 40));

  it(`never throws in the poll of another, nor takes more than it may, nor disturbs others (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    let frames = 0;
    let worlds = 0;
    while (frames < 100_000) {
      worlds++;
      try {
        frames += await playWorld(random);
      } catch (error) {
        throw new Error(`seed ${seed}, world ${worlds}: ${String(error)}`, { cause: error });
      }
    }
    assert.ok(worlds > 100, 'hardly anything was malformed');
  });

  it(`that keeps the rules after all is not taken for broken (seed ${seed})`, async () => {
    for (let round = 0; round < 20; round++) await playWorld(new SeededRandom(seed + round), 0);
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
    assert.match(
      villain.end?.description ?? '',
      /cannot be answered \(it asks and asks, and does not listen\)/,
    );
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
