/**
 * Worlds that lose a rank at a random moment: no operation of a survivor waits for ever, every error names the dead,
 * what the dead had sent arrives as far as it goes, and the survivors go on with each other.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Intracommunicator } from '#api/intracommunicator.js';
import { SUM } from '#collectives/operations/predefined.js';
import { MPIError } from '#errors/mpi-error.js';
import { ProcessFailedError } from '#errors/process-failed-error.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { forSeeds } from './seeds.ts';
import { SimulatedWorld } from './simulated-world.ts';

/** Fails unless the error says that this rank has failed. */
function checkNames(error: unknown, dead: number): void {
  assert.ok(error instanceof ProcessFailedError, `not a failure of a process: ${String(error)}`);
  assert.equal(error.code, 'MPI_ERR_PROC_FAILED');
  assert.deepEqual(error.failedRanks, [dead], error.message);
  assert.match(error.message, new RegExp(`rank ${dead} of`));
  assert.match(error.message, /was ended by signal 9/);
}

/** The value, or undefined where the operation failed because of the dead rank. */
async function survive<T>(operation: PromiseLike<T>, dead: number): Promise<T | undefined> {
  try {
    return await operation;
  } catch (error) {
    checkNames(error, dead);
    return undefined;
  }
}

/** Plays a world that loses a random rank; the survivors' values. */
async function loseOne<T>(
  seed: number,
  program: (comm: Intracommunicator, dead: number) => Promise<T>,
): Promise<T[]> {
  const random = new SeededRandom(seed);
  const size = random.between(2, 7);
  const dead = random.below(size);
  const world = new SimulatedWorld({ size, seed });
  world.network.after(random.fraction() * random.pick([0, 0.2, 2, 8]), () => world.kill(dead));
  const endings = await world.runToEnd((comm) => program(comm, dead), true);
  return endings.flatMap((ending) => {
    if ('error' in ending) throw world.failure(`rank ${ending.rank}, rank ${dead} was lost`, ending.error);
    return 'value' in ending && ending.rank !== dead ? [ending.value] : [];
  });
}

/** Collectives until one fails, as it must. */
async function collectUntilFailure(comm: Intracommunicator, seed: number, dead: number): Promise<void> {
  const random = new SeededRandom(seed + 1);
  for (;;) {
    const root = random.below(comm.size);
    const buffer = new Float64Array(random.below(400));
    try {
      switch (random.below(6)) {
        case 0:
          await comm.barrier();
          break;
        case 1:
          await comm.bcast('x'.repeat(random.below(5000)), root);
          break;
        case 2:
          await comm.gather(comm.rank, root);
          break;
        case 3:
          await comm.bcastInto(buffer, root);
          break;
        case 4:
          await Promise.all([
            comm.allreduce(1),
            comm.allreduceInto(buffer, new Float64Array(buffer.length), SUM),
          ]);
          break;
        default:
          await comm.reduce(1n, SUM, root);
      }
    } catch (error) {
      checkNames(error, dead);
      return;
    }
  }
}

describe('The loss of a rank in simulated worlds', () => {
  it('ends every collective of the survivors, and leaves them able to talk', async () => {
    await forSeeds(100, async (seed) => {
      await loseOne(seed, async (comm, dead) => {
        await collectUntilFailure(comm, seed, dead);
        await assert.rejects(Promise.resolve(comm.barrier()), MPIError);
        const alive = Array.from({ length: comm.size }, (_, rank) => rank).filter((rank) => rank !== dead);
        const place = alive.indexOf(comm.rank);
        if (place < 0) return;
        const [right, left] = [alive[(place + 1) % alive.length]!, alive.at(place - 1)!];
        const { data } = await comm.sendrecv(comm.rank, right, 0, left, 0);
        assert.equal(data, left);
      });
    });
  });

  it('ends every send and receive, after what had been sent', async () => {
    await forSeeds(100, async (seed) => {
      await loseOne(seed, async (comm, dead) => {
        const { rank, size } = comm;
        const others = Array.from({ length: size }, (_, other) => other).filter((other) => other !== rank);
        const count = 8;
        const send = async (to: number): Promise<void> => {
          const random = new SeededRandom(seed + rank * size + to);
          const sends = Array.from({ length: count }, (_, k) => {
            const data = { k, rank, filler: 'f'.repeat(random.below(4000)) };
            return random.chance(0.3) ? comm.ssend(data, to) : comm.send(data, to);
          });
          await Promise.all(sends.map((each) => survive(each, dead)));
        };
        const receive = async (from: number): Promise<void> => {
          let last = -1;
          let missing = 0;
          for (let tries = 0; tries < count; tries++) {
            const message = await survive(comm.recv<{ k: number; rank: number }>(from), dead);
            if (message === undefined) {
              // A long message of which a part had come; a short one behind it may be there whole.
              missing++;
              continue;
            }
            assert.ok(message.data.k > last, 'what arrives arrives in order');
            assert.equal(message.data.rank, from);
            last = message.data.k;
          }
          if (from === dead) assert.equal(await survive(comm.recv(from), dead), undefined);
          else assert.equal(missing, 0);
        };
        await Promise.all([...others.map(send), ...others.map(receive)]);
      });
    });
  });

  it('is told once to a receive from any source, which goes on with the others', async () => {
    await forSeeds(75, async (seed) => {
      await loseOne(seed, async (comm, dead) => {
        const { rank, size } = comm;
        // The master counts what comes until everybody has said goodbye, or is known to be dead.
        if (rank !== 0) {
          for (let k = 0; k < 5; k++) await survive(comm.send(k, 0, 1), dead);
          await survive(comm.send('goodbye', 0, 2), dead);
          if (dead !== 0) return;
          await assert.rejects(Promise.resolve(comm.recv(0)), (error) => (checkNames(error, 0), true));
          return;
        }
        const next = new Array<number>(size).fill(0);
        let left = size - 1;
        let reports = 0;
        while (left > 0) {
          const message = await survive(comm.recv(), dead);
          if (message === undefined) {
            reports++;
            // It may have said goodbye before.
            if (next[dead] !== -1) left--;
            next[dead] = -2;
          } else if (message.tag === 2) {
            next[message.source] = -1;
            left--;
          } else {
            assert.equal(message.data, next[message.source]);
            next[message.source] = (next[message.source] ?? 0) + 1;
          }
        }
        assert.ok(reports <= 1, `rank ${dead} was reported ${reports} times`);
      });
    });
  });
});
