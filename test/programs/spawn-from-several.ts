/** The cases of a group that spawns (A35 to A48, MPI-4.1 §11.8), each in a world of the size that it is about. */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { type Cases, runCases } from './support/cases.ts';
import { CHILD, commandOf, reportsOf, spawnPart } from './support/children.ts';
import { WAYS, type Way } from './support/way.ts';

const { COMM_SELF: self, COMM_WORLD: world } = MPI;
const { rank, size } = world;

async function meet(way: Way, children: MPI.Intercommunicator, wanted: readonly number[]): Promise<void> {
  assert.deepEqual(children.errcodes, wanted);
  assert.equal(children.remoteSize, wanted.length);
  await way.call(children, 'barrier');
  await way.call(children, 'disconnect');
}

const [blocking, awaiting, mixed] = WAYS as readonly [Way, Way, Way];

const APP_NUMBERS: Cases = {
  'A39 appnum': async (way) => {
    const commands = [commandOf(way, 'report', {}), commandOf(way, 'report', {})];
    const reports = await reportsOf(way, await way.call(world, 'spawnMultiple', commands));
    const wanted = rank === 0 ? [0, 1] : [];
    assert.deepEqual(
      reports.map(({ appNumber }) => appNumber),
      wanted,
    );
    assert.ok(reports.every((report) => report.size === 2));
    const alike = await reportsOf(way, await spawnPart(way, world, 'report', { maxprocs: 2 }));
    assert.ok(alike.every(({ appNumber }) => appNumber === 0));
  },
};

const FROM_TWO: Cases = {
  'A41 error codes': async (way) => {
    const part = 'barrier, then leave';
    if (rank === 0)
      await meet(way, await spawnPart(way, self, part, { maxprocs: 2 }), [MPI.SUCCESS, MPI.SUCCESS]);
    await meet(way, await spawnPart(way, world, part), [MPI.SUCCESS]);
    const commands = [commandOf(way, part, { maxprocs: 1 }), commandOf(way, part, { maxprocs: 2 })];
    await meet(way, await way.call(world, 'spawnMultiple', commands), [0, 0, 0]);
  },
  'A46 an outsider reaches the children': async (way) => {
    const children = rank === 0 ? await spawnPart(way, self, 'meet an outsider', { maxprocs: 2 }) : null;
    const everybody = await way.call(world, 'createIntercomm', 0, children, 0, 123);
    assert.deepEqual([everybody.size, everybody.remoteSize], [size, 2]);
    await way.call(everybody, 'send', Int32Array.of(rank), 1, rank);
    await way.call(everybody, 'barrier');
    everybody.free();
    children?.free();
  },
};

/** The ranks in both ways at once, each for itself. */
const FROM_THREE_APART: Cases = {
  'A43 every rank spawns': async (way) => {
    const part = 'barrier, then leave';
    const children = await spawnPart(way, self, part, { maxprocs: 2 });
    assert.equal(children.size, 1);
    await meet(way, children, [0, 0]);
    await way.call(world, 'barrier');
  },
  'A43 every rank spawns several commands': async (way) => {
    const command = commandOf(way, 'barrier, then leave', {});
    const children = await way.call(self, 'spawnMultiple', [command, command]);
    assert.equal(children.size, 1);
    await meet(way, children, [0, 0]);
    await way.call(world, 'barrier');
  },
};

const FROM_THREE: Cases = {
  'A47 disconnect': async (way) => {
    const children = await spawnPart(way, world, 'leave at once', { maxprocs: 3 });
    assert.deepEqual([children.size, children.remoteSize], [3, 3]);
    await way.call(children, 'disconnect');
    await expectGone(children);
  },
  'A48 ping, then disconnect': async (way) => {
    const children = await spawnPart(way, world, 'echo, then leave', { maxprocs: 3 });
    if (rank === 0) {
      await way.call(children, 'send', 123, 1, 100);
      const { data } = await way.call(children, 'recv', 1, 100);
      assert.equal(data, 123);
    }
    await way.call(children, 'disconnect');
  },
};

const FROM_TEN: Cases = {
  'A35 root-only arguments': async (way) => {
    const part = 'barrier, then leave';
    const options = { args: ['a', 'b', 'c'], maxprocs: 5, env: { CHILD_PART: part, CHILD_WAY: way.name } };
    // What is no argument at all elsewhere than at the root.
    const nothing = { args: null, maxprocs: -1 } as unknown as MPI.SpawnOptions;
    const children =
      rank === 0
        ? await way.call(world, 'spawn', CHILD, options)
        : await way.call(world, 'spawn', null as unknown as string, nothing);
    await meet(way, children, [0, 0, 0, 0, 0]);
    const commands = rank === 0 ? [1, 2].map((maxprocs) => commandOf(way, part, { maxprocs })) : [];
    await meet(way, await way.call(world, 'spawnMultiple', commands), [0, 0, 0]);
  },
};

/** After a disconnect the communicator is none any more. */
async function expectGone(children: MPI.Intercommunicator): Promise<void> {
  await assert.rejects(async () => children.barrier(), { code: 'MPI_ERR_COMM' });
}

if (size === 2) {
  await runCases(APP_NUMBERS, [mixed]);
  await runCases(FROM_TWO, [blocking, awaiting]);
} else if (size === 3) {
  await runCases(FROM_THREE_APART, [mixed]);
  await runCases(FROM_THREE, [blocking, awaiting]);
} else {
  await runCases(FROM_TEN, [mixed]);
}
