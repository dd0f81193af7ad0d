/**
 * Updates of all other ranks to rank 0, over a stream of parley/live with its defaults: `block`, so that nothing is lost. A batch
 * is one run: each client sends so many updates, and ends it; it is over at the master when the run is. mpi4py's program beside
 * does the same with mpidata's protocol (`bench/peers/mpidata.py`).
 *
 * The master looks at every update; the last one of each client is compared whole, outside the clock. Clients send by `sendSync` or await `send`; the
 * master awaits.
 */
import assert from 'node:assert/strict';
import type { Intracommunicator } from '../../index.ts';
import { connectStream, openStream, type Update } from '../../live/index.ts';
import type { BenchCase } from '../bench-case.ts';
import { runBatches, TAG_GO, type GoAhead } from './batches.ts';

const FRAME_SHAPE = [704, 768] as const;
/** As in `bench/peers/mpi4py_live.py`. */
const COMMENT = 'x'.repeat(107);

/** Seconds of every batch at rank 0; what the others found counts nothing. */
export function runLive(
  world: Intracommunicator,
  benchCase: BenchCase,
  awaiting: boolean,
): Promise<number[]> {
  return world.rank === 0 ? receiveUpdates(world, benchCase) : sendUpdates(world, benchCase, awaiting);
}

async function receiveUpdates(world: Intracommunicator, benchCase: BenchCase): Promise<number[]> {
  const clients = Array.from({ length: world.size - 1 }, (_, index) => index + 1);
  const counts = new Int32Array(world.size);
  const last = new Map<number, Update>();
  const stream = openStream(world);
  const seconds = await runBatches(benchCase, goAheadOfAll(world), async (iterations) => {
    counts.fill(0);
    for await (const event of stream) {
      if (event.type === 'update') take(event, iterations);
      if (event.type !== 'runEnded') continue;
      assert.ok(event.report.complete, 'a run is not complete');
      break;
    }
    for (const client of clients) assert.equal(counts[client], iterations, 'updates are missing');
  });
  for (const [client, update] of last) {
    expectWhole(update, client, benchCase);
    update.release();
  }
  for await (const event of stream) assert.notEqual(event.type, 'update', 'an update too many has come');
  await stream.close();
  return seconds;

  function take(update: Update, iterations: number): void {
    const client = update.frame.rank;
    const count = counts[client] ?? 0;
    if (update.small['event'] !== 1_000_000 + count)
      assert.equal(update.small['event'], 1_000_000 + count, 'an update came out of its order');
    counts[client] = count + 1;
    if (count + 1 < iterations) return;
    last.get(client)?.release();
    last.set(client, update.keep());
  }
}

async function sendUpdates(
  world: Intracommunicator,
  benchCase: BenchCase,
  awaiting: boolean,
): Promise<number[]> {
  const frame = benchCase.kind === 'live-frames' ? newFrame(world.rank) : null;
  await using stream = connectStream(world);
  const md = stream.update();
  return await runBatches(benchCase, goAheadOfAll(world), async (iterations) => {
    for (let event = 0; event < iterations; event++) {
      const { small } = md;
      small['event'] = 1_000_000 + event;
      small['time'] = 1.5;
      small['intensity'] = 2.5;
      small['photon_energy'] = 7057.5;
      small['pulse_energy'] = 1.25;
      small['delay'] = -0.5;
      small['motor'] = 3.5;
      small['laser'] = true;
      small['codes'] = [137, 88];
      small['comment'] = COMMENT;
      if (frame !== null) md.addArray('img', frame, FRAME_SHAPE);
      if (awaiting) await md.send();
      else md.sendSync();
    }
    await md.endRun();
  });
}

function expectWhole(update: Update, client: number, benchCase: BenchCase): void {
  assert.equal(update.small['comment'], COMMENT);
  if (benchCase.kind !== 'live-frames') return;
  const frame = update.array('img', Float32Array);
  assert.deepEqual(update.shape('img'), FRAME_SHAPE);
  for (let i = 0; i < frame.length; i++)
    if (frame[i] !== (i % 1000) + client)
      assert.equal(frame[i], (i % 1000) + client, 'an element arrived wrong');
}

const newFrame = (rank: number): Float32Array =>
  Float32Array.from({ length: FRAME_SHAPE[0] * FRAME_SHAPE[1] }, (_, i) => (i % 1000) + rank);

/** Rank 0 tells all others. */
function goAheadOfAll(world: Intracommunicator): GoAhead {
  const flag = new Uint8Array(1);
  return async (decision) => {
    flag[0] = Number(decision);
    if (world.rank > 0) await world.recvInto(flag, 0, TAG_GO);
    else for (let rank = 1; rank < world.size; rank++) await world.send(flag, rank, TAG_GO);
    return flag[0] === 1;
  };
}
