/**
 * Receives of a blocked thread, which take a short message as it lies in its frame where they can. Whatever comes,
 * they give what an awaited receive gives; each case here is played both ways.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Intracommunicator } from '#api/intracommunicator.js';
import { ANY_SOURCE, ANY_TAG } from '#model/constants.js';
import { ContextIds } from '#model/context-id.js';
import { FrameKind } from '#wire/frame.js';
import { isSettled, JOB, ManualWorld } from './manual-world.ts';
import { contextOf, sample } from './pair.ts';

const LIMITS = { eagerBytesMax: 4000, eagerBudget: 10_000, requestsMax: 5 };
const { high, low } = ContextIds.ofJob(JOB, 0);

interface Stage {
  readonly world: ManualWorld;
  readonly own: Intracommunicator;
  readonly peers: readonly Intracommunicator[];
}

/**
 * A world of three in which frames move whenever rank 0 has nothing to do. `events` are what happens meanwhile, one
 * at a time: each may send, or lose a rank.
 */
function makeStage(spins: number, events: ((stage: Stage) => void)[]): Stage {
  const world = new ManualWorld(3, {
    fragmentBytes: 100,
    limits: LIMITS,
    policy: { spins, yields: 1, patience: Infinity, awaitSpins: 0, awaitYields: 0, awaitTurns: 0 },
    // Rank 0 looks, finds nothing, and something happens: while it polls, and after it has given way.
    yieldProcessor: () => happen(),
    idle: () => happen(),
  });
  const [own, ...peers] = world.comms;
  const stage: Stage = { world, own: own!, peers };
  const happen = (): void => {
    const event = events.shift();
    if (event !== undefined) event(stage);
    deliver(world);
  };
  return stage;
}

/** Everything on the wire arrives, and the others answer. */
function deliver(world: ManualWorld): void {
  for (let round = 0; round < 3; round++) {
    for (const from of [0, 1, 2]) {
      for (const to of [0, 1, 2]) {
        if (world.transports[from]!.channels.has(world.ids[to]!)) world.move(from, to);
        if (to !== 0) world.step(to);
      }
    }
  }
}

/** What a call gives, or the class of its error. */
function outcomeOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return (error as { code?: string; message: string }).code ?? String(error);
  }
}

const send =
  (from: number, data: unknown, tag: number = 0) =>
  ({ peers }: Stage): void =>
    void peers[from - 1]!.send(data, 0, tag);

const lose = ({ world }: Stage): void => world.end(1, 0, false);

const malformed = ({ world }: Stage): void =>
  world.inject(1, 0, {
    kind: FrameKind.EAGER,
    source: 1,
    contextHigh: high,
    contextLow: low,
    length: 4,
    size: 4,
    data: Uint8Array.of(255, 255, 255, 255),
  });

/** What happens while rank 0 waits for (source, tag), until its message has come; and what lies there before. */
const CASES: readonly [
  what: string,
  source: number,
  tag: number,
  before: ((stage: Stage) => void)[],
  events: ((stage: Stage) => void)[],
][] = [
  ['a short message', 1, 3, [], [send(1, sample(8), 3)]],
  ['a value', 1, 3, [], [send(1, { a: [1, 'two'] }, 3)]],
  ['no bytes', 1, 0, [], [send(1, new Uint8Array(0))]],
  ['anything from anybody', ANY_SOURCE, ANY_TAG, [], [send(2, sample(40), 9)]],
  ['a message of another tag first', 1, 3, [], [send(1, sample(9), 4), send(1, sample(8), 3)]],
  ['a message of another rank first', 1, 3, [], [send(2, sample(9), 3), send(1, sample(8), 3)]],
  ['elements of another type', 1, 3, [], [send(1, new Float64Array(2), 3)]],
  ['a value or elements, whichever is not wanted', 1, 3, [], [send(1, 'value', 3), send(1, sample(8), 3)]],
  ['more than the buffer holds', 1, 3, [], [send(1, sample(60), 3)]],
  ['a message in several frames', 1, 3, [], [send(1, sample(150), 3)]],
  ['a long message', 1, 3, [], [send(1, sample(5000), 3)]],
  ['a long message of another tag first', 1, 3, [], [send(1, sample(5000), 4), send(1, sample(8), 3)]],
  ['bytes that are no value', 1, 0, [], [malformed]],
  ['the death of its source', 1, 0, [], [lose]],
  ['the death of somebody', ANY_SOURCE, ANY_TAG, [], [lose]],
  ['the death of another than its source', 2, 0, [], [lose, send(2, sample(3))]],
  ['what was there before', ANY_SOURCE, 3, [send(2, sample(5), 3), send(1, sample(6), 3)], []],
  ['something else that was there before', 1, 3, [send(2, sample(5), 3)], [send(1, sample(6), 3)]],
  ['a death that was known before', 1, 0, [lose], []],
];

