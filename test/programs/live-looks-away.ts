/**
 * A master that looks away while its client sends long updates, awaiting or blocking: the client goes on without it, its memory is its own
 * again after each send, and everything arrives as it was sent.
 */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { connectStream, openStream } from 'parley/live';

const UPDATES = 12;
const TAG_GO = 1;
const world = MPI.COMM_WORLD;

if (world.rank === 0) {
  const stream = openStream(world, { checked: true });
  for (let client = 1; client < world.size; client++) await world.recv(client, TAG_GO);
  const counts = new Map<number, number>();
  for await (const update of stream.updates()) {
    const { rank } = update.frame;
    const count = (counts.get(rank) ?? 0) + 1;
    counts.set(rank, count);
    assert.equal(update.sequence, count);
    assert.ok(update.array('image', Float64Array).every((value) => value === 100 * rank + count));
    assert.ok(update.array('short', Uint16Array).every((value) => value === count));
    assert.ok(update.array('more', Float64Array).every((value) => value === count));
  }
  assert.equal(stream.pool.held, 0);
  await stream.close();
  console.log(JSON.stringify([...counts].sort()));
} else {
  await using stream = connectStream(world);
  const md = stream.update();
  const image = new Float64Array(30_000);
  const more = new Float64Array(30_000);
  const short = new Uint16Array(7);
  for (let count = 1; count <= UPDATES; count++) {
    image.fill(100 * world.rank + count);
    more.fill(count);
    short.fill(count);
    md.addArray('image', image).addArray('short', short).addArray('more', more);
    if (world.rank === 1) await md.send();
    else md.sendSync();
    image.fill(-1);
    more.fill(-1);
    short.fill(-1);
    if (count === UPDATES / 2) await world.send('go', 0, TAG_GO);
  }
}
