/**
 * Our own rank program: runs the cases of its command line one after another, `blocking` or `awaiting` as the first
 * argument says. It is also what it spawns itself. Without a case it only starts and ends MPI, which is what the start-up is measured with.
 */
import { COMM_WORLD, type Intracommunicator } from '../../index.ts';
import {
  decodeCase,
  isCollectiveKind,
  isDynamicKind,
  isLiveKind,
  type BenchCase,
  type CaseRecord,
} from '../bench-case.ts';
import { toRecord } from './batches.ts';
import { runCollective } from './collectives.ts';
import { runDynamic } from './dynamic.ts';
import { runIdle } from './idle.ts';
import { runLatency } from './latency.ts';
import { runObjectLatency } from './object-latency.ts';
import { awaitingGoAhead, blockingGoAhead, pairOfWorld } from './pair.ts';
import { runWindow } from './window.ts';

const TIMED_KINDS = {
  latency: runLatency,
  object: runObjectLatency,
  window: runWindow,
};

async function runCase(
  world: Intracommunicator,
  benchCase: BenchCase,
  awaiting: boolean,
): Promise<CaseRecord | undefined> {
  const { kind } = benchCase;
  if (isCollectiveKind(kind)) {
    const measured = runCollective(world, benchCase, kind);
    if (measured === undefined) return undefined;
    const { iterations, seconds, breakdown } = measured;
    const record = toRecord({ ...benchCase, iterations }, world.size, seconds);
    return breakdown === undefined ? record : { ...record, breakdown };
  }
  if (kind === 'idle') {
    const times = await runIdle(world, benchCase, awaiting);
    return times && toRecord(benchCase, world.size, times.seconds, times.processorSeconds);
  }
  if (isDynamicKind(kind)) return await runDynamic(world, { ...benchCase, kind }, awaiting);
  if (isLiveKind(kind)) {
    // Only here, or the start-up would be that of a larger program.
    const { runLive } = await import('./live.ts');
    const seconds = await runLive(world, benchCase, awaiting);
    return world.rank === 0 ? toRecord(benchCase, world.size, seconds) : undefined;
  }
  const pair = pairOfWorld(world);
  const goAhead = awaiting ? awaitingGoAhead(pair) : blockingGoAhead(pair);
  const seconds = await TIMED_KINDS[kind](pair, benchCase, goAhead, awaiting);
  return world.rank === 0 ? toRecord(benchCase, world.size, seconds) : undefined;
}

const [waiting, ...caseTexts] = process.argv.slice(2);
if (waiting !== 'blocking' && waiting !== 'awaiting') {
  throw new TypeError(
    `Cannot wait "${waiting ?? ''}": the first argument is blocking or awaiting, cases follow`,
  );
}
for (const text of caseTexts) {
  const record = await runCase(COMM_WORLD, decodeCase(text), waiting === 'awaiting');
  if (record !== undefined) process.stdout.write(`${JSON.stringify(record)}\n`);
}
