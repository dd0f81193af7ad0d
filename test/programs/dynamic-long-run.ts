/**
 * The same meeting again and again, by which nobody must grow, neither a process nor its agent:
 *
 *     dynamic-long-run spawn ROUNDS             spawns two, hears from one of them, disconnects
 *     dynamic-long-run connect ROUNDS           two ranks meet at a port, exchange messages, disconnect
 *     dynamic-long-run server ROUNDS            prints its port; each client is another job
 *     dynamic-long-run client PORT
 *
 * The first fifth of the rounds pays for what is made once.
 */
import assert from 'node:assert/strict';
import * as MPI from '#index.js';
import { spawnPart } from './support/children.ts';
import { expectSameHostFootprint, hostFootprint } from './support/host-footprint.ts';
import { WAYS, type Way } from './support/way.ts';

const { COMM_SELF: self, COMM_WORLD: world } = MPI;
const [mode = '', argument = ''] = process.argv.slice(2);
const [blocking, awaiting] = WAYS as readonly [Way, Way];
const wayOf = (round: number): Way => (round % 2 === 0 ? awaiting : blocking);
/** Longer than what is sent without asking. */
const LONG = new Uint8Array(70_000).fill(7);

async function exchange(way: Way, other: MPI.Intercommunicator): Promise<void> {
  const sending = [other.send('short', 0, 1), other.send(LONG, 0, 2)];
  const { data: short } = await way.call(other, 'recv', 0, 1);
  const { data: long } = await way.call(other, 'recv', 0, 2);
  assert.deepEqual([short, (long as Uint8Array).length], ['short', LONG.length]);
  for (const send of sending) await way.wait(send);
  await way.call(other, 'disconnect');
}

async function spawnOnce(round: number): Promise<void> {
  const way = wayOf(round);
  const children = await spawnPart(way, self, 'echo, then leave', { maxprocs: 2 });
  await way.call(children, 'send', 123, 1, 100);
  assert.equal((await way.call(children, 'recv', 1, 100)).data, 123);
  await way.call(children, 'disconnect');
}

async function repeat(rounds: number, once: (round: number) => Promise<void>): Promise<void> {
  const first = Math.max(2, Math.ceil(rounds / 5));
  for (let round = 0; round < first; round++) await once(round);
  const before = await settled();
  for (let round = first; round < rounds; round++) await once(round);
  const after = await expectSameHostFootprint(before);
  console.log(`ok ${String(rounds)} rounds`);
  if (process.env['PARLEY_SOAK'] !== undefined) console.log(JSON.stringify({ before, after }));
}

/** The footprint when the ends of the last others are told: as small as it gets. */
async function settled(): Promise<Awaited<ReturnType<typeof hostFootprint>>> {
  let best = await hostFootprint();
  for (let quiet = 0; quiet < 25; quiet++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const next = await hostFootprint();
    if (JSON.stringify(next.counts) !== JSON.stringify(best.counts)) quiet = 0;
    best = next;
  }
  return best;
}

const MODES: Readonly<Record<string, () => Promise<void>>> = {
  spawn: () => repeat(Number(argument), spawnOnce),
  connect: async () => {
    const port = world.rank === 0 ? MPI.openPortSync() : null;
    const name = await world.bcast(port?.name ?? '', 0);
    const rounds = async (round: number): Promise<void> => {
      const way = wayOf(round);
      const other =
        port === null ? await way.call(self, 'connect', name) : await way.call(self, 'accept', port);
      await exchange(way, other);
    };
    await repeat(Number(argument), rounds);
    await world.barrier();
    await port?.close();
  },
  server: async () => {
    const port = MPI.openPortSync();
    console.log(`port ${port.name}`);
    await repeat(Number(argument), async (round) => {
      await exchange(wayOf(round), await self.accept(port));
      console.log(`served ${String(round)}`);
    });
    await port.close();
  },
  client: async () => exchange(awaiting, await self.connect(argument)),
};

const run = MODES[mode];
if (run === undefined) throw new Error(`there is no "${mode}"`);
await run();
