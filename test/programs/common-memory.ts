/**
 * Collectives in the memory that the members of a communicator have in common: after the first few of each communicator, which
 * go by messages. What they compute is held against a plain computation, whoever waits how, sleeps, comes late or is at
 * several at once.
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { COMM_WORLD as world, type Intracommunicator, MAX, MINLOC, SUM } from 'parley';
import { failure, runCases } from './support/cases.ts';
import { expectFlat, footprint } from './support/footprint.ts';
import type { Way } from './support/way.ts';

const { rank, size } = world;
/** More than go by messages first. */
const FIRST = 17;
/** Bytes around the borders: of a line, of what one combines alone, of a slot, and of several slots. */
const LENGTHS = [0, 1, 6, 7, 512, 513, 8192, 8193, 20_001];

async function warmed(way: Way): Promise<Intracommunicator> {
  const comm = await way.call<Intracommunicator, 'dup'>(world, 'dup');
  for (let k = 0; k < FIRST; k++) await way.call(comm, 'barrier');
  assert.deepEqual(mapped('common-').length > 0, size > 1, 'there is a memory in common');
  return comm;
}

/** The mappings of this process whose name holds this. */
const mapped = (name: string): string[] =>
  readFileSync('/proc/self/maps', 'utf8')
    .split('\n')
    .filter((line) => line.includes(name));

const given = (length: number, of: number): Float64Array =>
  Float64Array.from({ length }, (_, i) => (i % 1000) + of);

/** As deepEqual, but quick for long arrays. */
function assertSame(found: Float64Array, wanted: Float64Array, what: string): void {
  const bytes = ({ buffer, byteOffset, byteLength }: Float64Array): Uint8Array =>
    new Uint8Array(buffer, byteOffset, byteLength);
  if (Buffer.compare(bytes(found), bytes(wanted)) !== 0) assert.deepEqual(found, wanted, what);
}

/** Bytes of a part that is read from where it lies, where processes may do that. */
const LONG = 300_001;
/** The compiler's library does not know them yet. */
const Resizable = ArrayBuffer as new (length: number, options: { maxByteLength: number }) => ArrayBuffer;
/** Where bytes may lie: at the start of a buffer or in its middle, in one that others share or that may grow. */
const MEMORY: Readonly<Record<string, (length: number) => Uint8Array>> = {
  plain: (length) => new Uint8Array(length),
  middle: (length) => new Uint8Array(new ArrayBuffer(length + 99), 37, length),
  shared: (length) => new Uint8Array(new SharedArrayBuffer(length + 5), 5),
  resizable: (length) => new Uint8Array(new Resizable(length, { maxByteLength: 2 * length })),
};

const pattern = Uint8Array.from({ length: LONG + 1000 }, (_, k) => (k * 7 + (k >> 12)) % 251);
const longOf = (of: number, other: number): Uint8Array =>
  pattern.subarray(of * 31 + other, of * 31 + other + LONG);

function assertPart(all: Uint8Array, of: number, wanted: Uint8Array, what: string): void {
  const found = all.subarray(of * LONG, (of + 1) * LONG);
  assert.equal(Buffer.compare(found, wanted), 0, `${what}: the part of rank ${of} is wrong`);
}

