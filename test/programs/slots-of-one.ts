/** A process that was started by itself fills its universe, which has the slots that PARLEY_SLOTS says, and then exceeds it. */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { spawnPart, reportsOf } from './support/children.ts';
import { WAYS } from './support/way.ts';

const { COMM_WORLD: world } = MPI;
const way = WAYS[1]!;
const slots = world.getAttr(MPI.UNIVERSE_SIZE) ?? 0;
console.log(`${slots} slots`);
const workers = await spawnPart(way, world, 'barrier, then leave', { maxprocs: slots - 1 });
const [one] = await reportsOf(way, await spawnPart(way, world, 'report'));
assert.equal(one?.universeSize, slots);
await workers.barrier();
await workers.disconnect();
