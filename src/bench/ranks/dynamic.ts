/**
 * Dynamic processes. `spawn`: so many processes are started, each child sends one message, and the time ends with the
 * last of these; `connect`: rank 0 accepts rank 1 at a port, and both disconnect. The others are the ping-pong and the window
 * over the intercommunicator of a spawn or of a connection. `bench/peers/dynamic.c` is the same for the C libraries.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  COMM_SELF,
  getParent,
  openPortSync,
  type Intercommunicator,
  type Intracommunicator,
} from '../../index.ts';
import { encodeCase, type BenchCase, type CaseRecord, type DynamicKind } from '../bench-case.ts';
import { runBatches, TAG_DATA, toRecord } from './batches.ts';
import { runLatency } from './latency.ts';
import { awaitingGoAhead, blockingGoAhead, pairOfWorld, type Pair } from './pair.ts';
import { runWindow } from './window.ts';

type DynamicCase = BenchCase & { readonly kind: DynamicKind };

const CHILD_PROGRAM = fileURLToPath(new URL('./spawned.js', import.meta.url));
/** Where processes wait ready, a spawn takes some of them: time to start others, for each. */
const REFILL_MS = 400;

export async function runDynamic(
  world: Intracommunicator,
  benchCase: DynamicCase,
  awaiting: boolean,
): Promise<CaseRecord | undefined> {
  // Null once it is disconnected.
  const parent = getParent();
  const seconds = await secondsOf(world, parent, benchCase, awaiting);
  return world.rank === 0 && parent === null ? toRecord(benchCase, world.size, seconds) : undefined;
}

function secondsOf(
  world: Intracommunicator,
  parent: Intercommunicator | null,
  benchCase: DynamicCase,
  awaiting: boolean,
): Promise<number[]> {
  switch (benchCase.kind) {
    case 'spawn':
      return runSpawn(benchCase);
    case 'connect':
      return runConnect(world, benchCase);
    case 'spawned-latency':
    case 'spawned-window':
      return exchange(parent ?? spawnSelf(benchCase), parent === null, benchCase, awaiting);
    case 'connected-latency':
    case 'connected-window':
      return exchange(meeting(world)(), world.rank === 0, benchCase, awaiting);
  }
}

async function runSpawn(benchCase: BenchCase): Promise<number[]> {
  const { window: count, batches, milliseconds } = benchCase;
  const warm = Number(process.env['PARLEY_WARM'] ?? 0);
  const nothing = new Uint8Array(0);
  const seconds: number[] = [];
  for (let done = 0; done < batches; done++) {
    const missing = milliseconds === 0 ? 0 : done === 0 ? warm : Math.min(warm, count);
    await delay(milliseconds + missing * REFILL_MS);
    const start = performance.now();
    const children = COMM_SELF.spawnSync(CHILD_PROGRAM, { maxprocs: count });
    for (let child = 0; child < count; child++) children.recvIntoSync(nothing, child, TAG_DATA);
    seconds.push((performance.now() - start) / 1e3);
    children.disconnectSync();
  }
  return seconds;
}

function spawnSelf(benchCase: BenchCase): Intercommunicator {
  const [, program = '', waiting = ''] = process.argv;
  return COMM_SELF.spawnSync(program, { args: [waiting, encodeCase(benchCase)] });
}

async function runConnect(world: Intracommunicator, benchCase: BenchCase): Promise<number[]> {
  const meet = meeting(world);
  return await runBatches(benchCase, blockingGoAhead(pairOfWorld(world)), (iterations) => {
    for (let i = 0; i < iterations; i++) meet().disconnectSync();
  });
}

/** Rank 0 accepts rank 1, each time that both call it. */
function meeting(world: Intracommunicator): () => Intercommunicator {
  if (world.rank === 0) {
    const port = openPortSync();
    world.sendSync(port.name, 1, TAG_DATA);
    return () => COMM_SELF.acceptSync(port);
  }
  const name = world.recvSync(0, TAG_DATA).data as string;
  return () => COMM_SELF.connectSync(name);
}

async function exchange(
  comm: Intercommunicator,
  isFirst: boolean,
  benchCase: DynamicCase,
  awaiting: boolean,
): Promise<number[]> {
  const pair: Pair = { comm, peer: 0, isFirst };
  const goAhead = awaiting ? awaitingGoAhead(pair) : blockingGoAhead(pair);
  const run = benchCase.kind.endsWith('latency') ? runLatency : runWindow;
  const seconds = await run(pair, benchCase, goAhead, awaiting);
  comm.disconnectSync();
  return seconds;
}