/** Waits until these processes sleep. */
async function untilAsleep(pids: readonly number[]): Promise<void> {
  const state = (pid: number): string =>
    readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .slice(0, 1);
  // Asleep for good: it is so in many looks in a row.
  for (let looks = 0; looks < 20; looks++) {
    if (!pids.every((pid) => state(pid) === 'S')) looks = 0;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

await runCases({
  'each verb does what it should, whatever the length': async (way) => {
    const comm = await warmed(way);
    for (const length of LENGTHS) {
      const own = given(length, rank);
      const total = given(length, 0).map((element) => element * size + (size * (size - 1)) / 2);
      const result = new Float64Array(length);
      await way.call(comm, 'allreduceInto', own, result, SUM);
      assertSame(result, total, `allreduce of ${length}`);
      const inPlace = own.slice();
      await way.call(comm, 'allreduceInto', inPlace, inPlace, SUM);
      assertSame(inPlace, total, `allreduce of ${length} in place`);
      const all = new Float64Array(length * size);
      await way.call(comm, 'allgatherInto', own, all);
      for (let of = 0; of < size; of++)
        assertSame(all.subarray(of * length, (of + 1) * length), given(length, of), `allgather of ${length}`);
      const parts = new Float64Array(length * size).map(
        (_, i) => Math.floor(i / (length || 1)) * size + rank,
      );
      await way.call(comm, 'alltoallInto', parts, all);
      for (let of = 0; of < size; of++)
        assertSame(
          all.subarray(of * length, (of + 1) * length),
          new Float64Array(length).fill(rank * size + of),
          `alltoall of ${length}`,
        );
      for (const root of new Set([0, length % size, size - 1])) {
        const buffer = rank === root ? given(length, 5) : new Float64Array(length);
        await way.call(comm, 'bcastInto', buffer, root);
        assertSame(buffer, given(length, 5), `broadcast of ${length} from ${root}`);
        const reduced = rank === root ? new Float64Array(length) : null;
        await way.call(comm, 'reduceInto', own, reduced, MAX, root);
        if (reduced !== null) assertSame(reduced, given(length, size - 1), `reduce of ${length}`);
      }
    }
    await way.call(comm, 'disconnect');
  },
  'long data is exchanged from any kind of memory, and is its owner’s again afterwards': async (way) => {
    const comm = await warmed(way);
    for (const [kind, allocate] of Object.entries(MEMORY)) {
      for (let round = 0; round < 2; round++) {
        const [own, all] = [allocate(LONG), allocate(LONG * size)];
        own.set(longOf(rank, round));
        await way.call(comm, 'allgatherInto', own, all);
        own.fill(255);
        for (let of = 0; of < size; of++) assertPart(all, of, longOf(of, round), `allgather, ${kind}`);
        all.fill(0);
        all.set(longOf(rank, round), rank * LONG);
        const inPlace = all.subarray(rank * LONG, (rank + 1) * LONG);
        await way.call(comm, 'allgatherInto', inPlace, all);
        inPlace.fill(255);
        for (let of = 0; of < size; of++)
          if (of !== rank) assertPart(all, of, longOf(of, round), `allgather in place, ${kind}`);
        const parts = allocate(LONG * size);
        for (let to = 0; to < size; to++) parts.set(longOf(rank, to), to * LONG);
        await way.call(comm, 'alltoallInto', parts, all);
        parts.fill(255);
        for (let of = 0; of < size; of++) assertPart(all, of, longOf(of, rank), `alltoall, ${kind}`);
      }
    }
    await way.call(comm, 'disconnect');
  },
  'pairs stay together': async (way) => {
    const comm = await warmed(way);
    for (const pairs of [1, 4, 1000, 9001]) {
      const own = new Float64Array(2 * pairs).map((_, i) => (i % 2 === 0 ? ((i >> 1) + rank) % size : rank));
      const result = new Float64Array(2 * pairs);
      await way.call(comm, 'allreduceInto', own, result, MINLOC);
      for (let pair = 0; pair < pairs; pair++) {
        assert.deepEqual([result[2 * pair], result[2 * pair + 1]], [0, (size - (pair % size)) % size]);
      }
    }
    comm.free();
  },
  'a root runs ahead, but not over what the others have not read': async (way) => {
    const comm = await warmed(way);
    const buffer = new Int32Array(3);
    for (let k = 0; k < 200; k++) {
      if (rank === 0) buffer.fill(k);
      await way.call(comm, 'bcastInto', buffer, 0);
      assert.deepEqual(buffer, new Int32Array(3).fill(k));
    }
    const long = new Int32Array(5000);
    for (let k = 0; k < 50; k++) {
      const root = k % 3 === 0 ? size - 1 : 0;
      if (rank === root) long.fill(k);
      await way.call(comm, 'bcastInto', long, root);
      assert.deepEqual([long[0], long[4999]], [k, k]);
    }
    await way.call(comm, 'disconnect');
  },
  'several that are under way at once take turns': async () => {
    const comm = await world.dup();
    for (let round = 0; round < 12; round++) {
      const sum = new Float64Array(20_000);
      const all = new Float64Array(size);
      const buffer = new Float64Array(rank === 0 ? [7] : [0]);
      const requests = [
        comm.allreduceInto(given(20_000, rank), sum),
        comm.barrier(),
        comm.allgatherInto(Float64Array.of(rank), all),
        comm.bcastInto(buffer, 0),
      ];
      // The last ones are waited for first, at every other rank.
      if (rank % 2 === 0) requests.reverse();
      for (const request of requests) await request;
      assert.equal(sum[1], size + (size * (size - 1)) / 2);
      assert.deepEqual(
        [...all],
        Array.from({ length: size }, (_, of) => of),
      );
      assert.equal(buffer[0], 7);
      comm.barrierSync();
    }
    comm.free();
  },
  'whoever comes last finds the others asleep, and wakes them': async (way) => {
    const comm = await warmed(way);
    const pids = world.allgatherSync(process.pid);
    for (const late of new Set([0, size - 1])) {
      if (rank === late) await untilAsleep(pids.filter((_, of) => of !== rank));
      await way.call(comm, 'barrier');
      const buffer = Int32Array.of(rank === late ? 9 : 0);
      if (rank === late) await untilAsleep(pids.filter((_, of) => of !== rank));
      await way.call(comm, 'bcastInto', buffer, late);
      assert.equal(buffer[0], 9);
    }
    await way.call(comm, 'disconnect');
  },
  'messages go on beside them': async (way) => {
    const comm = await warmed(way);
    const [next, before] = [(rank + 1) % size, (rank + size - 1) % size];
    const long = new Uint8Array(3_000_000).fill(rank);
    for (let k = 0; k < 5; k++) {
      const requests = [world.send(long, next, 3), world.recv<Uint8Array>(before, 3)] as const;
      await way.call(comm, 'barrier');
      assert.equal((await way.wait(requests[1])).data[2_999_999], before);
      await way.wait(requests[0]);
    }
    await way.call(comm, 'disconnect');
  },
  'unequal lengths are told, and the next collective is right': async (way) => {
    if (size === 1) return;
    const comm = await warmed(way);
    for (const [mine, others] of [
      [2, 3],
      [3, 30_000],
      [30_000, 40_000],
    ] as const) {
      const length = rank === 1 ? mine : others;
      const error = await failure(rank === 1 ? 'MPI_ERR_TRUNCATE' : 'MPI_ERR_COUNT', () =>
        way.call(comm, 'allreduceInto', new Float64Array(length), new Float64Array(length)),
      );
      assert.match(error.message, /rank \d sent \d+ bytes and this process \(rank \d\) expects \d+/);
      const sum = new Float64Array(1);
      await way.call(comm, 'allreduceInto', Float64Array.of(1), sum);
      assert.equal(sum[0], size);
    }
    // Short beside long, before and after the members have found out whether they read each other's memory.
    for (const [mine, others] of [
      [10, LONG],
      [LONG, LONG + 1],
      [LONG, 10],
    ] as const) {
      const length = rank === 1 ? mine : others;
      for (const verb of ['allgatherInto', 'alltoallInto'] as const) {
        const own = new Uint8Array(verb === 'alltoallInto' ? length * size : length);
        const told = mine > others === (rank !== 1) ? 'MPI_ERR_TRUNCATE' : 'MPI_ERR_COUNT';
        await failure(told, () => way.call(comm, verb, own, new Uint8Array(length * size)));
        const all = new Uint8Array(LONG * size);
        await way.call(comm, 'allgatherInto', longOf(rank, 1), all);
        for (let of = 0; of < size; of++) assertPart(all, of, longOf(of, 1), 'allgather afterwards');
      }
    }
    await way.call(comm, 'disconnect');
  },
  'other collectives than the others call are told to everybody': async (way) => {
    if (size === 1) return;
    const comm = await warmed(way);
    const call =
      rank === 0
        ? () => way.call(comm, 'barrier')
        : () => way.call(comm, 'allreduceInto', new Float64Array(1), new Float64Array(1));
    const error = await failure('MPI_ERR_OTHER', call);
    assert.match(error.message, /rank \d is at another collective, (barrier|allreduce), number \d+ on/);
    await failure('MPI_ERR_OTHER', () => way.call(comm, 'barrier'));
    comm.free();
  },
  'what a communicator had is given back': async (way) => {
    const use = async (): Promise<void> => {
      const comm = await warmed(way);
      await way.call(comm, 'disconnect');
    };
    // What the other cases' communicators have goes in the background; the world gets its own now.
    for (let k = 0; k < FIRST; k++) await way.call(world, 'barrier');
    for (let k = 0; k < 3; k++) await use();
    const maps = mapped('common-').length;
    await way.call(world, 'barrier');
    const before = await footprint();
    for (let k = 0; k < 3; k++) await use();
    expectFlat(before, await footprint());
    // What programs before have dropped in the same world may have gone meanwhile.
    assert.ok(mapped('common-').length <= maps);
    const directory = mapped('/segment')[0]!.replace(/^.* (\/.*)\/segment.*$/, '$1');
    await way.call(world, 'barrier');
    assert.deepEqual(
      readdirSync(directory).filter((name) => name.startsWith('common-')),
      [],
    );
    await way.call(world, 'barrier');
  },
});
