/**
 * A program that others look at: rank 0 shows what rank 1 sends until somebody at a page asks for a stop, and prints a line for
 * each viewer that comes or goes. Viewers come through three doors: the name of the page (`viewed`), a port that takes clients and
 * viewers alike (`door`), and the port of a stream that shows nothing (`bare`).
 */
import { setTimeout as delay } from 'node:timers/promises';
import * as MPI from 'parley';
import { connectStream, openStream, publishView } from 'parley/live';

const SIDE = 512;
const FRAME_MS = 10;
const world = MPI.COMM_WORLD;

async function master(): Promise<void> {
  await using bare = openStream(null);
  await using stream = openStream(world);
  await using view = await publishView('viewed', {
    title: 'Viewed',
    stream,
    onViewer: ({ type, viewer }) => console.error(`LOG ${type} ${viewer.replace(/\d+/, 'N')}`),
  });
  view.show('whole', { kind: 'image', data: Float64Array.of(0.1, -1e300, Number.NaN, 7), shape: [2, 2] });
  const ports = [await MPI.openPort(), await MPI.openPort()] as const;
  await MPI.publishName('door', ports[0]);
  await MPI.publishName('bare', ports[1]);
  const doors = [stream.accept(ports[0]), bare.accept(ports[1])];
  console.error('ready');
  const reports = [];
  for await (const event of stream) {
    if (event.type !== 'runEnded') continue;
    reports.push(event.report);
    for (const port of ports) await port.close();
  }
  await Promise.all(doors);
  console.log(JSON.stringify({ reports, rows: stream.clients().length }));
}

async function client(): Promise<void> {
  await using stream = connectStream(world, { queueLimit: 2 });
  const md = stream.update();
  const frame = new Float32Array(SIDE * SIDE);
  for (let n = 1; !stream.stopSignal.aborted; n += 1) {
    const regions = stream.settings['regions'] as
      Readonly<Record<string, { readonly rows: readonly number[] }>> | undefined;
    frame[n % frame.length] = n;
    md.addArray('frame', frame, [SIDE, SIDE]);
    md.small['n'] = n;
    if (regions?.['frame'] !== undefined) md.small['row'] = regions['frame'].rows[0];
    await md.send();
    // As a camera does: without a rest the viewers would hardly get the processor.
    await delay(FRAME_MS);
  }
  await md.endRun();
}

await (world.rank === 0 ? master() : client());
