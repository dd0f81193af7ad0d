/**
 * Rank 1 dies while communicators are made of it and others, intercommunicators among them: every survivor is told, and the
 * survivors make one of their own.
 */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { failure } from './support/cases.ts';

const world = MPI.COMM_WORLD;
const { rank, size } = world;
const DEAD = 1;
const everybody = world.group();
const survivors = everybody.exclude([DEAD]);

// The dead one is in the left half, with its leader.
const isLeft = rank < size / 2;
const half = await world.split(isLeft ? 0 : 1);
const inter = await half!.createIntercomm(0, world, isLeft ? size / 2 : 0, 1);
const spare = await world.dup();
await world.barrier();
// Who is still in the barrier when a member dies may hear of that by it: the victim waits until all have left.
if (rank === DEAD) {
  for (let others = size - 1; others > 0; others--) await world.recv(MPI.ANY_SOURCE, 1);
  process.kill(process.pid, 'SIGKILL');
}
await world.send(null, DEAD, 1);
// A broadcast may pass the dead by; a barrier cannot.
await failure('MPI_ERR_PROC_FAILED', () => world.barrier());

const making: Record<string, () => PromiseLike<unknown>> = {
  dup: () => world.dup(),
  split: () => spare.split(0),
  'split of two groups': () => inter.split(0),
  merge: () => inter.merge(),
  createGroup: () => world.createGroup(everybody, 3),
  createFromGroup: () => MPI.createFromGroup(everybody, 'all'),
  disconnect: () => inter.disconnect(),
};
for (const [what, make] of Object.entries(making)) {
  await failure('MPI_ERR_PROC_FAILED', make);
  console.log(`told ${what} ${rank}`);
}
// The right half is whole, but has nobody to talk to.
await failure('MPI_ERR_PROC_FAILED', () => half!.createIntercomm(0, world, isLeft ? size / 2 : 0, 2));
console.log(`told createIntercomm ${rank}`);
const [left, right] = [
  everybody.rangeInclude([[0, size / 2 - 1, 1]]),
  everybody.rangeExclude([[0, size / 2 - 1, 1]]),
];
const [own, others] = isLeft ? [left, right] : [right, left];
await failure('MPI_ERR_PROC_FAILED', () => MPI.createIntercommFromGroups(own, 0, others, 0, 'halves'));
console.log(`told createIntercommFromGroups ${rank}`);
spare.free();

const whole = await world.createGroup(survivors, 4);
assert.equal(whole?.rank, survivors.rank);
assert.equal(await whole.bcast(rank, 0), 0);
const again = await MPI.createFromGroup(survivors, 'survivors');
assert.equal(again?.compare(whole), MPI.CONGRUENT);
await again.disconnect();
whole.free();
console.log(`ok ${rank}`);
