/**
 * Reductions of values in which the operation throws at one process, or makes what cannot be sent: within a group and between
 * two. Nobody is left waiting, everybody who needs the result has an error, nothing is left behind, and the next one runs.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Intercommunicator, Intracommunicator } from '#api/intracommunicator.js';
import { createOp } from '#collectives/operations/op.js';
import type { Request } from '#engine/request.js';
import { MPIError } from '#errors/mpi-error.js';
import { PROC_NULL, ROOT } from '#model/constants.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { forSeeds } from './seeds.ts';
import { collectiveEndsOf, SimulatedWorld } from './simulated-world.ts';

type Comm = Intracommunicator | Intercommunicator;
const VERBS = ['reduce', 'allreduce', 'scan', 'exscan'] as const;

async function errorOf(request: Request<unknown>): Promise<unknown> {
  return await request.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function groups(comm: Intracommunicator, left: number): Promise<Intercommunicator> {
  const isLeft = comm.rank < left;
  const own = await comm.split(isLeft ? 0 : 1);
  return own!.createIntercomm(0, comm, isLeft ? left : 0);
}

function assertNothingLeft(comm: Comm): void {
  for (const { context, troubles } of collectiveEndsOf(comm)) {
    const { posted, unexpected } = context;
    assert.deepEqual([posted.size, unexpected.size, troubles.size], [0, 0, 0], 'something is left');
  }
}

describe('Reductions of values whose operation fails at a process', () => {
  it('end everywhere, with its error there and a notice of it where the result is missed', async () => {
    await forSeeds(30, async (seed) => {
      const draw = new SeededRandom(seed);
      const size = draw.between(2, 8);
      const left = draw.between(1, size - 1);
      const plan = VERBS.map((verb) => {
        const [odd, root] = [draw.below(size), draw.below(size)];
        return { verb, odd, root, commutative: draw.chance(0.5), cannotBeSent: draw.chance(0.3) };
      });
      const world = new SimulatedWorld({ size, seed });
      const found = await world.run(async (world) => {
        const { rank } = world;
        const errors: unknown[] = [];
        for (const comm of [world, await groups(world, left)]) {
          for (const { verb, odd, root, commutative, cannotBeSent } of plan) {
            const combine = (a: number, b: number): unknown => {
              if (rank !== odd) return a + b;
              if (cannotBeSent) return errorOf;
              throw new RangeError('no way');
            };
            const op = createOp<unknown>(combine as (a: unknown, b: unknown) => unknown, { commutative });
            if (!comm.isInter) {
              errors.push(await errorOf(verb === 'reduce' ? comm.reduce(1, op, root) : comm[verb](1, op)));
            } else if (verb === 'reduce') {
              const sameSide = rank < left === root < left;
              const own = rank === root ? ROOT : PROC_NULL;
              const place = root < left ? root : root - left;
              errors.push(await errorOf(comm.reduce(1, op, sameSide ? own : place)));
            } else if (verb === 'allreduce') errors.push(await errorOf(comm.allreduce(1, op)));
            assert.equal(await comm.allreduce(1), comm.isInter ? comm.remoteSize : size);
          }
          assertNothingLeft(comm);
        }
        return errors;
      });
      for (const [rank, errors] of found.entries()) {
        for (const error of errors) {
          if (error === undefined || error instanceof RangeError) continue;
          assert.ok(error instanceof MPIError, `rank ${rank} has an error of another class`);
          const told = /gone wrong at rank \d+: (no way|Cannot send a value to others on )/.test(
            error.message,
          );
          assert.ok(told || error.code === 'MPI_ERR_TYPE', `rank ${rank}: ${error.message}`);
        }
      }
    });
  });

  it('give everybody an error in an allreduce of kinds that do not go together, and the communicator works', async () => {
    const world = new SimulatedWorld({ size: 4, seed: 1 });
    const errors = await world.run(async (comm) => {
      const error = await errorOf(comm.allreduce<number | bigint>(comm.rank === 1 ? 1n : 1));
      await comm.barrier();
      return error;
    });
    for (const error of errors) assert.ok(error instanceof Error);
    assert.match((errors[2] as Error).message, /^Cannot allreduce on "world": it has gone wrong at rank 0: /);
    assert.match((errors[3] as Error).message, /^Cannot allreduce on "world": it has gone wrong at rank 1: /);
  });

  it('take for right what a program sends that looks like a notice', async () => {
    const world = new SimulatedWorld({ size: 3, seed: 1 });
    const value = { troubleAt: 'rank 7', code: 'MPI_ERR_OTHER', why: 'none' };
    const first = createOp<unknown>((a) => a);
    const results = await world.run(async (comm) => await comm.allreduce(value, first));
    assert.deepEqual(results, [value, value, value]);
  });
});
