/** The door of a process: what comes there is taken in the order in which it came, by one receive after the other. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Engine } from '#engine/engine.js';
import { MPIError } from '#errors/mpi-error.js';
import { ContextIds, DOOR } from '#model/context-id.js';
import { jobOf } from '#model/process-id.js';
import { answerIn, answerInTheEnd, converse, knock, openDoor } from '#p2p/door.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { FrameKind } from '#wire/frame.js';
import { ManualWorld, turns } from '../engine/manual-world.ts';
import { forSeeds } from '../simulated/seeds.ts';
import { SimulatedWorld } from '../simulated/simulated-world.ts';

/** Receives that wait at the door of a process. */
function receivesAt(engine: Engine): number {
  const { high, low } = ContextIds.ofJob(jobOf(engine.self), DOOR);
  return engine.contextOf(high, low).posted.size;
}

describe('A door', () => {
  it('takes a burst that one look brings in its order', () => {
    const world = new ManualWorld(2);
    const [answering, asking] = world.engines as [Engine, Engine];
    const taken: unknown[] = [];
    openDoor(answering, (_, message) => taken.push(message));
    world.step(0);
    for (let round = 0; round < 3; round++) {
      for (let k = 0; k < 5; k++) knock(asking, answering.self, round * 5 + k);
      world.move(1, 0);
      world.step(0);
      assert.deepEqual(
        taken,
        Array.from({ length: 5 * (round + 1) }, (_, k) => k),
      );
      assert.equal(receivesAt(answering), 1);
    }
  });

  it('takes what has come before it was opened, and then waits with one receive', () => {
    const world = new ManualWorld(2);
    const [answering, asking] = world.engines as [Engine, Engine];
    for (let k = 0; k < 4; k++) knock(asking, answering.self, k);
    world.move(1, 0);
    world.step(0);
    const taken: unknown[] = [];
    openDoor(answering, (_, message) => taken.push(message));
    world.step(0);
    assert.deepEqual(taken, [0, 1, 2, 3]);
    assert.equal(receivesAt(answering), 1);
  });

  it('takes in others while somebody has stopped in the middle of a message', () => {
    const world = new ManualWorld(3, { limits: { eagerBytesMax: 1000 } });
    const [answering, slow, quick] = world.engines as [Engine, Engine, Engine];
    const taken: unknown[] = [];
    openDoor(answering, (_, message) => taken.push(message));
    const long = 'x'.repeat(4000);
    knock(slow, answering.self, long);
    world.move(1, 0);
    world.step(0);
    world.move(0, 1);
    world.step(1);
    world.move(1, 0, 1);
    world.step(0);
    for (const word of ['one', 'two']) knock(quick, answering.self, word);
    world.move(2, 0);
    world.step(0);
    assert.deepEqual(taken, ['one', 'two']);
    world.settle();
    assert.deepEqual(taken, ['one', 'two', long]);
    assert.equal(receivesAt(answering), 1);
  });

  it('waits with one receive, also where messages are taken back after they were asked for', () => {
    const world = new ManualWorld(2);
    const [answering, asking] = world.engines as [Engine, Engine];
    const taken: unknown[] = [];
    openDoor(answering, (_, message) => taken.push(message));
    const { high, low } = ContextIds.ofJob(jobOf(answering.self), DOOR);
    const envelope = { contextHigh: high, contextLow: low, source: 0, tag: 0, elementType: 0, length: 3000 };
    for (let id = 1; id <= 3; id++) {
      world.inject(1, 0, { ...envelope, kind: FrameKind.REQUEST, id });
      world.step(0);
      const clear = world.channel(0, 1).onTheWire.pop();
      world.inject(1, 0, { kind: FrameKind.WITHDRAWN, id: clear?.value ?? 0 });
      world.step(0);
    }
    assert.equal(receivesAt(answering), 1);
    knock(asking, answering.self, 'after all');
    world.settle();
    assert.deepEqual(taken, ['after all']);
  });

  it('answers in the end where there is no way to the asker at first', async () => {
    const world = new ManualWorld(3, { clock: performance });
    const [answering, asking, ending] = world.engines as [Engine, Engine, Engine];
    const places = [asking, ending].map(({ self }, k) => ({
      to: self,
      context: { high: 5, low: 16 * (k + 1) },
    }));
    const transport = world.transports[0]!;
    transport.openFails = new MPIError('MPI_ERR_NO_MEM', 'there is no room');
    openDoor(answering, (from, question) => {
      const { context } = places.find(({ to }) => to === from)!;
      assert.equal(answerIn(answering, from, context, question), false);
      answerInTheEnd(answering, from, context, question);
    });
    const [answer, never] = [asking, ending].map((engine, k) =>
      converse(engine, answering.self, places[k]!.context, 'a question', 'who?'),
    );
    world.settle();
    assert.equal(answering.peer(ending.self).lateAnswers, 1);
    const gone = answering.peer(ending.self);
    world.end(2, 0, false);
    transport.openFails = null;
    while (!answer!.answer.done || gone.lateAnswers > 0) {
      world.settle();
      await turns();
    }
    assert.equal(answer!.answer.take().data, 'who?');
    assert.equal(answering.peer(asking.self).lateAnswers, 0);
    assert.equal(never!.answer.done, false);
    assert.deepEqual(world.wire(0, 2), []);
  });

  it('keeps the order of each of several, whatever the lengths and the pace', async () => {
    await forSeeds(60, async (seed) => {
      const random = new SeededRandom(seed);
      const size = random.between(2, 5);
      const each = random.between(2, 12);
      const world = new SimulatedWorld({ size, seed });
      const door = world.engines[0]!;
      const taken = new Map<string, number[]>(world.engines.slice(1).map(({ self }) => [self, []]));
      let most = 0;
      const isOver = (): boolean => [...taken.values()].every(({ length }) => length === each);
      const all = new Promise<void>((resolve) => {
        openDoor(door, (from, message) => {
          taken.get(from)?.push((message as { k: number }).k);
          most = Math.max(most, receivesAt(door));
          if (isOver()) resolve();
        });
      });
      await world.run(async ({ rank }) => {
        if (rank === 0) {
          await all;
          return;
        }
        const pace = new SeededRandom(seed + rank);
        for (let k = 0; k < each; k++) {
          const filler = 'x'.repeat(pace.below(pace.pick([10, 5000])));
          const sent = knock(world.engines[rank]!, door.self, { k, filler });
          if (pace.chance(0.3) || k === each - 1) await sent;
        }
      });
      for (const numbers of taken.values())
        assert.deepEqual(
          numbers,
          Array.from({ length: each }, (_, k) => k),
          `seed ${String(seed)}`,
        );
      assert.ok(most <= 1, `seed ${String(seed)}: ${String(most)} receives waited`);
    });
  });
});
