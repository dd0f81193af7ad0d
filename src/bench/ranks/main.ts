/**
 * Our own rank program: runs the cases of its command line one after another, `blocking` or `awaiting` as the first
 * argument says. Without a case it only starts and ends MPI, which is what the start-up is measured with.
 */
import { COMM_WORLD, type Intracommunicator } from '../../index.ts';
import { decodeCase, isCollectiveKind, type BenchCase, type CaseRecord } from '../bench-case.ts';
import { TAG_GO, toRecord, type GoAhead } from './batches.ts';
import { runCollective } from './collectives.ts';
import { runIdle } from './idle.ts';
import { runLatency } from './latency.ts';
import { runObjectLatency } from './object-latency.ts';
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
  const goAhead = awaiting ? awaitingGoAhead(world) : blockingGoAhead(world);
  const seconds = await TIMED_KINDS[kind](world, benchCase, goAhead, awaiting);
  return world.rank === 0 ? toRecord(benchCase, world.size, seconds) : undefined;
}

function blockingGoAhead(world: Intracommunicator): GoAhead {
  const flag = new Uint8Array(1);
  return (decision) => {
    flag[0] = Number(decision);
    if (world.rank !== 0) world.recvIntoSync(flag, 0, TAG_GO);
    else for (let rank = 1; rank < world.size; rank++) world.sendSync(flag, rank, TAG_GO);
    return flag[0] === 1;
  };
}

function awaitingGoAhead(world: Intracommunicator): GoAhead {
  const flag = new Uint8Array(1);
  return async (decision) => {
    flag[0] = Number(decision);
    if (world.rank !== 0) await world.recvInto(flag, 0, TAG_GO);
    else for (let rank = 1; rank < world.size; rank++) await world.send(flag, rank, TAG_GO);
    return flag[0] === 1;
  };
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
