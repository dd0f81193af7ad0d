/**
 * The processor time of ranks that wait: rank 0 sleeps in the system, without MPI, while all others wait in a receive; then
 * it sends to each, and each answers with the processor time (all threads) that its receive took. A first sleep of a fifth
 * of the time lets the start-up settle.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Communicator } from '../../index.ts';
import type { BenchCase } from '../bench-case.ts';
import { TAG_DATA, TAG_GO } from './batches.ts';

export interface IdleTimes {
  readonly seconds: number[];
  readonly processorSeconds: number[];
}

/** What rank 0 found; undefined at the others. */
export async function runIdle(
  world: Communicator,
  benchCase: BenchCase,
  awaiting: boolean,
): Promise<IdleTimes | undefined> {
  if (world.rank > 0) {
    for (let times = 0; times < 2; times++) {
      if (awaiting) await waitAwaiting(world);
      else waitBlocking(world);
    }
    return undefined;
  }
  await oversee(world, benchCase.milliseconds / 5);
  return oversee(world, benchCase.milliseconds);
}

async function oversee(world: Communicator, milliseconds: number): Promise<IdleTimes> {
  const start = performance.now();
  await delay(milliseconds);
  const waited = (performance.now() - start) / 1e3;
  for (let rank = 1; rank < world.size; rank++) await world.send(new Uint8Array(1), rank, TAG_GO);
  const answer = new Float64Array(1);
  const processorSeconds: number[] = [];
  for (let rank = 1; rank < world.size; rank++) {
    await world.recvInto(answer, rank, TAG_DATA);
    processorSeconds.push(answer[0] ?? 0);
  }
  return { seconds: [waited], processorSeconds };
}

function waitBlocking(world: Communicator): void {
  const before = process.cpuUsage();
  world.recvIntoSync(new Uint8Array(1), 0, TAG_GO);
  world.sendSync(processorSecondsSince(before), 0, TAG_DATA);
}

async function waitAwaiting(world: Communicator): Promise<void> {
  const before = process.cpuUsage();
  await world.recvInto(new Uint8Array(1), 0, TAG_GO);
  await world.send(processorSecondsSince(before), 0, TAG_DATA);
}

function processorSecondsSince(before: NodeJS.CpuUsage): Float64Array {
  const { user, system } = process.cpuUsage(before);
  return Float64Array.of((user + system) / 1e6);
}
