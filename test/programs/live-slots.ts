/**
 * Long updates are read where their clients have put them. A master that keeps more of them than there are slots still gets every one,
 * and what it keeps stays as it was; longer ones find new slots.
 */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { connectStream, openStream, type Update } from 'parley/live';

const UPDATES = 20;
const SHORT = 30_000;
const LONG = 50_000;
const world = MPI.COMM_WORLD;
const valueOf = (rank: number, count: number): number => 1000 * rank + count;

if (world.rank === 0) {
  const stream = openStream(world);
  const kept: Update[] = [];
  let inSlots = 0;
  for await (const update of stream.updates()) {
    const image = update.array('image', Float64Array);
    assert.equal(image.length, update.run === 1 ? SHORT : LONG);
    assert.ok(image.every((value) => value === valueOf(update.frame.rank, update.sequence)));
    if (image.buffer.byteLength > 2 * image.byteLength) inSlots += 1;
    if (update.run === 1) kept.push(update.keep());
  }
  for (const update of kept) {
    const value = valueOf(update.frame.rank, update.sequence);
    assert.ok(update.array('image', Float64Array).every((each) => each === value));
    update.release();
  }
  assert.equal(kept.length, UPDATES * (world.size - 1));
  assert.equal(stream.pool.held, 0);
  await stream.close();
  console.log(inSlots);
} else {
  await using stream = connectStream(world);
  const md = stream.update();
  for (const length of [SHORT, LONG]) {
    const image = new Float64Array(length);
    for (let count = 1; count <= UPDATES; count++) {
      image.fill(valueOf(world.rank, count));
      md.addArray('image', image, [length]);
      if (world.rank === 1) await md.send();
      else md.sendSync();
      image.fill(-1);
    }
    await stream.endRun();
  }
}
