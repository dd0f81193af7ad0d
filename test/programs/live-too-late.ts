/**
 * Clients that come when their master has closed its stream: one that has been there before, and one that has not; then a stream that both
 * are in. The master prints what it received, and what the others were told.
 */
import * as MPI from 'parley';
import { connectStream, openStream } from 'parley/live';

const CLOSED = 1;
const TOLD = 2;
const world = MPI.COMM_WORLD;

async function send(text: string): Promise<void> {
  await using stream = connectStream(world);
  const md = stream.update();
  md.small['text'] = text;
  await md.send();
}

/** What the sends, and the close, of one who comes too late end with. */
async function comeTooLate(): Promise<string[]> {
  const stream = connectStream(world, { credits: 2, queueLimit: 2 });
  const md = stream.update();
  const errors: string[] = [];
  try {
    for (;;) {
      md.addArray('image', new Float64Array(30_000));
      await md.send();
    }
  } catch (error) {
    errors.push(String(error));
  }
  await stream.close().catch((error: unknown) => errors.push(String(error)));
  return errors;
}

if (world.rank === 0) {
  const received: string[] = [];
  const first = openStream(world);
  for await (const event of first) {
    if (event.type === 'update') received.push(`${event.client.name}: ${String(event.small['text'])}`);
    if (event.type === 'clientLeft') break;
  }
  await first.close();
  for (const rank of [1, 2]) await world.send(null, rank, CLOSED);
  const refusals: string[] = [];
  for (const rank of [1, 2]) refusals.push(...(await world.recv<string[]>(rank, TOLD)).data);
  const second = openStream(world);
  for await (const { client, small } of second.updates())
    received.push(`${client.name}: ${String(small['text'])}`);
  await second.close();
  console.log(JSON.stringify({ refusals, received: received.sort() }));
} else {
  if (world.rank === 1) await send('first');
  await world.recv(0, CLOSED);
  await world.send(await comeTooLate(), 0, TOLD);
  await send('third');
}
