/** Contexts that are given back, or broken: what still comes for them is let go by, and its senders go on. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Contexts } from '#engine/contexts.js';
import { MESSAGE_OVERHEAD } from '#engine/limits.js';
import { MPIError } from '#errors/mpi-error.js';
import { FrameKind } from '#wire/frame.js';
import type { MatchContext } from '#engine/match-context.js';
import { Communicator } from '#api/communicator.js';
import { ManualWorld } from './manual-world.ts';
import { contextOf, sample } from './pair.ts';

const LIMITS = { eagerBytesMax: 1000, eagerBudget: 4000, requestsMax: 5 };
const GONE = (): MPIError => new MPIError('MPI_ERR_COMM', 'it is gone');
const ID = { high: 77, low: 400 };

/** Frames of rank 1 to rank 0 for a context: eager, in parts, and a rendezvous. */
function send(world: ManualWorld, { high, low }: { high: number; low: number }, rounds: number): void {
  const envelope = { elementType: 2, source: 1, contextHigh: high, contextLow: low, tag: 5 };
  for (let round = 1; round <= rounds; round++) {
    const data = sample(500);
    world.inject(1, 0, { ...envelope, kind: FrameKind.EAGER, length: 500, data, size: 500 });
    world.inject(1, 0, { ...envelope, kind: FrameKind.EAGER_FIRST, length: 900, data, size: 500 });
    world.inject(1, 0, { kind: FrameKind.EAGER_MORE, data, size: 400 });
    world.inject(1, 0, { ...envelope, kind: FrameKind.REQUEST, length: 5000, id: round });
    world.step(0);
  }
}

/** What rank 0 has given back to rank 1, and the requests that it has answered. */
function answers(world: ManualWorld): { credit: number; cleared: number[] } {
  const frames = world.transports[0]!.channels.get(world.ids[1]!)?.onTheWire ?? [];
  return {
    credit: frames.filter(({ kind }) => kind === FrameKind.CREDIT).reduce((sum, { value }) => sum + value, 0),
    cleared: frames.filter(({ kind }) => kind === FrameKind.CLEAR).map(({ id }) => id),
  };
}

abstract class Inside extends Communicator {
  static collectives(comm: Communicator): MatchContext {
    return Communicator.coreOf(comm).ends.local.context;
  }
}

const ROUND = 500 + 900 + 2 * MESSAGE_OVERHEAD;

describe('A context that was given back', () => {
  it('lets go by what still comes for it, whole, in parts or asked for', () => {
    const world = new ManualWorld(2, { limits: LIMITS });
    const engine = world.engines[0]!;
    const contexts = engine.contexts.count;
    engine.contexts.open(
      ID.high,
      ID.low,
      [...world.ids].map((id) => engine.peer(id)),
      () => 'x',
      null,
    );
    assert.equal(engine.contexts.count, contexts + 1);
    engine.contexts.release(ID, true, GONE);
    send(world, ID, 4);
    assert.equal(engine.contexts.count, contexts);
    const { credit, cleared } = answers(world);
    // Less than a quarter of the budget is not worth a word yet.
    assert.ok(credit > 4 * ROUND - 1000 && credit <= 4 * ROUND, String(credit));
    assert.deepEqual(cleared, [1, 2, 3, 4]);
    assert.equal(engine.peer(world.ids[1]!).end, null, 'the sender has kept the rules');
  });

  it('gives back what lay there, and ends what waits', async () => {
    const world = new ManualWorld(2, { limits: LIMITS });
    const engine = world.engines[0]!;
    // Messages may come before the context is opened.
    send(world, ID, 2);
    const context = engine.contextOf(ID.high, ID.low);
    assert.equal(context.unexpected.size, 6);
    engine.contexts.release(ID, true, GONE);
    assert.equal(context.unexpected.size, 0);
    const { credit, cleared } = answers(world);
    assert.ok(credit > 2 * ROUND - 1000 && credit <= 2 * ROUND, String(credit));
    assert.deepEqual(cleared, [1, 2]);
    const comm = world.communicator(0, 3, 'other');
    const pending = comm.recv(1);
    engine.contexts.release(contextOf(comm), true, GONE);
    await assert.rejects(Promise.resolve(pending), /it is gone/);
    await assert.rejects(Promise.resolve(comm.recv(1)), { code: 'MPI_ERR_COMM' });
  });

  it('may be opened again where that was foreseen, and then has what came in between', () => {
    const world = new ManualWorld(2, { limits: LIMITS });
    const engine = world.engines[0]!;
    const open = (): unknown =>
      engine.contexts.open(
        ID.high,
        ID.low,
        [...world.ids].map((id) => engine.peer(id)),
        () => 'x',
        null,
      );
    const first = open();
    engine.contexts.release(ID, false, GONE);
    send(world, ID, 1);
    assert.notEqual(open(), first);
    const context = engine.contextOf(ID.high, ID.low);
    assert.deepEqual([context.unexpected.size, context.broken], [3, null]);
    engine.contexts.release(ID, false, GONE);
    assert.equal(engine.contextOf(ID.high, ID.low), context, 'it waits for the next who opens it');
    assert.equal(open(), context);
    open();
    engine.contexts.release(ID, true, GONE);
    assert.equal(engine.contextOf(ID.high, ID.low), context, 'somebody still has it');
    assert.equal(context.broken, null);
    engine.contexts.release(ID, true, GONE);
    assert.notEqual(context.broken, null);
  });

  it('is remembered for a while, not for ever', () => {
    const contexts = new Contexts();
    for (let k = 0; k < 5000; k++) {
      contexts.open(k, 0);
      contexts.open(k, 1);
      assert.equal(contexts.release({ high: k, low: 0 }, true).length, 2);
    }
    assert.equal(contexts.size, 0);
    assert.notEqual(contexts.of(4999, 2).broken, null, 'the latest is known to be gone');
    assert.equal(contexts.of(0, 2).broken, null, 'the earliest is forgotten');
    assert.equal(contexts.size, 1);
  });
});

describe('A context of collectives in which somebody has died', () => {
  it('gives back what lay there, and what still comes', () => {
    const world = new ManualWorld(3, { limits: LIMITS });
    const context = Inside.collectives(world.comms[0]!);
    send(world, context, 1);
    assert.equal(context.unexpected.size, 3);
    world.end(2, 0, false);
    world.step(0);
    assert.equal(context.unexpected.size, 0);
    world.inject(1, 0, { kind: FrameKind.REQUEST, elementType: 2, source: 1, contextHigh: context.high, contextLow: context.low, tag: 6, length: 10, id: 9 }); // prettier-ignore
    world.step(0);
    assert.equal(context.unexpected.size, 0);
    const { credit, cleared } = answers(world);
    assert.ok(credit > ROUND - 1000, String(credit));
    assert.deepEqual(cleared, [1, 9]);
  });
});
