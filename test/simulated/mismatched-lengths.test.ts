/**
 * Collectives of which one process gives another length, or another class of array, than the others: with every algorithm,
 * within a group and between two. Nobody is left waiting, somebody has an error, nothing is left behind, and the next
 * collective runs.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Intercommunicator, Intracommunicator } from '#api/intracommunicator.js';
import { ALGORITHM_TABLE } from '#collectives/tuning/algorithm-table.js';
import { ALGORITHMS, type AlgorithmTable, COMMON } from '#collectives/tuning/algorithms.js';
import { createOp } from '#collectives/operations/op.js';
import type { Request } from '#engine/request.js';
import { MPIError } from '#errors/mpi-error.js';
import { PROC_NULL, ROOT } from '#model/constants.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import type { TypedArray } from '#wire/element-type.js';
import { forSeeds } from './seeds.ts';
import { collectiveEndsOf, SimulatedWorld } from './simulated-world.ts';

type Comm = Intracommunicator | Intercommunicator;

/** What a process gives: `make` as many elements, `n` to or from each. */
interface Given {
  readonly make: (length: number) => TypedArray;
  readonly n: number;
  readonly root: number;
  readonly isRoot: boolean;
  /** With how many data is exchanged. */
  readonly peers: number;
}

type Call = (comm: Comm, given: Given) => Request;

const equal = (count: number, n: number): number[] => new Array<number>(count).fill(n);
const packed = (count: number, n: number): number[] => Array.from({ length: count }, (_, k) => k * n);

const CALLS: Readonly<Record<string, Call>> = {
  bcastInto: (comm, { make, n, root }) => comm.bcastInto(make(n), root),
  gatherInto: (comm, { make, n, root, isRoot, peers }) =>
    comm.gatherInto(make(n), isRoot ? make(n * peers) : null, root),
  scatterInto: (comm, { make, n, root, isRoot, peers }) =>
    comm.scatterInto(isRoot ? make(n * peers) : null, make(n), root),
  allgatherInto: (comm, { make, n, peers }) => comm.allgatherInto(make(n), make(n * peers)),
  allgathervInto: (comm, { make, n, peers }) =>
    comm.allgathervInto(make(n), make(n * peers), equal(peers, n)),
  alltoallInto: (comm, { make, n, peers }) => comm.alltoallInto(make(n * peers), make(n * peers)),
  alltoallvInto: (comm, { make, n, peers }) => {
    const [counts, places] = [equal(peers, n), packed(peers, n)];
    return comm.alltoallvInto(make(n * peers), counts, places, make(n * peers), counts, places);
  },
  reduceInto: (comm, { make, n, root, isRoot }) =>
    comm.reduceInto(make(n), isRoot ? make(n) : null, undefined, root),
  allreduceInto: (comm, { make, n }) => comm.allreduceInto(make(n), make(n)),
  reduceScatterInto: (comm, { make, n, peers }) =>
    comm.reduceScatterInto(make(n * comm.size * peers), make(n * peers), equal(comm.size, n * peers)),
  scanInto: (comm, { make, n }) => (comm.isInter ? comm.barrier() : comm.scanInto(make(n), make(n))),
  exscanInto: (comm, { make, n }) => (comm.isInter ? comm.barrier() : comm.exscanInto(make(n), make(n))),
};

/** Within one group everybody needs what everybody gives. */
const ALL_NEED_ALL = ['allgatherInto', 'allgathervInto', 'allreduceInto'];
const CODES = ['MPI_ERR_COUNT', 'MPI_ERR_TRUNCATE', 'MPI_ERR_TYPE'];

/** Any of the algorithms for each verb, whatever the length; by messages too, where there is no memory in common. */
function anyAlgorithms(random: SeededRandom): AlgorithmTable {
  const rows = Object.entries(ALGORITHMS).map(([verb, algorithms]) => {
    const byMessages = algorithms.filter((algorithm) => algorithm !== COMMON);
    const chosen = [random.pick<string>(algorithms), random.pick<string>(byMessages)];
    return [verb, chosen.map((algorithm) => ({ upToBytes: Infinity, algorithm }))];
  });
  return { ...ALGORITHM_TABLE, ...(Object.fromEntries(rows) as Partial<AlgorithmTable>) };
}

async function groups(comm: Intracommunicator, left: number): Promise<Intercommunicator> {
  const isLeft = comm.rank < left;
  const own = await comm.split(isLeft ? 0 : 1);
  return own!.createIntercomm(0, comm, isLeft ? left : 0);
}

async function errorOf(request: Request<unknown>): Promise<MPIError | null> {
  try {
    await request;
  } catch (error) {
    if (error instanceof MPIError) return error;
    throw error;
  }
  return null;
}

