/**
 * Ranks that do not go on, each in the way that its number says, until somebody ends them. The tests know the lines by
 * what stands behind `// line:`.
 */
import { COMM_SELF, COMM_WORLD as world, finalize, getParent, openPortSync } from 'parley';

const PROGRAM = process.argv[1] ?? '';
/** Ends nothing by itself. */
const stay = (): unknown => setInterval(() => undefined, 60_000);

async function receiveDeepDown(): Promise<void> {
  await world.recv(0, 5); // line: awaits
}

const WAYS: readonly (() => unknown)[] = [
  () => {
    world.recvIntoSync(new Float64Array(8), 1, 5); // line: blocks
  },
  () => receiveDeepDown(),
  () => {
    world.barrierSync(); // line: barrier
  },
  async () => {
    await Promise.all([world.recv(2), world.ssend('x', 6, 9)]); // line: several
  },
  () => {
    for (;;);
  },
  () => process.kill(process.pid, 'SIGSTOP'),
  async () => {
    await finalize();
    stay();
  },
  async () => {
    const child = await COMM_SELF.spawn(PROGRAM);
    child.name = 'to the child';
    COMM_SELF.acceptSync(openPortSync(), { timeout: 600_000 }); // line: accepts
  },
  () => {
    COMM_SELF.spawnSync('sleep', { args: ['1000'] }); // line: spawns
  },
];

const parent = getParent();
if (parent !== null) parent.probeSync(0, 3);
else {
  console.log(`rank ${world.rank} begins`);
  await WAYS[world.rank]?.();
}
