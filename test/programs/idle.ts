/**
 * Ranks that wait for what rank 0 sends after a while use no processor, however they wait; each prints its share of
 * one core as `idle <rank> <how> <share>`.
 */
import { COMM_WORLD as world } from 'parley';

const MEASURED_MS = Number(process.argv[2] ?? 1100);
const MESSAGE_WAITS: Readonly<Record<string, () => unknown>> = {
  recvSync: () => world.recvSync(0),
  'await recv': () => world.recv(0),
  'recvIntoSync from anybody': () => world.recvIntoSync(new Uint8Array(1)),
  'await probe': () => world.probe(0),
  messages: () => world.messages().next(),
  'waitSync with a timeout': () => world.recv(0, 0, { timeout: 1e6 }).waitSync(),
};

/** This process' share of one core while `wait` waits. */
async function shareOf(wait: () => unknown): Promise<number> {
  const [cpu, begin] = [process.cpuUsage(), performance.now()];
  await wait();
  const { user, system } = process.cpuUsage(cpu);
  return (user + system) / 1000 / (performance.now() - begin);
}

const timer = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, MEASURED_MS));

function tell(how: string, share: number): void {
  console.log(`idle ${world.rank} ${how}: ${share.toFixed(4)}`);
}

// Whatever is compiled at the first use is compiled before.
world.barrierSync();
await world.barrier();

if (world.rank === 0) {
  tell('a timer', await shareOf(timer));
  for (let rank = 1; rank < world.size; rank++) world.sendSync(new Uint8Array(1), rank);
} else {
  const [name, wait] = Object.entries(MESSAGE_WAITS)[(world.rank - 1) % 6] ?? ['', timer];
  tell(name, await shareOf(wait));
  if (name === 'await probe') await world.recv();
}

await world.barrier();
if (world.rank === 0) {
  await timer();
  await world.barrier();
} else if (world.rank % 2 === 0) {
  tell('await barrier', await shareOf(() => world.barrier()));
} else {
  tell('barrierSync', await shareOf(() => world.barrierSync()));
}
