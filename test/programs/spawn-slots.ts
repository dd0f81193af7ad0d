/** A universe of three slots that must not be exceeded; this process has one of them. */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import * as MPI from 'parley';
import { failure, runCasesOnce } from './support/cases.ts';
import { CHILD, commandOf, reportsOf, spawnPart } from './support/children.ts';

const { COMM_WORLD: world } = MPI;
const LOOK_MS = 5;
const SPAWN = MPI.errorClass('MPI_ERR_SPAWN');

await runCasesOnce({
  'more processes than slots are refused, with what would do': async () => {
    const error = await failure('MPI_ERR_SPAWN', () => world.spawn(CHILD, { maxprocs: 3 }));
    assert.ok(error instanceof MPI.SpawnError);
    assert.deepEqual(error.errcodes, [SPAWN, SPAWN, SPAWN]);
    assert.match(
      error.message,
      /wants 3 slots, and 2 of the universe's 3 are free; .*--slots, without --no-oversubscribe/,
    );
  },
  'soft takes what there is': async (way) => {
    const children = await spawnPart(way, world, 'report', { soft: '1:8', maxprocs: 8 });
    assert.deepEqual(children.errcodes, [0, 0, ...Array<number>(6).fill(SPAWN)]);
    const reports = await reportsOf(way, children);
    assert.deepEqual(
      reports.map(({ size, universeSize }) => [size, universeSize]),
      [
        [2, 3],
        [2, 3],
      ],
    );
    assert.equal(world.getAttr(MPI.UNIVERSE_SIZE), 3);
    // Their slots are free when their processes have ended.
    const gone = reports.map(({ pid }) => pid);
    while (gone.some((pid) => isAlive(pid))) await delay(LOOK_MS);
  },
  'slots that have become free are filled again': async (way) => {
    const children = await untilFree(() =>
      way.call(
        world,
        'spawnMultiple',
        [1, 1].map((maxprocs) => commandOf(way, 'barrier, then leave', { maxprocs })),
      ),
    );
    await failure('MPI_ERR_SPAWN', () => world.spawn(CHILD));
    await way.call(children, 'barrier');
    await way.call(children, 'disconnect');
  },
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** The agent may notice an end a moment later. */
async function untilFree<T>(spawn: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await spawn();
    } catch (error) {
      assert.match(String(error), /of the universe's 3 are free/);
    }
  }
}
