/** PARLEY_CHECK=collective in simulated worlds: nothing changes for who agrees; who does not hears of it everywhere. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Communicator } from '#api/communicator.js';
import type { Intercommunicator, Intracommunicator } from '#api/intracommunicator.js';
import { COMPARED_VERBS } from '#collectives/checking/describe-call.js';
import { MAX, SUM } from '#collectives/operations/predefined.js';
import type { Request } from '#engine/request.js';
import { MPIError } from '#errors/mpi-error.js';
import { PROC_NULL, ROOT } from '#model/constants.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { forSeeds } from './seeds.ts';
import { SimulatedWorld } from './simulated-world.ts';
import { checkEmpty } from './world-checks.ts';

const checkedWorld = (seed: number, size: number): SimulatedWorld =>
  new SimulatedWorld({ seed, size, checksCollectives: true });

/** The error of a collective that does not run. */
async function refusal(request: Request<unknown>): Promise<string> {
  try {
    await request;
  } catch (error) {
    if (error instanceof MPIError) return error.message;
    throw error;
  }
  assert.fail('it ran');
}

async function halves(comm: Intracommunicator): Promise<Intercommunicator> {
  const left = Math.ceil(comm.size / 2);
  const isLeft = comm.rank < left;
  const own = await comm.split(isLeft ? 0 : 1, comm.rank);
  assert.ok(own !== null);
  return own.createIntercomm(0, comm, isLeft ? left : 0, 3);
}

const ints = (length: number): Int32Array => new Int32Array(length);
const sumOf = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
/** 1, 2, 3, … */
const rising = (count: number): number[] => Array.from({ length: count }, (_, k) => k + 1);
const packed = (counts: readonly number[]): number[] => counts.map((_, k) => sumOf(counts.slice(0, k)));

type Calls = Readonly<Record<string, () => Request<unknown>>>;

/** Every verb that both kinds have, with arguments that fit: from or to this root, `n` long. */
function fitting(comm: Intracommunicator | Intercommunicator, root: number, n: number): Calls {
  const { rank, size } = comm;
  const peers = comm.isInter ? comm.remoteSize : size;
  const isRoot = comm.isInter ? root === ROOT : root === rank;
  const counts = rising(peers);
  const all = ints(sumOf(counts));
  const mine = ints(rank + 1);
  const list = [...counts.keys()];
  const atRoot = <T>(value: T): T | null => (isRoot ? value : null);
  const total = ints(size * peers);
  const toEach = ints(peers * mine.length);
  const everyCount = Array.from(counts, () => mine.length);
  return {
    barrier: () => comm.barrier(),
    bcast: () => comm.bcast(rank, root),
    bcastInto: () => comm.bcastInto(new Float64Array(n), root),
    gather: () => comm.gather(n, root),
    gatherInto: () => comm.gatherInto(ints(n), atRoot(ints(n * peers)), root),
    gathervInto: () => comm.gathervInto(mine, atRoot(all), atRoot(counts), null, root),
    scatter: () => comm.scatter(atRoot(list), root),
    scatterInto: () => comm.scatterInto(atRoot(ints(n * peers)), ints(n), root),
    scattervInto: () => comm.scattervInto(atRoot(all), atRoot(counts), null, mine, root),
    allgather: () => comm.allgather(n),
    allgatherInto: () => comm.allgatherInto(ints(n), ints(n * peers)),
    allgathervInto: () => comm.allgathervInto(mine, all, counts),
    alltoall: () => comm.alltoall(list),
    alltoallInto: () => comm.alltoallInto(ints(n * peers), ints(n * peers)),
    alltoallvInto: () =>
      comm.alltoallvInto(all, counts, packed(counts), toEach, everyCount, packed(everyCount)),
    reduce: () => comm.reduce(n, MAX, root),
    reduceInto: () => comm.reduceInto(ints(n), atRoot(ints(n)), SUM, root),
    allreduce: () => comm.allreduce(rank, MAX),
    allreduceInto: () => comm.allreduceInto(ints(n), ints(n)),
    reduceScatterInto: () =>
      comm.reduceScatterInto(
        total,
        ints(peers),
        Array.from({ length: size }, () => peers),
      ),
    reduceScatterBlockInto: () => comm.reduceScatterBlockInto(total, ints(peers)),
    dup: () => comm.dup(),
    split: () => comm.split(rank % 2, -rank),
    create: () => comm.create(comm.group()),
  };
}

