/**
 * What tests spawn: a process that plays the part named by CHILD_PART (support/children.ts). What it does not find as it
 * should be ends it with an error, which the launcher's exit code tells of.
 */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as MPI from 'parley';
import { spawnPart } from './support/children.ts';
import { failure } from './support/cases.ts';
import { WAYS } from './support/way.ts';

const { COMM_SELF: self, COMM_WORLD: world } = MPI;
const LOOK_MS = 5;
const { CHILD_PART = '', CHILD_WAY = 'awaiting' } = process.env;
const way = WAYS.find(({ name }) => name === CHILD_WAY);
if (way === undefined) throw new Error(`there is no way of waiting "${CHILD_WAY}"`);
const found = MPI.getParent();
if (found === null) throw new Error('nobody has spawned this process');
const parent = found;

const leave = (): Promise<void> => way.call(parent, 'disconnect');
/** Nothing that depends on the event loop goes on from here. */
const freeze = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);

async function tellOwnRank(): Promise<void> {
  assert.equal(parent.name, 'MPI_COMM_PARENT');
  assert.deepEqual([parent.isInter, parent.rank, parent.size], [true, world.rank, world.size]);
  const { data } = await way!.call(parent, 'recv', 0, 0);
  assert.equal(data, world.rank);
  await way!.call(parent, 'ssend', 0, 0, 1);
}

/** As many messages as the first argument says, short and long, that a parent gets without doing anything for it. */
async function sendMuch(): Promise<void> {
  for (let k = 0; k < Number(process.argv[2]); k++) {
    const data = k % 10 === 0 ? new Float64Array(500).fill(k) : { k, child: world.rank };
    await way!.call(parent, 'send', data, 0, 3);
  }
}

