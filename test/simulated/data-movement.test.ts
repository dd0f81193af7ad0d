/**
 * Random collectives that move data, of one to nine ranks, within a group and between two, against what one process
 * computes alone: every verb with every algorithm, any root, all classes of buffers, several under way at once.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Communicator } from '#api/communicator.js';
import type { Intracommunicator } from '#api/intracommunicator.js';
import { allgather, allgatherInto, allgathervInto } from '#collectives/allgather/allgather.js';
import { alltoall, alltoallInto, alltoallvInto } from '#collectives/alltoall/alltoall.js';
import { barrier } from '#collectives/barrier/barrier.js';
import { bcast, bcastInto } from '#collectives/bcast/bcast.js';
import type { CollectiveEndpoint, CollectiveEnds } from '#collectives/collective.js';
import { gather, gatherInto, gathervInto } from '#collectives/gather/gather.js';
import { scatter, scatterInto, scattervInto } from '#collectives/scatter/scatter.js';
import { ALGORITHM_TABLE } from '#collectives/tuning/algorithm-table.js';
import { ALGORITHMS, type AlgorithmTable } from '#collectives/tuning/algorithms.js';
import type { Steps } from '#engine/task.js';
import { ProcessFailedError } from '#errors/process-failed-error.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { MovementModel, type Stand } from './data-movement-model.ts';
import { forSeeds } from './seeds.ts';
import { SimulatedWorld } from './simulated-world.ts';
import { checkEmpty } from './world-checks.ts';

type Verb = (ends: CollectiveEnds, ...args: never[]) => Steps<unknown>;
type VerbName = (typeof MovementModel.VERBS)[number];

const VERBS: Readonly<Record<VerbName, Verb>> = {
  barrier,
  bcast,
  bcastInto,
  gather,
  gatherInto,
  gathervInto,
  scatter,
  scatterInto,
  scattervInto,
  allgather,
  allgatherInto,
  allgathervInto,
  alltoall,
  alltoallInto,
  alltoallvInto,
};

/** A verb with one of its algorithms, under the name that the table has for the choice; '' where there is none. */
type Row = readonly [verb: VerbName, choice: string, algorithm: string];

const ALL: readonly Row[] = MovementModel.VERBS.flatMap((verb): Row[] => {
  const names = [verb, verb.replace('all', 'interAll')].filter((name) => Object.hasOwn(ALGORITHMS, name));
  if (names.length === 0) return [[verb, '', '']];
  return names.flatMap((name) =>
    ALGORITHMS[name as keyof typeof ALGORITHMS].map((algorithm): Row => [verb, name, algorithm]),
  );
});

abstract class Inside extends Communicator {
  static endsOf(comm: Communicator): CollectiveEnds {
    return Communicator.coreOf(comm).ends;
  }
}

/** The same ends with one algorithm forced. */
function forcing(ends: CollectiveEnds, verb: string, algorithm: string): CollectiveEnds {
  if (verb === '') return ends;
  const rows = [{ upToBytes: Infinity, algorithm }, ...ALGORITHM_TABLE[verb as keyof typeof ALGORITHMS]];
  const algorithms: AlgorithmTable = { ...ALGORITHM_TABLE, [verb]: rows };
  const forced = (endpoint: CollectiveEndpoint): CollectiveEndpoint => ({ ...endpoint, algorithms });
  return { local: forced(ends.local), remote: ends.remote === null ? null : forced(ends.remote) };
}

/** A communicator with where this process stands in it. */
interface Ground {
  readonly comm: Communicator;
  readonly stand: Stand;
}

const groundOf = (comm: Intracommunicator): Ground => ({
  comm,
  stand: { sizes: [comm.size], side: 0, rank: comm.rank },
});

/** An intercommunicator whose left group has these ranks. */
async function interGround(world: Intracommunicator, left: readonly number[]): Promise<Ground> {
  const side = left.includes(world.rank) ? 0 : 1;
  const local = await world.split(side);
  assert.ok(local !== null);
  const right = Array.from({ length: world.size }, (_, rank) => rank).filter((rank) => !left.includes(rank));
  const comm = await local.createIntercomm(0, world, (side === 0 ? right[0] : left[0]) ?? -1, 12);
  return { comm, stand: { sizes: [left.length, right.length], side, rank: local.rank } };
}

