/** The master of the tutorial with clients that misbehave: fed by hand, in one process. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { parseArguments } from '../../examples/psana/arguments.ts';
import { runMaster } from '../../examples/psana/master.ts';
import { openSource } from '../../examples/psana/sources/registry.ts';
import { MasterStream } from '#live/stream/master-stream.js';
import * as kind from '#live/update/frame-kinds.js';
import { npyBytes } from '../fixtures/psana/npy-bytes.ts';
import { HandFedClient } from '../live/support/hand-fed-client.ts';

const PIXELS = 6;

/** The master at work on runs of 2 × 3 pixels, and what it prints. */
async function stage(test: TestContext, clients: number) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'psana-master-'));
  test.after(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'frames.npy');
  await writeFile(file, npyBytes(new Array<number>(PIXELS).fill(1), [1, 2, 3], { dtype: 'f8', order: '<' }));
  const args = parseArguments([`file=${file}`, '--output', folder]);
  assert.ok(args !== null);
  const stream = new MasterStream({ silentMs: Infinity, silentHoldsRun: false, now: () => 1000 });
  const fed = Array.from({ length: clients }, (_, index) => new HandFedClient(stream, `rank ${index + 1}`));
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  const over = runMaster(stream, await openSource(args.source, 0), args, { print, progress: undefined });
  await Promise.all(fed.map((client) => client.hello()));
  return { stream, lines, over, fed: fed as [HandFedClient, HandFedClient, HandFedClient] };
}

/** An update of one frame with this value in every pixel. */
function frame(client: HandFedClient, value: number, shape: readonly number[] = [2, 3]): Promise<void> {
  client.sequence += 1;
  const counts = { events: 1, dropped: 0, hits: 0, peaks: 0, photons: 0, intensity: PIXELS * value };
  const data = new Float64Array(PIXELS).fill(value);
  return client.frame(kind.DATA, counts, [
    { name: 'img', data, shape },
    { name: 'max', data, shape },
    { name: 'peakCounts', data: new Uint32Array(PIXELS), shape },
  ]);
}

describe('the master of the psana tutorial', () => {
  it('refuses a client whose updates make no sense, asks it to stop, and goes on with the others', async (test) => {
    const { lines, over, fed } = await stage(test, 3);
    const [shapeless, empty, honest] = fed;
    await frame(shapeless, 5, [3, 2]);
    await empty.data({ events: 1 });
    await frame(shapeless, 7);
    await frame(honest, 3);
    for (const client of fed) {
      await client.endRun();
      await client.bye();
    }
    assert.deepEqual(await over, []);
    assert.deepEqual(lines.slice(0, 4), [
      'Client 1 is refused: its update makes no sense: array "img" has the shape 3x2, wanted is 2x3. Going on with the others.',
      'Client 2 is refused: its update makes no sense: small.dropped is no number: it is undefined. Going on with the others.',
      'Master received image with shape 2x3 and intensity 18.0 from rank 3',
      'frames: 1 event in 1 update, 0 hits (0.0 %), 0 peaks',
    ]);
    assert.ok(lines.some((line) => line.includes('maximum of the mean image: 3.0 ADU')));
    assert.equal(lines.at(-1), 'Clients lost: 1, 2');
    assert.deepEqual(fed.map(({ told }) => told.some(({ stop }) => stop !== undefined)), [true, true, false]); // prettier-ignore
  });

  it('goes on where a client begins and ends a run that is none of those to analyse', async (test) => {
    const { lines, over, fed } = await stage(test, 2);
    const [confused, honest] = fed;
    confused.run = 99;
    await confused.frame(kind.BEGIN_RUN);
    await confused.endRun();
    await confused.bye();
    await frame(honest, 3);
    await honest.endRun();
    await honest.bye();
    assert.deepEqual(await over, []);
    assert.ok(lines.includes('frames: 1 event in 1 update, 0 hits (0.0 %), 0 peaks'), lines.join('\n'));
    assert.equal(lines.at(-1), 'Run 99, which is none of those to analyse, has ended; nothing is written.');
  });

  it('does not count what comes when the run has ended, and does not wait for who stays silent', async (test) => {
    const { stream, lines, over, fed } = await stage(test, 3);
    const [steady, slow, stopped] = fed;
    stream.silence(slow.entry);
    stream.silence(stopped.entry);
    await frame(steady, 1);
    await steady.endRun();
    await frame(slow, 100);
    await slow.endRun();
    await slow.bye();
    await steady.bye();
    assert.deepEqual(await over, [3]);
    const said = lines.filter((line) => !line.startsWith('  wrote'));
    const silence = 'nothing was heard of it for 0.0 s';
    assert.deepEqual(said, [
      `Client 2 hangs: ${silence}. Not waiting for it any longer.`,
      `Client 3 hangs: ${silence}. Not waiting for it any longer.`,
      'Master received image with shape 2x3 and intensity 6.0 from rank 1',
      'frames: 1 event in 1 update, 0 hits (0.0 %), 0 peaks',
      `  incomplete: ${silence} (client 2; 0 updates counted)`,
      `  incomplete: ${silence} (client 3; 0 updates counted)`,
      '  maximum of the mean image: 1.0 ADU at (row, column) (0, 0)',
      'Client 2 is back.',
      'Client 2 sent an update of run 1, which has ended; it is not counted.',
      'Clients lost: 3',
    ]);
  });
});
