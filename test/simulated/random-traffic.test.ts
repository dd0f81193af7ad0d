/**
 * Random traffic of two to seven ranks in every mode, over networks with every fault that a transport may have: each
 * message arrives once, whole, in order, at a receive that fits, or was withdrawn and never arrives.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Intracommunicator } from '#api/intracommunicator.js';
import { ANY_SOURCE, ANY_TAG } from '#model/constants.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { forSeeds } from './seeds.ts';
import { NARROW_LIMITS, SimulatedWorld } from './simulated-world.ts';
import { randomTraffic, Remaining, type TrafficMessage } from './traffic-model.ts';
import { type ReceiverOptions, TrafficReceiver } from './traffic-receiver.ts';
import { checkBounds, checkEmpty } from './world-checks.ts';

const TAKEN_BACK = new Error('taken back');

/** Sends a rank's messages in every mode. */
async function sendAll(
  comm: Intracommunicator,
  messages: readonly TrafficMessage[],
  remaining: readonly Remaining[],
  random: SeededRandom,
  world: SimulatedWorld,
  options: ReceiverOptions,
): Promise<void> {
  const underway: PromiseLike<void>[] = [];
  for (const message of messages) {
    const { data, to, tag } = message;
    if (random.chance(0.1)) await pause(world, random.fraction());
    if (options.takesBack && random.chance(0.3)) {
      const takeBack = new AbortController();
      const send = random.chance(0.5)
        ? comm.send(data, to, tag, takeBack)
        : comm.ssend(data, to, tag, takeBack);
      const ended = send.then(undefined, (error: unknown) => {
        assert.equal(error, TAKEN_BACK);
        remaining[to]!.withdraw(message);
      });
      world.network.after(random.fraction() * 3, () => takeBack.abort(TAKEN_BACK));
      underway.push(ended);
      continue;
    }
    switch (random.below(6)) {
      case 0:
        comm.bsend(data, to, tag);
        break;
      case 1:
        // Dropped: nobody will ever ask what became of it.
        void comm.send(data, to, tag);
        break;
      case 2:
        underway.push(comm.ssend(data, to, tag));
        break;
      case 3:
        underway.push(comm.rsend(data, to, tag));
        break;
      default:
        underway.push(comm.send(data, to, tag));
    }
    const last = underway.at(-1);
    if (options.takesAnything && last !== undefined && random.chance(0.5)) await last;
  }
  await Promise.all(underway);
}

const pause = (world: SimulatedWorld, milliseconds: number): Promise<void> =>
  new Promise((resolve) => world.network.after(milliseconds, resolve));

/** Everybody sends to everybody, and receives as it likes. */
async function checkTraffic(seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  const size = random.between(2, 7);
  const options = {
    takesAnything: random.chance(0.5),
    givesUp: random.chance(0.3),
    takesBack: random.chance(0.3),
  };
  // Where a receiver waits for a certain message, those before it must not fill what a sender may announce.
  const limits = { ...NARROW_LIMITS, requestsMax: options.takesAnything ? NARROW_LIMITS.requestsMax : 1000 };
  const world = new SimulatedWorld({ size, seed, limits });
  const bySender = randomTraffic(random, size, random.between(5, 12 * size), random.between(1, 4));
  const remaining = bySender.map((_, rank) => new Remaining(bySender, rank));
  const randoms = bySender.map(() => random.fork());
  if (!options.givesUp) checkBounds(world, limits);
  await world.run(async (comm) => {
    const own = randoms[comm.rank]!;
    const receiver = new TrafficReceiver(comm, remaining[comm.rank]!, own.fork(), world.network, options);
    await Promise.all([
      receiver.receiveAll(),
      sendAll(comm, bySender[comm.rank]!, remaining, own.fork(), world, options),
    ]);
    await comm.barrier();
    // A message that was taken back is seen until that is known here.
    while (options.takesBack && comm.iprobe() !== undefined) await pause(world, 0.1);
    checkEmpty(comm);
  });
}