describe('Collectives whose lengths or classes do not fit', () => {
  it('end everywhere, with an error where it matters, and leave nothing behind', async () => {
    await forSeeds(20, async (seed) => {
      const draw = new SeededRandom(seed);
      const size = draw.between(2, 8);
      const algorithms = anyAlgorithms(draw);
      const left = draw.between(1, size - 1);
      const plan = Object.keys(CALLS).map((verb) => {
        const [odd, root] = [draw.below(size), draw.below(size)];
        const n = draw.pick([2, 60, 700]);
        return { verb, odd, root, n, other: draw.pick([n - 1, n + 1, 3 * n]), isOfClass: draw.chance(0.3) };
      });
      const world = new SimulatedWorld({ size, seed, algorithms });
      const found = await world.run(async (world) => {
        const comms = [world, await groups(world, left)];
        const errors: (MPIError | null)[] = [];
        for (const comm of comms) {
          for (const { verb, odd, root, n, other, isOfClass } of plan) {
            const isOdd = world.rank === odd;
            const sameSide = world.rank < left === root < left;
            const place = root < left ? root : root - left;
            const isRoot = world.rank === root;
            errors.push(
              await errorOf(
                CALLS[verb]!(comm, {
                  make: (length) =>
                    isOdd && isOfClass ? new BigInt64Array(length) : new Float64Array(length),
                  n: isOdd && !isOfClass ? other : n,
                  root: !comm.isInter ? root : !sameSide ? place : isRoot ? ROOT : PROC_NULL,
                  isRoot,
                  peers: comm.isInter ? comm.remoteSize : size,
                }),
              ),
            );
          }
          assert.equal(await comm.allreduce(1), comm.isInter ? comm.remoteSize : size);
          for (const { context, troubles } of collectiveEndsOf(comm)) {
            const { posted, unexpected } = context;
            assert.deepEqual([posted.size, unexpected.size, troubles.size], [0, 0, 0], 'something is left');
          }
        }
        return errors;
      });
      for (const [step, { verb, odd }] of [...plan, ...plan].entries()) {
        const isInter = step >= plan.length;
        const errors = found.map((ofRank) => ofRank[step]);
        const wrong = errors.filter((error) => error instanceof MPIError);
        const label = `${isInter ? 'inter ' : ''}${verb} (${JSON.stringify(algorithms[verb as keyof AlgorithmTable])}, rank ${odd} of ${size}, seed ${seed})`;
        for (const { code, message } of wrong) assert.ok(CODES.includes(code), `${label}: ${message}`);
        if (isInter) continue;
        assert.ok(wrong.length > 0, `${label}: nobody has an error`);
        if (ALL_NEED_ALL.includes(verb))
          assert.equal(wrong.length, size, `${label}: not everybody has an error`);
      }
    });
  });

  it('tell where it has begun', async () => {
    const ring = [{ upToBytes: Infinity, algorithm: 'ring' as const }];
    const world = new SimulatedWorld({
      size: 4,
      seed: 3,
      algorithms: { ...ALGORITHM_TABLE, allgatherInto: ring },
    });
    const told = await world.run(async (comm) => {
      const n = comm.rank === 1 ? 3 : 2;
      const error = await errorOf(comm.allgatherInto(new Float64Array(n), new Float64Array(4 * n)));
      return error?.message ?? '';
    });
    assert.match(
      told[2]!,
      /^Cannot allgather on "world": rank 1 sent 24 bytes and this process \(rank 2\) expects 16/,
    );
    assert.match(
      told[3]!,
      /^Cannot allgather on "world": it has gone wrong at rank 2: Cannot allgather on "world": rank 1 sent 24 bytes and this process \(rank 2\) expects 16; .* \(MPI_ERR_TRUNCATE\)$/,
    );
  });

  it('are refused at every process where a value has no memory, or is longer than a message can be', async () => {
    const world = new SimulatedWorld({ size: 2, seed: 1 });
    const codes = await world.run(async (comm) => {
      const gone = new Float64Array(3);
      structuredClone(gone, { transfer: [gone.buffer] });
      const errors: (string | undefined)[] = [];
      for (const value of [gone, new DataView(new ArrayBuffer(2 ** 31 + 8))]) {
        errors.push((await errorOf(comm.allgather(value)))?.code);
      }
      return errors;
    });
    assert.deepEqual(codes, new Array(2).fill(['MPI_ERR_BUFFER', 'MPI_ERR_COUNT']));
  });

  it('do so too where an operation of the program throws at one process', async () => {
    await forSeeds(20, async (seed) => {
      const draw = new SeededRandom(seed);
      const size = draw.between(2, 7);
      const world = new SimulatedWorld({ size, seed, algorithms: anyAlgorithms(draw) });
      const told = await world.run(async (comm) => {
        const op = createOp((a: number, b: number) => {
          if (comm.rank === 0) throw new RangeError('no way');
          return a + b;
        });
        const own = new Float64Array(size * 3);
        const request = comm.allreduceInto(own, own.slice(), op);
        const reason = await request.then(
          () => undefined,
          (error: unknown) => error,
        );
        assert.equal(await comm.allreduce(1), size);
        return reason;
      });
      assert.ok(told[0] instanceof RangeError);
      // Whoever has got all that it needs before has no error.
      for (const error of told.slice(1)) {
        if (error === undefined) continue;
        assert.match((error as MPIError).message, /gone wrong at rank 0: no way \(MPI_ERR_OTHER\)$/);
      }
    });
  });
});
