/**
 * Collectives that move data (MPI-4.1 §6.3 to §6.8), on the world and on intercommunicators of its ranks: every verb
 * against what one process computes alone, and what is refused.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import * as MPI from 'parley';
import { MovementModel, type Stand } from '../simulated/data-movement-model.ts';
import { type Cases, failure, runCases } from './support/cases.ts';
import { standardIntercommunicators } from './support/standard-intercommunicators.ts';
import { WAYS, type Way } from './support/way.ts';

const world = MPI.COMM_WORLD;
const { rank, size } = world;
const seed = Number(process.env['PARLEY_SEED'] ?? (await world.bcast(randomInt(2 ** 40))));

const AWAITING = WAYS.find(({ blocks }) => !blocks)!;

interface Ground {
  readonly comm: MPI.Communicator;
  readonly stand: Stand;
}

const worldGround: Ground = { comm: world, stand: { sizes: [size], side: 0, rank } };
const interGrounds: readonly Ground[] =
  size < 3
    ? []
    : (await standardIntercommunicators(AWAITING)).map(({ isLeft, comm }): Ground => {
        const sizes = isLeft ? [comm.size, comm.remoteSize] : [comm.remoteSize, comm.size];
        return { comm, stand: { sizes, side: isLeft ? 0 : 1, rank: comm.rank } };
      });

/** All compare what they call, and what does not fit is not begun. */
const CHECKED = process.env['PARLEY_CHECK'] === 'collective';

type Verb = (typeof MovementModel.VERBS)[number];
type Methods = Record<string, (...args: readonly unknown[]) => unknown>;

const call = (way: Way, comm: MPI.Communicator, verb: Verb, args: readonly unknown[]): unknown =>
  (comm as unknown as Methods)[way.blocks ? `${verb}Sync` : verb]!(...args);

const begin = (comm: MPI.Communicator, verb: Verb, args: readonly unknown[]): MPI.Request<unknown> =>
  (comm as unknown as Methods)[verb]!(...args) as MPI.Request<unknown>;

function checked(ground: Ground, verb: Verb, step: number, check: () => void): void {
  try {
    check();
  } catch (cause) {
    throw new Error(`${verb} of ${ground.comm.name || 'an intercommunicator'} (seed ${seed}, step ${step})`, {
      cause,
    });
  }
}

/** Each verb with buffers of up to so many elements. */
async function everyVerb(way: Way, ground: Ground, lengths: readonly number[]): Promise<void> {
  for (const [index, verb] of MovementModel.VERBS.entries()) {
    for (const [k, lengthMax] of lengths.entries()) {
      const step = index * 8 + k;
      const { args, check, reuse } = new MovementModel(ground.stand, seed, step, lengthMax).call(verb);
      const result = await call(way, ground.comm, verb, args);
      checked(ground, verb, step, () => check(result));
      reuse();
    }
  }
}

async function underWayAtOnce(way: Way, ground: Ground): Promise<void> {
  const requests: MPI.Request<unknown>[] = [];
  const checks: ((result: unknown) => void)[] = [];
  for (const [step, verb] of MovementModel.VERBS.entries()) {
    const { args, check } = new MovementModel(ground.stand, seed + 1, step, 200).call(verb);
    requests.push(begin(ground.comm, verb, args));
    checks.push(check);
  }
  const results = way.blocks ? MPI.waitAllSync(requests) : await Promise.all(requests);
  for (const [step, check] of checks.entries()) {
    checked(ground, MovementModel.VERBS[step]!, step, () => check(results[step]));
  }
}

const floats = (length: number): Float64Array => new Float64Array(length);

/** A call that is refused, with its class and what the message must say. */
type Refusal = readonly [verb: Verb, args: readonly unknown[], code: string, message: RegExp];

