/**
 * Long data of collectives in common memory, which the members read from each other's memory where the system lets them: it may let
 * only some of them, and it may stop to do so in the middle.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Intracommunicator } from '#api/intracommunicator.js';
import { MPIError } from '#errors/mpi-error.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { forSeeds } from './seeds.ts';
import { SimulatedWorld } from './simulated-world.ts';

const COLLECTIVES = 40;
const LENGTH = 400;

/** One exchange; null where every element is what it should be, else the error. */
async function exchange(comm: Intracommunicator, step: number): Promise<MPIError | null> {
  const { rank, size } = comm;
  const all = new Float64Array(LENGTH * size);
  const isAlltoall = step % 2 === 0;
  const given = new Float64Array(isAlltoall ? LENGTH * size : LENGTH).map(
    (_, k) => 1000 * rank + 100 * step + (isAlltoall ? Math.floor(k / LENGTH) : 0),
  );
  try {
    await (isAlltoall ? comm.alltoallInto(given, all) : comm.allgatherInto(given, all));
  } catch (error) {
    if (error instanceof MPIError) return error;
    throw error;
  }
  // It is the owner's again.
  given.fill(-1);
  assert.deepEqual(
    all,
    all.map((_, k) => 1000 * Math.floor(k / LENGTH) + 100 * step + (isAlltoall ? rank : 0)),
  );
  return null;
}

describe('Data that is lent in common memory', () => {
  it('is told where it cannot be read any more, and the next collective is right', async () => {
    let told = 0;
    let right = 0;
    await forSeeds(30, async (seed) => {
      const size = new SeededRandom(seed).between(2, 6);
      const world = new SimulatedWorld({ size, seed, withoutLoans: 0, failedReads: 0.1 });
      await world.run(async (comm) => {
        for (let step = 0; step < COLLECTIVES; step++) {
          const error = await exchange(comm, step);
          if (error === null) {
            right++;
            continue;
          }
          told++;
          assert.equal(error.code, 'MPI_ERR_OTHER');
          assert.match(
            error.message,
            /^Cannot (allgather|alltoall) on "world": the data of rank \d cannot be read any more where it lies/,
          );
        }
        assert.equal(await comm.allreduce(1), size);
      });
    });
    assert.ok(told > 0 && right > 0, `${told} told, ${right} right`);
  });

  it('is not lent where one process has no part in it', async () => {
    await forSeeds(30, async (seed) => {
      const size = new SeededRandom(seed).between(2, 6);
      // No reading would ever succeed.
      const world = new SimulatedWorld({ size, seed, withoutLoans: 0.9, failedReads: 1 });
      if (world.network.lenders.filter(({ isReadable }) => isReadable).length === size) return;
      await world.run(async (comm) => {
        for (let step = 0; step < COLLECTIVES; step++) assert.equal(await exchange(comm, step), null);
      });
    });
  });
});
