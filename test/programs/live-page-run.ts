/**
 * A master that stores and shows what its client sends, for somebody at the page who measures:
 *
 *     live-page-run frames COUNT FOLDER      whole camera frames, 100 each second
 *     live-page-run updates COUNT FOLDER     small updates, as fast as they go
 *
 * It prints the page's address, begins when somebody looks on, says when it has shown a tenth, half and all, and ends when nobody looks
 * on any more. Of frames it prints at last when each was sent, in the order in which they were shown.
 */
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as MPI from 'parley';
import { connectStream, openHdf5, openJournal, openStream, serveView, type View } from 'parley/live';

const [what = '', countText = '', folder = ''] = process.argv.slice(2);
const count = Number(countText);
const world = MPI.COMM_WORLD;
const TAG_GO = 5;
const SHAPE = [704, 768] as const;
const FRAME_MS = 10;
const BINS = 64;
const PARTS = [0.1, 0.5, 1].map((part) => Math.ceil(part * count));

await (world.rank === 0 ? master() : client());

async function master(): Promise<void> {
  const hdf5 = openHdf5(join(folder, 'a.h5'));
  const stores = what === 'frames' ? [hdf5] : [await openJournal(join(folder, 'a.journal')), hdf5];
  await using stream = openStream(world, { stores });
  await using view = await serveView({ title: 'Measured', stream, automatic: what === 'updates' });
  console.log(`page ${view.url}`);
  await untilWatched(view, true);
  await world.send(null, 1, TAG_GO);
  const sentAt: number[] = [];
  let taken = 0;
  for await (const update of stream.updates()) {
    taken += 1;
    if (what === 'frames') {
      sentAt.push(update.sentAt);
      view.show('camera', { kind: 'image', data: update.array('camera', Float32Array), shape: SHAPE });
    }
    const part = PARTS.indexOf(taken);
    if (part >= 0) console.log(`part ${part + 1}`);
  }
  await untilWatched(view, false);
  console.log(JSON.stringify(sentAt));
}

async function client(): Promise<void> {
  await using stream = connectStream(world);
  const md = stream.update();
  const frame = Float32Array.from({ length: SHAPE[0] * SHAPE[1] }, (_, index) => index % 1000);
  const spectrum = new Float64Array(BINS);
  await world.recv(0, TAG_GO);
  const began = performance.now();
  for (let n = 0; n < count; n += 1) {
    md.small['value'] = Math.sin(n / 1000);
    if (what === 'frames') {
      frame[n % frame.length] = n;
      md.addArray('camera', frame, SHAPE);
      await delay(Math.max(0, began + n * FRAME_MS - performance.now()));
    } else {
      spectrum[n % BINS] = n;
      md.addArray('spectrum', spectrum);
    }
    await md.send();
  }
}

async function untilWatched(view: View, isWatched: boolean): Promise<void> {
  while (view.viewers.length > 0 !== isWatched) await delay(20);
}