const PARTS: Readonly<Record<string, () => Promise<void> | void>> = {
  // A33
  'tell own rank': async () => {
    await tellOwnRank();
    await leave();
  },
  // A34
  'tell own rank, then free': async () => {
    await tellOwnRank();
    parent.free();
  },
  // A35, A41, A43
  'barrier, then leave': async () => {
    await way.call(parent, 'barrier');
    await leave();
  },
  'barrier, then go': async () => {
    await way.call(parent, 'barrier');
    await MPI.finalize();
  },
  'send much, then go': async () => {
    await sendMuch();
    await MPI.finalize();
  },
  'send much, then be killed': async () => {
    await sendMuch();
    await way.call(world, 'barrier');
    process.kill(process.pid, 'SIGKILL');
  },
  // A36, A38, A39, A40, A49
  report: async () => {
    const report = {
      rank: world.rank,
      size: world.size,
      args: process.argv.slice(2),
      directory: process.cwd(),
      appNumber: world.getAttr(MPI.APPNUM),
      universeSize: world.getAttr(MPI.UNIVERSE_SIZE),
      pid: process.pid,
      variables: { ...process.env },
      execArgv: process.execArgv,
    };
    await way.call(parent, 'send', report, 0, 5);
    await leave();
  },
  // A37
  'count arguments': async () => {
    const { data: count } = await way.call(parent, 'recv', 0, 0);
    const args = process.argv.slice(2);
    assert.equal(args.length, count);
    assert.ok(args.every((argument) => argument === '01234567'));
    await way.call(parent, 'ssend', args.length, 0, 1);
    parent.free();
  },
  // A42
  'parent gone': async () => {
    assert.equal(MPI.getParent(), parent);
    await way.call(parent, 'barrier');
    assert.equal(MPI.getParent(), parent);
    await leave();
    assert.equal(MPI.getParent(), null);
    await failure('MPI_ERR_COMM', () => parent.barrier());
  },
  // A44
  'merge high and reduce': async () => {
    const merged = await way.call(parent, 'merge', true);
    assert.notEqual(merged.rank, 0);
    assert.equal(merged.rank, world.rank + parent.remoteSize);
    assert.equal(await way.call(merged, 'reduce', 1, MPI.SUM, 0), undefined);
    merged.free();
    parent.free();
  },
  // A45
  pi: async () => {
    const intervals = (await way.call(parent, 'bcast', 0, 0)) as number;
    let sum = 0;
    for (let i = world.rank + 1; i <= intervals; i += world.size)
      sum += 4 / (1 + ((i - 0.5) / intervals) ** 2);
    assert.equal(await way.call(parent, 'reduce', sum / intervals, MPI.SUM, 0), undefined);
    await leave();
  },
  // A46
  'meet an outsider': async () => {
    const peer = world.rank === 0 ? parent : null;
    const everybody = await way.call(world, 'createIntercomm', 0, peer, 0, 123);
    if (world.rank === 1) {
      for (let other = 0; other < everybody.remoteSize; other++) {
        const buffer = new Int32Array(1);
        await way.call(everybody, 'recvInto', buffer, other, other);
        assert.equal(buffer[0], other);
      }
    }
    await way.call(everybody, 'barrier');
    everybody.free();
    parent.free();
  },
  // A47
  'leave at once': async () => {
    assert.deepEqual([world.size, parent.remoteSize], [3, 3]);
    await leave();
  },
  // A48
  'echo, then leave': async () => {
    if (world.rank === 1) {
      const { data } = await way.call(parent, 'recv', 0, 100);
      assert.equal(data, 123);
      await way.call(parent, 'send', data, 0, 100);
    }
    await leave();
  },
  // A50
  'accept one': async () => {
    const port = MPI.openPortSync();
    await way.call(parent, 'send', port.name, 0, 1);
    const client = await way.call(self, 'accept', port);
    await port.close();
    await way.call(client, 'send', 123, 0, 0);
    await way.call(client, 'disconnect');
    await way.call(parent, 'barrier');
    parent.free();
  },
  'connect once': async () => {
    const { data: port } = await way.call(parent, 'recv', 0, 1);
    const server = await way.call(self, 'connect', port as string);
    const { data } = await way.call(server, 'recv', 0, 0);
    assert.equal(data, 123);
    await way.call(server, 'disconnect');
    await way.call(parent, 'barrier');
    parent.free();
  },
  /** Spawns a generation below this one, as many as its first argument says, and tells what they say. */
  'have children': async () => {
    const generations = Number(process.argv[2]);
    const tellOf: unknown[] = generations === 0 ? [process.env['FROM_LAUNCHER']] : [world.rank];
    if (generations > 0) {
      const options = { args: [String(generations - 1)], maxprocs: 2 };
      const children = await spawnPart(way, self, 'have children', options);
      for (let child = 0; child < 2; child++) {
        const { data } = await way.call(children, 'recv', child, 3);
        tellOf.push(...(data as unknown[]));
      }
      await way.call(children, 'disconnect');
    }
    await way.call(parent, 'send', tellOf, 0, 3);
    await leave();
  },
  /** All children together spawn, and hand their grandparents' world over to the new ones by a merge. */
  'spawn together': async () => {
    const children = await spawnPart(way, world, 'barrier, then leave', { maxprocs: 2 });
    assert.deepEqual([children.size, children.remoteSize], [world.size, 2]);
    await way.call(children, 'barrier');
    await way.call(children, 'disconnect');
    await way.call(parent, 'barrier');
    await leave();
  },
  'tell the error handler': async () => {
    const name = (handler: MPI.ErrorHandler): string =>
      typeof handler === 'symbol' ? String(handler.description) : 'a function';
    const handlers = [world, self, parent].map((comm) => name(comm.getErrhandler()));
    await way.call(parent, 'send', handlers, 0, 4);
    await leave();
  },
  /** Rank 0 dies of its first mistake, where errors are fatal; it waits until nobody is in the barrier any more. */
  'make a mistake': async () => {
    await way.call(parent, 'barrier');
    if (world.rank > 0) {
      await way.call(world, 'send', null, 0, 7);
      freeze();
    }
    for (let others = world.size - 1; others > 0; others--) await way.call(world, 'recv', MPI.ANY_SOURCE, 7);
    await way.call(parent, 'recv', 0, 7);
    try {
      world.sendSync(1, 99);
    } catch {
      // Never where errors are fatal.
    }
    freeze();
  },
  'stay for ever': async () => {
    await way.call(parent, 'send', process.pid, 0, 6);
    freeze();
  },
  /** Its argument is the process id of its parent. */
  'outlive the parents': async () => {
    await leave();
    while (isAlive(Number(process.argv[2]))) await delay(LOOK_MS);
    console.log('ok the parents are gone');
  },
  /** Its arguments are the process id of its parent, and the port of a peer that is killed in the end. */
  'outlive the parents and a peer': async () => {
    const peer = await way.call(self, 'connect', process.argv[3] ?? '');
    await leave();
    while (isAlive(Number(process.argv[2]))) await delay(LOOK_MS);
    console.log('ok the parents are gone');
    await failure('MPI_ERR_PROC_FAILED', () => way.call(peer, 'recv', 0));
    peer.free();
    console.log('ok the peer is lost');
  },
};

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const part = PARTS[CHILD_PART];
if (part === undefined) throw new Error(`there is no part "${CHILD_PART}"`);
await part();