/** What counts at the root alone, on a communicator of this process alone. */
const REFUSED_AT_ROOT: readonly Refusal[] = [
  ['gathervInto', [floats(1), floats(1), [1, 2]], 'MPI_ERR_COUNT', /with 2 receive counts on .* 1 process /],
  ['gathervInto', [floats(1), floats(1), null], 'MPI_ERR_COUNT', /with null for receive counts/],
  [
    'gathervInto',
    [floats(1), floats(1), [-1]],
    'MPI_ERR_COUNT',
    /^Cannot gather with receive count -1 for rank 0 on "MPI_COMM_SELF": a whole number of elements/,
  ],
  ['gathervInto', [floats(1), floats(1), [0.5]], 'MPI_ERR_COUNT', /receive count 0\.5 for rank 0/],
  ['gathervInto', [floats(1), floats(1), [NaN]], 'MPI_ERR_COUNT', /receive count NaN/],
  ['gathervInto', [floats(1), floats(1), [1], [-1]], 'MPI_ERR_ARG', /receive displacement -1 for rank 0/],
  ['gathervInto', [floats(1), floats(1), [1], []], 'MPI_ERR_ARG', /with 0 receive displacements/],
  [
    'gathervInto',
    [floats(2), floats(3), [2], [2]],
    'MPI_ERR_BUFFER',
    /the receive block of rank 0 is elements 2\.\.3 and the buffer has 3/,
  ],
  ['gathervInto', [floats(1), null, [1]], 'MPI_ERR_BUFFER', /the buffer is null/],
  ['gathervInto', [floats(2), floats(1), [1]], 'MPI_ERR_COUNT', /own block .* 8 bytes .* 16/],
  ['gathervInto', [floats(1), new Int32Array(2), [2]], 'MPI_ERR_TYPE', /a Float64Array into a Int32Array/],
  ['gatherInto', [floats(2), floats(3)], 'MPI_ERR_BUFFER', /receive buffer must have 16/],
  ['gatherInto', [floats(2), null], 'MPI_ERR_BUFFER', /the buffer is null/],
  ['gatherInto', [floats(1), floats(1), 1], 'MPI_ERR_ROOT', /root 1 on "MPI_COMM_SELF"/],
  ['scatterInto', [floats(2), floats(3)], 'MPI_ERR_BUFFER', /send buffer must have 24/],
  ['scattervInto', [floats(2), [3], null, floats(3)], 'MPI_ERR_BUFFER', /send block of rank 0/],
  ['scattervInto', [floats(2), [2], [0], floats(3)], 'MPI_ERR_COUNT', /16 bytes .* 24/],
  [
    'scatter',
    [null],
    'MPI_ERR_COUNT',
    /^Cannot scatter null on .*: an array of one value for each of 1 process /,
  ],
  ['scatter', [[1, 2]], 'MPI_ERR_COUNT', /scatter 2 values/],
  ['scatter', ['ab'], 'MPI_ERR_COUNT', /scatter a string/],
];

const twoEach = new Array<number>(size).fill(2);
const twoOfEach = floats(2 * size);

/** What is wrong at every process alike. */
const REFUSED_EVERYWHERE: readonly Refusal[] = [
  ['bcastInto', [null], 'MPI_ERR_BUFFER', /^Cannot broadcast on .*: the buffer is null/],
  ['gather', [1, size], 'MPI_ERR_ROOT', /^Cannot gather with root/],
  ['scatter', [null, -1], 'MPI_ERR_ROOT', /^Cannot scatter with root -1/],
  ['scatterInto', [null, floats(1), MPI.ROOT], 'MPI_ERR_ROOT', /^Cannot scatter with root -3/],
  ['allgatherInto', [floats(2), floats(2 * size + 1)], 'MPI_ERR_BUFFER', /must have \d+/],
  ['allgatherInto', [floats(2), new Float32Array(4 * size)], 'MPI_ERR_TYPE', /into a Float32Array/],
  ['allgathervInto', [floats(2), twoOfEach, [...twoEach, 1]], 'MPI_ERR_COUNT', /receive counts/],
  ['allgathervInto', [floats(3), twoOfEach, twoEach], 'MPI_ERR_COUNT', /own block/],
  ['alltoall', [[...twoEach, 1]], 'MPI_ERR_COUNT', new RegExp(`alltoall ${size + 1} values`)],
  ['alltoall', [undefined], 'MPI_ERR_COUNT', /^Cannot alltoall undefined on/],
  ['alltoallInto', [twoOfEach, floats(size)], 'MPI_ERR_BUFFER', /both buffers must be equally long/],
  ['alltoallInto', [twoOfEach, twoOfEach], 'MPI_ERR_BUFFER', /share memory/],
];

/** The same, where there are several. */
const REFUSED_AMONG_SEVERAL: readonly Refusal[] = [
  ['alltoallInto', [floats(2 * size + 1), floats(2 * size + 1)], 'MPI_ERR_BUFFER', /as many for each/],
  ['allgatherInto', [twoOfEach.subarray(1, 3), twoOfEach], 'MPI_ERR_BUFFER', /share memory/],
  [
    'alltoallvInto',
    [twoOfEach, twoEach, null, floats(2 * size), twoEach, twoEach.map((_, of) => of + 1)],
    'MPI_ERR_ARG',
    /rank 0 \(elements 1\.\.2\) and rank 1 \(elements 2\.\.3\) overlap/,
  ],
];

async function refuses(way: Way, comm: MPI.Communicator, rows: readonly Refusal[]): Promise<void> {
  for (const [verb, args, code, message] of rows) {
    const error = await failure(code, () => call(way, comm, verb, args));
    assert.match(error.message, message);
  }
}