/** Everybody looks before it receives. */
async function checkProbes(seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  const size = random.between(2, 5);
  const limits = { ...NARROW_LIMITS, requestsMax: 1000 };
  const world = new SimulatedWorld({ size, seed, limits });
  const bySender = randomTraffic(random, size, random.between(5, 10 * size), 3);
  const remaining = bySender.map((_, rank) => new Remaining(bySender, rank));
  // Whoever waits for a certain rank must not be waited for itself.
  const options = { takesAnything: random.chance(0.5), givesUp: false, takesBack: false };
  const randoms = bySender.map(() => random.fork());
  await world.run(async (comm) => {
    const own = randoms[comm.rank]!;
    const sending = sendAll(comm, bySender[comm.rank]!, remaining, own.fork(), world, options);
    const mine = remaining[comm.rank]!;
    while (mine.size > 0) {
      const anybody = options.takesAnything || own.chance(0.5);
      const status = anybody ? await comm.probe() : await comm.probe(mine.pick(own).from);
      const expected = mine.earliest(status.source, status.tag);
      // What a probe has seen is what the next receive of that envelope gets, and nothing else.
      const matched = own.chance(0.5) ? comm.improbe(status.source, status.tag) : undefined;
      const { data } =
        matched === undefined ? await comm.recv(status.source, status.tag) : await matched.recv();
      assert.deepStrictEqual(data, expected.data);
      mine.take(expected);
    }
    await sending;
    await comm.barrier();
    checkEmpty(comm);
  });
}

/** Three ways to communicate at once, on communicators of their own. */
async function checkSeveralCommunicators(seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  const size = random.between(2, 5);
  const world = new SimulatedWorld({ size, seed });
  const counts = Array.from({ length: size }, () => random.below(6));
  await world.run(async (comm) => {
    const { rank } = comm;
    const [stream, ring] = [await comm.dup(), await comm.dup()];
    const half = await comm.split(rank % 2, -rank);
    const consume = async (): Promise<void> => {
      let left = counts.reduce((sum, count) => sum + count, 0);
      const next = new Array<number>(size).fill(0);
      if (left === 0) return;
      for await (const { data, source, tag } of stream.messages<number>()) {
        assert.deepEqual([data, tag], [next[source], source + 1]);
        next[source] = (next[source] ?? 0) + 1;
        if (--left === 0) break;
      }
    };
    const produce = async (): Promise<void> => {
      for (let k = 0; k < counts[rank]!; k++) {
        await Promise.all(Array.from({ length: size }, (_, to) => stream.send(k, to, rank + 1)));
      }
    };
    const goRound = async (): Promise<void> => {
      const [right, left] = [(rank + 1) % size, (rank + size - 1) % size];
      for (let round = 0; round < 3; round++) {
        const { data } = await ring.sendrecv({ rank, round }, right, round, left, round);
        assert.deepEqual(data, { rank: left, round });
        const buffer = new Float64Array(300);
        const status = await ring.sendrecvInto(new Float64Array(300).fill(rank), right, 7, buffer, left, 7);
        assert.deepEqual([status.source, status.count, buffer[299]], [left, 300, left]);
      }
    };
    const reduce = async (): Promise<void> => {
      const everySecond = Array.from({ length: size }, (_, k) => k).filter((k) => k % 2 === rank % 2);
      assert.equal(half?.rank, everySecond.toReversed().indexOf(rank));
      assert.equal(
        await half.allreduce(rank),
        everySecond.reduce((sum, k) => sum + k, 0),
      );
    };
    await Promise.all([consume(), produce(), goRound(), reduce()]);
    await comm.barrier();
    for (const each of [comm, stream, ring]) checkEmpty(each);
  });
}

describe('Random traffic in simulated worlds', () => {
  it('delivers every message once, whole and in order, whatever modes and wildcards meet', async () => {
    await forSeeds(400, checkTraffic);
  });

  it('delivers to a receive what the probe before it has seen', async () => {
    await forSeeds(100, checkProbes);
  });

  it('keeps the messages of several communicators apart', async () => {
    await forSeeds(75, checkSeveralCommunicators);
  });

  it('plays the same world again from the same seed', async () => {
    await forSeeds(20, async (seed) => {
      const logs = [];
      for (let time = 0; time < 2; time++) {
        const world = new SimulatedWorld({ size: 3, seed });
        const log: string[] = [];
        await world.run(async (comm) => {
          for (let k = 0; k < 6; k++) void comm.send(k, (comm.rank + k) % 3, k);
          for (let k = 0; k < 6; k++) {
            const { source, tag } = await comm.recv(ANY_SOURCE, ANY_TAG);
            log.push(`${comm.rank}: ${source} ${tag} at ${world.network.clock.now().toFixed(6)}`);
          }
        });
        logs.push(log);
      }
      assert.deepEqual(logs[0], logs[1]);
    });
  });
});
