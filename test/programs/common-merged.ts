/** A job and the one that it has spawned, merged: the members of its memory in common belong to two jobs. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { COMM_WORLD, getParent } from 'parley';

const ROUNDS = 40;
const [, program = ''] = process.argv;
const parent = getParent();
const between = parent ?? (await COMM_WORLD.spawn(program, { maxprocs: 3 }));
const all = await between.merge(parent !== null);
const sum = new Float64Array(1);
for (let round = 0; round < ROUNDS; round++) {
  await all.allreduceInto(Float64Array.of(all.rank + round), sum);
  assert.equal(sum[0], (all.size * (all.size - 1)) / 2 + round * all.size);
  all.barrierSync();
}
const isThere = readFileSync('/proc/self/maps', 'utf8').includes('/common-');
const found = all.gatherSync(isThere);
await all.disconnect();
await between.disconnect();
if (found !== undefined)
  console.log(`${found.length} members, ${found.every(Boolean) ? 'all' : 'not all'} there`);