/** Halves, one against the rest, two against the rest, or any ranks: the same at every process. */
function leftGroup(size: number, random: SeededRandom): number[] {
  const families = [Math.floor(size / 2), 1, Math.min(2, size - 1)];
  const family = random.below(families.length + 1);
  if (family < families.length) return Array.from({ length: families[family]! }, (_, rank) => rank);
  const any = Array.from({ length: size - 1 }, (_, rank) => rank + 1).filter(() => random.chance(0.5));
  return any.length === 0 ? [size - 1] : any;
}

/** Starts one collective; the promise checks its outcome. */
function start(ground: Ground, model: MovementModel, [verb, choice, algorithm]: Row): PromiseLike<void> {
  const ends = forcing(Inside.endsOf(ground.comm), choice, algorithm);
  const { args, check, reuse } = model.call(verb);
  const request = ends.local.engine.start(VERBS[verb](ends, ...(args as never[])));
  return request.then((result) => {
    try {
      check(result);
      reuse();
    } catch (cause) {
      const { sizes, side, rank } = ground.stand;
      const where = `rank ${rank} of side ${side} of ${sizes.join(' and ')}`;
      throw new Error(`${verb} (${choice}=${algorithm}) at ${where} is wrong`, { cause });
    }
  });
}

/** One collective after the other, which never ends well; `ready` is called before the first. */
async function moveUntilFailure(world: Intracommunicator, seed: number, ready: () => void): Promise<never> {
  const random = new SeededRandom(seed + 1);
  const grounds = [groundOf(world), await interGround(world, leftGroup(world.size, random))];
  ready();
  for (let step = 0; ; step++) {
    const ground = random.pick(grounds);
    await start(ground, new MovementModel(ground.stand, seed, step, 500), random.pick(ALL));
  }
}

describe('Collectives that move data, in simulated worlds', () => {
  it('give what one process computes alone', async () => {
    await forSeeds(60, async (seed) => {
      const size = 1 + (seed % 9);
      const world = new SimulatedWorld({ size, seed });
      await world.run(async (comm) => {
        const random = new SeededRandom(seed + 1);
        const grounds = [groundOf(comm)];
        if (size > 1) grounds.push(await interGround(comm, leftGroup(size, random)));
        const underway: PromiseLike<void>[] = [];
        const steps = random.between(1, 12);
        for (let step = 0; step < steps; step++) {
          const ground = random.pick(grounds);
          const [verb, choice, algorithm] = random.pick(ALL);
          const forced = random.chance(0.7) ? choice : '';
          const model = new MovementModel(ground.stand, seed, step);
          underway.push(start(ground, model, [verb, forced, algorithm]));
          if (random.chance(0.5)) await underway.at(-1);
        }
        await Promise.all(underway);
        for (const ground of grounds) await ground.comm.barrier();
        checkEmpty(comm);
      });
    });
  });

  it('do so with each algorithm at each number of ranks', async () => {
    for (let size = 1; size <= 9; size++) {
      await forSeeds(1, async (seed) => {
        const world = new SimulatedWorld({ size, seed, refusals: 0, linkFrames: 64, fragmentBytes: 4096 });
        await world.run(async (comm) => {
          const random = new SeededRandom(seed);
          const grounds = [groundOf(comm)];
          if (size > 1) grounds.push(await interGround(comm, leftGroup(size, random)));
          for (const ground of grounds) {
            const calls = ALL.flatMap((row, index) =>
              [1, 2, 40, 1500].map((lengthMax, k) =>
                start(ground, new MovementModel(ground.stand, seed, index * 4 + k, lengthMax), row),
              ),
            );
            await Promise.all(calls);
          }
        });
      });
    }
  });

  it('end at every survivor where a rank is lost', async () => {
    await forSeeds(40, async (seed) => {
      const random = new SeededRandom(seed);
      const size = random.between(2, 7);
      const dead = random.below(size);
      const world = new SimulatedWorld({ size, seed });
      let left = size;
      const ready = (): void => {
        // Not before: a group would wait for the leader of another one that has given up.
        if (--left > 0) return;
        world.network.after(random.fraction() * random.pick([0.2, 2, 8]), () => world.kill(dead));
      };
      const endings = await world.runToEnd((comm) => moveUntilFailure(comm, seed, ready), true);
      for (const ending of endings) {
        if ('error' in ending && !(ending.error instanceof ProcessFailedError)) {
          throw world.failure(`rank ${ending.rank}, rank ${dead} was lost`, ending.error);
        }
      }
    });
  });
});
