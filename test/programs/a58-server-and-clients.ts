/**
 * Started apart, they have nothing in common but the name of a port:
 *
 *     stream server | stream client PORT      one client sends until it says that this was all
 *     growing server | growing client PORT    the server takes in one client after the other; each takes part in the next accept
 *
 * CHILD_WAY says how they wait.
 */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { WAYS } from './support/way.ts';

const { COMM_WORLD: world } = MPI;
const CLIENTS = 3;
const DOUBLES = 100;
const [mode, role, name = ''] = process.argv.slice(2);
const way = WAYS.find((each) => each.name === process.env['CHILD_WAY']) ?? WAYS[1]!;

async function streamServer(): Promise<void> {
  const port = await MPI.openPort();
  console.log(`port ${port.name}`);
  const client = await way.call(world, 'accept', port);
  const buffer = new Float64Array(DOUBLES);
  let messages = 0;
  for (;;) {
    const { tag, count } = await way.call(client, 'recvInto', buffer);
    if (tag === 0) break;
    assert.deepEqual([tag, count], [2, DOUBLES]);
    assert.deepEqual(buffer, new Float64Array(DOUBLES).fill(messages++ / 2));
  }
  await way.call(client, 'disconnect');
  await port.close();
  console.log(`ok ${String(messages)} messages`);
}

async function streamClient(): Promise<void> {
  const server = await way.call(world, 'connect', name);
  for (let k = 0; k < 5; k++) await way.call(server, 'send', new Float64Array(DOUBLES).fill(k / 2), 0, 2);
  await way.call(server, 'send', new Float64Array(DOUBLES), 0, 0);
  await way.call(server, 'disconnect');
}

/** Accepts until everybody is there; those that came earlier have no port, and need none. */
async function takeIn(first: MPI.Intracommunicator, port: MPI.Port | null): Promise<void> {
  let all = first;
  while (all.size < CLIENTS + 1) {
    const client = await way.call(all, 'accept', port ?? '');
    const larger = await way.call(client, 'merge', false);
    assert.deepEqual([larger.size, larger.rank], [all.size + 1, all.rank]);
    await way.call(client, 'disconnect');
    if (all !== world) all.free();
    all = larger;
  }
  if (all.rank > 0) await way.call(all, 'send', MPI.getProcessorName(), 0, 1);
  for (let other = 1; other < all.size && all.rank === 0; other++) {
    const { data } = await way.call(all, 'recv', other, 1);
    assert.equal(data, MPI.getProcessorName());
  }
  await way.call(all, 'disconnect');
}

async function growingServer(): Promise<void> {
  const port = await MPI.openPort();
  console.log(`port ${port.name}`);
  await takeIn(world, port);
  await port.close();
  console.log('ok everybody was there');
}

async function growingClient(): Promise<void> {
  const server = await way.call(world, 'connect', name);
  const all = await way.call(server, 'merge', true);
  await way.call(server, 'disconnect');
  console.log(`rank ${String(all.rank)} of ${String(all.size)}`);
  assert.equal(all.rank, all.size - 1);
  await takeIn(all, null);
}

const ROLES = {
  stream: { server: streamServer, client: streamClient },
  growing: { server: growingServer, client: growingClient },
};
await ROLES[mode as keyof typeof ROLES][role as 'server' | 'client']();
