/** The cases of ports and names between ranks of one world (A51 to A60, MPI-4.1 §11.9), each in worlds of the sizes that it is about. */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { type Cases, failure, runCases } from './support/cases.ts';
import { WAYS, type Way } from './support/way.ts';

const { COMM_SELF: self, COMM_WORLD: world } = MPI;
const { rank, size } = world;
/** Nobody accepts: long enough to be waited for, short enough for a test. */
const IN_VAIN_MS = 250;

async function othersThanFirst(way: Way): Promise<MPI.Intracommunicator> {
  const others = await way.call(world, 'createGroup', world.group().exclude([0]));
  assert.ok(others !== null);
  return others;
}

/** Rank 0 has one side of the intercommunicator, the others together the other one. */
async function checkSides(way: Way, comm: MPI.Intercommunicator): Promise<void> {
  const wanted = rank === 0 ? [1, 0, size - 1] : [size - 1, rank - 1, 1];
  assert.deepEqual([comm.size, comm.rank, comm.remoteSize], wanted);
  const value = await way.call(comm, 'bcast', 4711 * (rank === 0 ? 1 : 0), rank === 0 ? MPI.ROOT : 0);
  assert.equal(value, rank === 0 ? undefined : 4711);
  await way.call(comm, 'disconnect');
}

const service = (name: string): string => `${name}-${String(size)}`;

const GROUPS: Cases = {
  'A51 accept alone, connect as a group': async (way) => {
    if (rank === 0) {
      const port = MPI.openPortSync();
      await way.call(world, 'send', port.name, 1, 1);
      const comm = await way.call(self, 'accept', port);
      await port.close();
      await checkSides(way, comm);
      return;
    }
    // What is no port name at all elsewhere than at the root.
    const name = rank === 1 ? (await way.call(world, 'recv', 0, 1)).data : null;
    const others = await othersThanFirst(way);
    const comm = await way.call(others, 'connect', name as string);
    others.free();
    await checkSides(way, comm);
  },
  'A52 accept as a group, connect alone': async (way) => {
    if (rank === 0) {
      const { data: name } = await way.call(world, 'recv', 1, 1);
      await checkSides(way, await way.call(self, 'connect', name as string));
      return;
    }
    const others = await othersThanFirst(way);
    const port = rank === 1 ? MPI.openPortSync() : null;
    if (port !== null) await way.call(world, 'send', port.name, 0, 1);
    const comm = await way.call(others, 'accept', port ?? '');
    await port?.close();
    others.free();
    await checkSides(way, comm);
  },
};

const PAIR: Cases = {
  'A53 names': async (way) => {
    const port = rank === 0 ? await MPI.openPort() : null;
    const name = (await way.call(world, 'bcast', port?.name ?? '', 0)) as string;
    if (port !== null) MPI.publishNameSync('MyTest', port);
    await way.call(world, 'barrier');
    const found = way.blocks ? MPI.lookupNameSync('MyTest') : await MPI.lookupName('MyTest');
    assert.equal(found, name);
    await way.call(world, 'barrier');
    if (rank === 0) await MPI.unpublishName('MyTest', name);
    await way.call(world, 'barrier');
    await failure('MPI_ERR_NAME', () => MPI.lookupName('MyTest'));
    await failure('MPI_ERR_NAME', () => MPI.lookupNameSync('MyTest'));
    await port?.close();
  },
  'A54 connect by name': async (way) => {
    const port = rank === 0 ? MPI.openPortSync() : null;
    if (port !== null) await MPI.publishName('MyTest', port);
    await way.call(world, 'barrier');
    const comm =
      port === null
        ? await way.call(self, 'connect', MPI.lookupNameSync('MyTest'))
        : await way.call(self, 'accept', port);
    if (port !== null) MPI.unpublishNameSync('MyTest');
    assert.deepEqual([comm.size, comm.remoteSize], [1, 1]);
    await way.call(comm, 'disconnect');
    await port?.close();
  },
  'A59 bad port string': async (way) => {
    for (const name of ['myhost:27', '', 'parley:1:x:y:z', 'parley:2:whatever']) {
      const error = await failure('MPI_ERR_PORT', () => way.call(world, 'connect', name));
      assert.match(error.message, /no port name/);
    }
    assert.equal(await way.call(world, 'allreduce', 1), size);
  },
};

const FOUR: Cases = {
  'A55 a name for each rank': async (way) => {
    const port = MPI.openPortSync();
    const own = service(`svc-${String(rank)}`);
    MPI.publishNameSync(own, port);
    assert.equal(MPI.lookupNameSync(own), port.name);
    await way.call(world, 'barrier');
    const neighbour = service(`svc-${String((rank + 1) % size)}`);
    assert.notEqual(await MPI.lookupName(neighbour), port.name);
    await way.call(world, 'barrier');
    await MPI.unpublishName(own, port);
    await port.close();
    await failure('MPI_ERR_NAME', () => MPI.lookupName(own));
  },
};

const PARITIES: Cases = {
  'A60 nobody accepts in time': async (way) => {
    const isServer = rank % 2 === 0;
    const half = await way.call(world, 'split', isServer ? 0 : 1, rank);
    const port = rank === 0 ? MPI.openPortSync() : null;
    const name = (await way.call(world, 'bcast', port?.name ?? '', 0)) as string;
    for (let attempt = 0; attempt < 2 && !isServer; attempt++) {
      const from = performance.now();
      let error: unknown;
      try {
        await way.call(half!, 'connect', name, { timeout: IN_VAIN_MS });
      } catch (reason) {
        error = reason;
      }
      assert.ok(error instanceof MPI.MPIError, `an error is wanted where ${String(error)} came`);
      assert.deepEqual([error.code, error.errorClass], ['MPI_ERR_TIMEOUT', MPI.errorClass('MPI_ERR_PORT')]);
      // Where the root waits the time is known; others may have come later.
      if (half!.rank === 0) assert.ok(performance.now() - from >= IN_VAIN_MS - 20);
    }
    await way.call(world, 'barrier');
    await port?.close();
  },
};

const ALONE: Cases = {
  'A56 a name that nobody has published': async () => {
    for (let attempt = 0; attempt < 20; attempt++) {
      const call = attempt % 2 === 0 ? MPI.lookupName : MPI.lookupNameSync;
      await failure('MPI_ERR_NAME', () => call('never published'));
    }
  },
};

const CASES: Readonly<Record<number, Cases>> = {
  1: ALONE,
  2: { ...GROUPS, ...PAIR, ...PARITIES },
  4: { ...GROUPS, ...FOUR },
  5: PARITIES,
};
const cases = CASES[size];
if (cases === undefined) throw new Error(`there are no cases of ${String(size)} ranks`);
await runCases(cases, size === 5 ? WAYS.slice(2) : WAYS);