/** The same of the verbs that one kind has. */
function fittingAlone(comm: Intracommunicator | Intercommunicator, n: number): Calls {
  if (comm.isInter) return { merge: () => comm.merge() };
  return {
    scan: () => comm.scan(n),
    scanInto: () => comm.scanInto(ints(n), ints(n), MAX),
    exscan: () => comm.exscan(n, MAX),
    exscanInto: () => comm.exscanInto(ints(n), ints(n)),
    splitType: () => comm.splitType('shared'),
  };
}

describe('collectives that are checked first', () => {
  it('run as ever where all agree, also several at once on one communicator', async () => {
    await forSeeds(40, async (seed) => {
      const size = 1 + (seed % 5);
      await checkedWorld(seed, size).run(async (comm) => {
        const plan = new SeededRandom(seed).fork();
        const under: Request<unknown>[] = [];
        const wanted = (size * (size - 1)) / 2;
        for (let step = 0; step < 8; step++) {
          const n = plan.below(40);
          const verbs = Object.values({ ...fitting(comm, n % size, n), ...fittingAlone(comm, n) });
          under.push(verbs[plan.below(verbs.length)]!());
          if (plan.chance(0.3)) assert.equal(await comm.allreduce(comm.rank), wanted);
        }
        await Promise.all(under);
        assert.equal(await comm.allreduce(comm.rank), wanted);
        checkEmpty(comm);
      });
    });
  });

  it('run as ever with each verb, of both kinds of communicators', async () => {
    await checkedWorld(4, 5).run(async (comm) => {
      const inter = await halves(comm);
      const isLeft = comm.rank < 3;
      const root = isLeft ? (inter.rank === 2 ? ROOT : PROC_NULL) : 2;
      const called = new Set(['createIntercomm']);
      for (const calls of [
        { ...fitting(comm, 3, 5), ...fittingAlone(comm, 5) },
        { ...fitting(inter, root, 5), ...fittingAlone(inter, 5) },
      ]) {
        for (const [verb, call] of Object.entries(calls)) {
          called.add(verb);
          await call();
        }
      }
      assert.deepEqual([...called].sort(), [...COMPARED_VERBS].sort());
    });
  });

  it('do not run where one process disagrees: each has the same error, and the next one runs', async () => {
    await forSeeds(40, async (seed) => {
      const size = 2 + (seed % 4);
      const odd = Math.floor(seed / 4) % size;
      const told = await checkedWorld(seed, size).run(async (comm) => {
        const root = comm.rank === odd ? 1 : 0;
        const before = comm.barrier();
        const wrong = comm.bcast('data', root);
        const after = comm.allreduce(1);
        const message = await refusal(wrong);
        await before;
        assert.equal(await after, size);
        checkEmpty(comm);
        return message;
      });
      assert.equal(new Set(told).size, 1);
      assert.match(
        told[0]!,
        /^Cannot broadcast on "world": the processes do not agree: .* \(MPI_ERR_ROOT\)$/,
      );
      assert.ok(
        told[0]!.includes(size === 2 && odd === 0 ? 'rank 1 says root 0' : `rank ${odd} says root 1`),
        told[0],
      );
    });
  });

  it('name the verbs where processes have come to different ones', async () => {
    const told = await checkedWorld(5, 3).run(async (comm) =>
      refusal(comm.rank === 1 ? comm.barrier() : comm.gather(1)),
    );
    const text =
      'Cannot start a collective on "world": the processes do not agree: ranks 0, 2 call gather, rank 1 calls barrier (MPI_ERR_NOT_SAME)';
    assert.deepEqual(told, [text, text, text]);
  });

  it('tell error handlers of it', async () => {
    const told = await checkedWorld(6, 2).run(async (comm) => {
      const heard: string[] = [];
      comm.setErrhandler((_, error) => void heard.push(error.code));
      await refusal(comm.bcast(1, comm.rank));
      comm.setErrhandler((where: Communicator) => void heard.push(where.name));
      await refusal(comm.reduce(1, comm.rank === 0 ? SUM : MAX));
      return heard;
    });
    assert.deepEqual(told, [
      ['MPI_ERR_ROOT', 'world'],
      ['MPI_ERR_ROOT', 'world'],
    ]);
  });

  it('do the same on intercommunicators, in the words of each group', async () => {
    await forSeeds(10, async (seed) => {
      const told = await checkedWorld(seed, 5).run(async (comm) => {
        const inter = await halves(comm);
        inter.name = 'both';
        const isLeft = comm.rank < 3;
        await inter.barrier();
        const root = isLeft ? (inter.rank === 1 ? ROOT : PROC_NULL) : 1;
        await inter.bcastInto(new Int16Array(7), root);
        const wrong = await refusal(inter.bcastInto(new Int16Array(7), isLeft ? root : 2));
        const length = comm.rank === 4 ? 8 : 7;
        const long = await refusal(inter.bcastInto(new Int16Array(length), root));
        assert.equal(await inter.bcast('again', root), isLeft ? undefined : 'again');
        return [wrong, long];
      });
      for (const [rank, [wrong, long]] of told.entries()) {
        const [left, right] = rank < 3 ? ['local', 'remote'] : ['remote', 'local'];
        assert.match(
          wrong!,
          new RegExp(`^Cannot broadcast on "both": .*ranks 0, 1 of the ${right} group say root 2`),
        );
        assert.match(
          long!,
          new RegExp(
            `rank 1 of the ${left} group sends 7 .* to rank 1 of the ${right} group, which expects 8 `,
          ),
        );
      }
    });
  });

  it('refuse what a verb refuses: who has passed it has its error, the others hear of it', async () => {
    await forSeeds(4, async (seed) => {
      const size = 2 + (seed % 3);
      const odd = seed % size;
      const told = await checkedWorld(seed, size).run(async (comm) => {
        const isOdd = comm.rank === odd;
        const one = ints(1);
        const wrong = [
          () => comm.allreduceInto(one, isOdd ? ints(2) : ints(1)),
          () => comm.allreduce(isOdd ? 'text' : 1, MAX),
          () => comm.alltoall(isOdd ? [] : comm.group().ids),
          () => comm.gathervInto(one, ints(size), isOdd ? null : new Array<number>(size).fill(1), null, odd),
          () => comm.bcast(1, isOdd ? size : 0),
          () => comm.allgather(isOdd ? Symbol('no value') : 1),
          () => comm.split(isOdd ? -5 : 0),
          () => comm.create(isOdd ? (null as never) : comm.group()),
        ];
        const messages: string[] = [];
        for (const call of wrong) messages.push(await refusal(call()));
        assert.equal(await comm.allreduce(1), size);
        checkEmpty(comm);
        return messages;
      });
      for (const [step, own] of told[odd]!.entries()) {
        assert.doesNotMatch(own, /is refused/);
        const without = own.replace(/ \(\w+\)$/, '');
        for (const [rank, messages] of told.entries()) {
          if (rank === odd) continue;
          assert.ok(messages[step]!.includes(`rank ${odd} is refused: ${without}`), messages[step]);
        }
      }
    });
  });

  it('end everywhere where a process has left without a word', async () => {
    await forSeeds(6, async (seed) => {
      const size = 3 + (seed % 3);
      const gone = seed % size;
      const endings = await checkedWorld(seed, size).runToEnd(async (comm) => {
        if (comm.rank !== gone) await comm.allreduce(1);
      });
      for (const ending of endings) {
        if (ending.rank === gone) continue;
        assert.ok('error' in ending && (ending.error as MPIError).code === 'MPI_ERR_PROC_FAILED');
      }
    });
  });

  it('end where a process dies in the middle', async () => {
    await forSeeds(20, async (seed) => {
      const world = checkedWorld(seed, 3);
      const endings = await world.runToEnd(async (comm) => {
        if (comm.rank === 1) {
          void comm.barrier();
          world.kill(1);
        }
        await comm.barrier();
        await comm.barrier();
      });
      for (const rank of [0, 2]) {
        const ending = endings[rank]!;
        assert.ok('error' in ending && (ending.error as MPIError).code === 'MPI_ERR_PROC_FAILED');
      }
    });
  });
});
