/** The cases of a single process that spawns (A33 to A50, MPI-4.1 §11.8). */
import assert from 'node:assert/strict';
import { realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import * as MPI from 'parley';
import { type Cases, runCases } from './support/cases.ts';
import { CHILD, commandOf, reportsOf, spawnPart } from './support/children.ts';
import { WAYS, type Way } from './support/way.ts';

const { COMM_SELF: self, COMM_WORLD: world } = MPI;

async function tellRanks(way: Way, children: MPI.Intercommunicator): Promise<void> {
  assert.deepEqual([children.remoteSize, children.size, children.errcodes], [2, 1, [0, 0]]);
  for (let child = 0; child < 2; child++) await way.call(children, 'send', child, child, 0);
  for (let child = 0; child < 2; child++) {
    const { data } = await way.call(children, 'recv', child, 1);
    assert.equal(data, 0);
  }
}

const threeCommands = (way: Way): MPI.SpawnCommand[] => [
  commandOf(way, 'report', { args: ['A'], maxprocs: 2 }),
  commandOf(way, 'report', { maxprocs: 1 }),
  commandOf(way, 'report', { args: ['C', 'cc'], maxprocs: 2 }),
];

/** What children are given is the same however their parents wait. */
const GIVEN: Cases = {
  'A36 argv': async (way) => {
    const args = ['a', 'b=c', 'd e', '-pf', ' Ss'];
    const reports = await reportsOf(way, await spawnPart(way, world, 'report', { args, maxprocs: 2 }));
    assert.deepEqual(
      reports.map((report) => report.args),
      [args, args],
    );
  },
  'A38 wdir and path': async (way) => {
    const [path, wdir] = [dirname(CHILD), dirname(dirname(CHILD))];
    const env = { CHILD_PART: 'report', CHILD_WAY: way.name };
    const children = await way.call(world, 'spawn', basename(CHILD), { path, wdir, env, maxprocs: 2 });
    for (const { directory, variables } of await reportsOf(way, children)) {
      assert.equal(realpathSync(directory), realpathSync(wdir));
      assert.equal(variables['PWD'], wdir);
    }
  },
  'A40 rank order': async (way) => {
    const [first, second] = [['FirstChild'], ['SecondChild']];
    const children = await way.call(world, 'spawnMultiple', [
      commandOf(way, 'report', { args: first, maxprocs: 2 }),
      commandOf(way, 'report', { args: second }),
    ]);
    assert.equal(children.remoteSize, 3);
    const reports = await reportsOf(way, children);
    assert.deepEqual(
      reports.map(({ rank, size, args, appNumber }) => [rank, size, args, appNumber]),
      [
        [0, 3, first, 0],
        [1, 3, first, 0],
        [2, 3, second, 1],
      ],
    );
  },
  'A40 rank order, third variant': async (way) => {
    const reports = await reportsOf(way, await way.call(world, 'spawnMultiple', threeCommands(way)));
    assert.deepEqual(
      reports.map(({ args, appNumber }) => [...args, appNumber]),
      [['A', 0], ['A', 0], [1], ['C', 'cc', 2], ['C', 'cc', 2]],
    );
  },
  'A49 no arguments': async (way) => {
    const [report] = await reportsOf(way, await spawnPart(way, world, 'report'));
    assert.deepEqual(report?.args, []);
    const commands = [commandOf(way, 'report', {})];
    const [other] = await reportsOf(way, await way.call(world, 'spawnMultiple', commands));
    assert.deepEqual(other?.args, []);
  },
};

const CASES: Cases = {
  'A33 spawn basic': async (way) => {
    const children = await spawnPart(way, world, 'tell own rank', { maxprocs: 2 });
    await tellRanks(way, children);
    await way.call(children, 'disconnect');
  },
  'A34 spawn twice': async (way) => {
    const first = await spawnPart(way, world, 'tell own rank, then free', { maxprocs: 2 });
    const second = await spawnPart(way, world, 'tell own rank, then free', { maxprocs: 2 });
    await tellRanks(way, second);
    await tellRanks(way, first);
    first.free();
    second.free();
  },
  'A37 many arguments': async (way) => {
    // Each way takes a part of the lengths.
    for (const count of way.blocks ? [16, 256] : [64]) {
      const args = Array<string>(count).fill('01234567');
      const children = await spawnPart(way, world, 'count arguments', { args, maxprocs: 2 });
      for (let child = 0; child < 2; child++) await way.call(children, 'send', count, child, 0);
      for (let child = 0; child < 2; child++) {
        const { data } = await way.call(children, 'recv', child, 1);
        assert.equal(data, count);
      }
      children.free();
    }
  },
  'A42 parent gone': async (way) => {
    const children = await spawnPart(way, world, 'parent gone');
    await way.call(children, 'barrier');
    await way.call(children, 'disconnect');
  },
  'A44 spawn, merge, reduce': async (way) => {
    const children = await spawnPart(way, world, 'merge high and reduce', { maxprocs: 3 });
    const merged = await way.call(children, 'merge', false);
    assert.deepEqual([merged.rank, merged.size], [0, 4]);
    assert.equal(await way.call(merged, 'reduce', 1, MPI.SUM, 0), 4);
    merged.free();
    children.free();
  },
  'A45 pi by children': async (way) => {
    const children = await spawnPart(way, self, 'pi', { maxprocs: 3 });
    await way.call(children, 'bcast', 100, MPI.ROOT);
    const pi = await way.call(children, 'reduce', 0, MPI.SUM, MPI.ROOT);
    assert.ok(Math.abs(Number(pi) - Math.PI) < 1e-3, String(pi));
    await way.call(children, 'disconnect');
  },
  'A50 siblings connect': async (way) => {
    const connector = await spawnPart(way, self, 'connect once');
    const acceptor = await spawnPart(way, self, 'accept one');
    const { data: port } = await way.call(acceptor, 'recv', 0, 1);
    await way.call(connector, 'send', port, 0, 1);
    await way.call(connector, 'barrier');
    await way.call(acceptor, 'barrier');
    connector.free();
    acceptor.free();
  },
};

// A rank alone blocks in the mixed way, too.
await runCases(CASES, WAYS.slice(0, 2));
await runCases(GIVEN, WAYS.slice(0, 1));