const MOVES: Cases = {
  'every verb gives what one process computes alone': (way) => everyVerb(way, worldGround, [1, 30, 20_000]),
  'every verb does so between two groups': async (way) => {
    for (const ground of interGrounds) await everyVerb(way, ground, [30, 3000]);
  },
  'all verbs may be under way at once': async (way) => {
    for (const ground of [worldGround, ...interGrounds]) await underWayAtOnce(way, ground);
  },
};

/** These hold for the algorithms that the table takes. */
const REFUSALS: Cases = {
  'what is wrong is refused by name, and does no harm': async (way) => {
    await refuses(way, MPI.COMM_SELF, REFUSED_AT_ROOT);
    await refuses(way, world, REFUSED_EVERYWHERE);
    if (size > 1) await refuses(way, world, REFUSED_AMONG_SEVERAL);
    assert.deepEqual(await way.call(world, 'allgather', rank), [...new Array(size).keys()]);
  },
  'roots of an intercommunicator that are none are refused': async (way) => {
    for (const { comm } of interGrounds) {
      assert.ok(comm instanceof MPI.Intercommunicator);
      for (const root of [comm.remoteSize, -1, -4, 0.5]) {
        const error = await failure('MPI_ERR_ROOT', () => way.call(comm, 'gather', 1, root));
        assert.match(
          error.message,
          /^Cannot gather with root .* the root itself passes ROOT, the others of its group PROC_NULL/,
        );
        await failure('MPI_ERR_ROOT', () => way.call(comm, 'scatter', null, root));
        await failure('MPI_ERR_ROOT', () => way.call(comm, 'bcast', 1, root));
      }
      await way.call(comm, 'barrier');
    }
  },
  'lengths that do not fit each other are told with their ranks': async (way) => {
    for (const elements of [2, 5]) {
      const bcast = () => way.call(world, 'bcastInto', floats(rank === 0 ? elements : 3), 0);
      // The root needs nothing of the others; where all are compared first it hears of them, too.
      if (rank === 0 && !CHECKED) {
        await bcast();
        continue;
      }
      if (size === 1) continue;
      const error = await failure(elements > 3 && !CHECKED ? 'MPI_ERR_TRUNCATE' : 'MPI_ERR_COUNT', bcast);
      const told = CHECKED
        ? `rank 0 sends ${elements} elements .* to rank 1, which expects 3`
        : // Those below another one hear of it by that one.
          `rank \\d sent ${elements * 8} bytes and this process \\(rank \\d\\) expects 24`;
      assert.match(error.message, new RegExp(`^Cannot broadcast on "MPI_COMM_WORLD": .*${told}`));
    }
    if (size === 1) return;
    const error = await failure(rank === 0 || CHECKED ? 'MPI_ERR_COUNT' : 'MPI_ERR_TRUNCATE', () =>
      way.call(world, 'allgatherInto', floats(rank === 0 ? 3 : 2), floats((rank === 0 ? 3 : 2) * size)),
    );
    assert.match(error.message, /^Cannot allgather on .*: rank \d (sent|sends) (16|24|3) /);
  },
  'blocking twins of the verbs on buffers fill them alike': () => {
    const counts = Array.from({ length: size }, () => 2);
    const own = floats(2).fill(rank);
    const everybodys = Float64Array.from({ length: 2 * size }, (_, k) => k >> 1);
    const all = floats(2 * size);
    world.gathervIntoSync(own, rank === 0 ? all : null, rank === 0 ? counts : null);
    assert.deepEqual(all, rank === 0 ? everybodys : floats(2 * size));
    const part = floats(2);
    world.scatterIntoSync(rank === 0 ? everybodys : null, part);
    assert.deepEqual(part, own);
    world.scattervIntoSync(rank === 0 ? everybodys : null, rank === 0 ? counts : null, null, part.fill(-1));
    assert.deepEqual(part, own);
    world.allgathervIntoSync(own, all.fill(-1), counts);
    assert.deepEqual(all, everybodys);
    world.alltoallIntoSync(floats(2 * size).fill(rank), all.fill(-1));
    assert.deepEqual(all, everybodys);
    const places = counts.map((_, k) => 2 * k);
    world.alltoallvIntoSync(floats(2 * size).fill(rank), counts, places, all.fill(-1), counts, places);
    assert.deepEqual(all, everybodys);
  },
  'the own part comes back as it is, that of others is a copy': async (way) => {
    const own = { rank };
    assert.equal((await way.call(world, 'allgather', own))[rank], own);
    const given = [...new Array(size).keys()].map((to) => ({ from: rank, to }));
    const got = await way.call(world, 'alltoall', given);
    assert.equal(got[rank], given[rank]);
    assert.deepEqual(
      got,
      given.map((_, from) => ({ from, to: rank })),
    );
  },
};

// Forced algorithms do not care who waits how: once, with both ways side by side.
if (process.argv[2] === 'moves') await runCases(MOVES, WAYS.slice(2));
else await runCases({ ...MOVES, ...REFUSALS });
