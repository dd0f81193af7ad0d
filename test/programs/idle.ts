/**
 * Ranks that wait for what rank 0 does after a while use no processor, however they wait; each prints its share of one
 * core as `idle <rank> <how>: <share>`. It is the smaller of two: once, something else may be done beside the waiting,
 * such as the compiling of what has just become hot.
 */
import { COMM_WORLD as world } from 'parley';

const WAIT_MS = 1000;
const TURNS = 2;

/** Ways to wait for a message. */
const WAITS: Readonly<Record<string, () => unknown>> = {
  recvSync: () => world.recvSync(0),
  'await recv': () => world.recv(0),
  'recvIntoSync from anybody': () => world.recvIntoSync(new Uint8Array(1)),
  'await mprobe': async () => (await world.mprobe(0)).recv(),
  messages: () => world.messages().next(),
  'waitSync with a timeout': () => world.recv(0, 0, { timeout: 1e6 }).waitSync(),
};

const BARRIERS: Readonly<Record<string, () => unknown>> = {
  barrierSync: () => {
    world.barrierSync();
  },
  'await barrier': () => world.barrier(),
};

/** This process' share of one core while `wait` waits. */
async function shareOf(wait: () => unknown): Promise<number> {
  const [cpu, begin] = [process.cpuUsage(), performance.now()];
  await wait();
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1000 / (performance.now() - begin);
}

/** Rank 0 ends the wait of all others. */
async function measure(ways: typeof WAITS, end: () => unknown): Promise<void> {
  const [name, wait] = Object.entries(ways)[(world.rank - 1) % Object.keys(ways).length] ?? [
    '',
    () => undefined,
  ];
  const shares: number[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    await world.barrier();
    if (world.rank === 0) {
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      await end();
    } else shares.push(await shareOf(wait));
  }
  if (world.rank !== 0) console.log(`idle ${world.rank} ${name}: ${Math.min(...shares).toFixed(4)}`);
}

await measure(WAITS, () => {
  for (let rank = 1; rank < world.size; rank++) world.sendSync(new Uint8Array(1), rank);
});
await measure(BARRIERS, () => world.barrier());