const WAYS: readonly [
  string,
  (own: Intracommunicator, source: number, tag: number, blocked: boolean) => unknown,
][] = [
  [
    'into a buffer',
    (own, source, tag, blocked) => {
      const buffer = new Uint8Array(50);
      const status = blocked
        ? own.recvIntoSync(buffer, source, tag)
        : own.recvInto(buffer, source, tag).waitSync();
      return [status, buffer];
    },
  ],
  [
    'as a value',
    (own, source, tag, blocked) => (blocked ? own.recvSync(source, tag) : own.recv(source, tag).waitSync()),
  ],
];

describe('A receive of a blocked thread', () => {
  for (const [way, receive] of WAYS) {
    for (const [what, source, tag, before, events] of CASES) {
      it(`${way} meets ${what}`, () => {
        const play = (blocked: boolean, spins: number): unknown => {
          const stage = makeStage(spins, [...events]);
          for (const event of before) event(stage);
          deliver(stage.world);
          if (before.length > 0) stage.world.step(0);
          const received = outcomeOf(() => receive(stage.own, source, tag, blocked));
          // And what is left for the next ones.
          const left: unknown[] = [];
          contextOf(stage.own).unexpected.forEach(
            ({ source: from, tag: with_ }) => void left.push([from, with_]),
          );
          return { received, left, posted: contextOf(stage.own).posted.size };
        };
        const expected = play(false, 5);
        for (const spins of [0, 1, 5]) assert.deepEqual(play(true, spins), expected, `${spins} polls`);
      });
    }
  }

  it('stands behind one that was posted before', async () => {
    const stage = makeStage(5, [send(1, 'first'), send(1, 'second')]);
    const posted = stage.own.recv(1);
    assert.equal(stage.own.recvSync(1).data, 'second');
    assert.equal((await posted).data, 'first');
  });

  it('stands behind one that is posted again, since its message was taken back', async () => {
    const controller = new AbortController();
    const stage = makeStage(50, []);
    const { world, own, peers } = stage;
    const [peer] = peers;
    assert.ok(peer !== undefined);
    void own.send('so that there is a way', 1);
    void peer.ssend('never', 0, 0, { signal: controller.signal }).then(undefined, () => undefined);
    world.move(1, 0);
    const earlier = own.recv(1);
    world.step(0);
    // The answer is on its way when the message is taken back.
    world.move(0, 1);
    controller.abort(new Error('taken back'));
    world.step(1);
    void peer.send('first', 0);
    void peer.send('second', 0);
    world.move(1, 0);
    assert.equal(own.recvSync(1).data, 'second');
    assert.equal((await earlier).data, 'first');
  });

  it('leaves what belongs to other communicators alone', () => {
    const stage = makeStage(5, [
      ({ world }) => void world.communicator(1, 6, 'other').send('other', 0),
      send(1, 'world'),
    ]);
    const other = stage.world.communicator(0, 6, 'other');
    assert.equal(stage.own.recvSync(1).data, 'world');
    assert.equal(other.recv(1).test()?.value.data, 'other');
  });

  it('that is refused, since nobody could end it, leaves nothing behind', async () => {
    const world = new ManualWorld(2, {
      policy: { spins: 3, yields: 0, patience: Infinity, awaitSpins: 0, awaitYields: 0, awaitTurns: 0 },
    });
    const [own, peer] = world.comms;
    assert.ok(own !== undefined && peer !== undefined);
    assert.throws(() => own.recvSync(1), { code: 'MPI_ERR_PENDING' });
    assert.throws(() => own.recvIntoSync(new Uint8Array(4), 1), { code: 'MPI_ERR_PENDING' });
    assert.equal(contextOf(own).posted.size, 0);
    void peer.send('x', 0);
    world.settle();
    assert.equal((await own.recv()).data, 'x');
    assert.equal(await isSettled(own.recv()), false);
  });
});
