/**
 * Longer and longer updates before the master has looked at the first: each is in new slots, and the master finds all of them. With the
 * argument `killed` the clients are killed when they have sent. The master prints what came, and what is left of the slots.
 */
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as MPI from 'parley';
import { connectStream, openStream } from 'parley/live';

const LENGTHS = [10_000, 30_000, 90_000];
const READY = 1;
const [, , way] = process.argv;
const world = MPI.COMM_WORLD;
const clients = Array.from({ length: world.size - 1 }, (_, index) => index + 1);

if (world.rank === 0) {
  for (const rank of clients) await world.recv(rank, READY);
  const stream = openStream(world);
  const lines: string[] = [];
  for await (const event of stream) {
    if (event.type === 'clientFailed') lines.push(`${event.client.name} has failed`);
    if (event.type !== 'update') continue;
    const image = event.array('image', Float64Array);
    const isWhole = image.every((value) => value === event.frame.rank * event.sequence);
    lines.push(`${event.client.name}: ${image.length} ${isWhole ? 'as sent' : 'torn'}`);
  }
  await stream.close();
  const base = process.env['PARLEY_SHM_DIR'] ?? tmpdir();
  const left = readdirSync(base, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\/shared-\d+-\d+$/.test(path),
  );
  console.log(JSON.stringify({ lines: lines.sort(), left }));
} else {
  const stream = connectStream(world);
  const md = stream.update();
  for (const [index, length] of LENGTHS.entries()) {
    md.addArray('image', new Float64Array(length).fill(world.rank * (index + 1)));
    await md.send();
  }
  await stream.flush();
  await world.send(null, 0, READY);
  if (way === 'killed') process.kill(process.pid, 'SIGKILL');
  await stream.close();
}
