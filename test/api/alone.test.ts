/** Programs that are started without a launcher, or by it alone; and threads that cannot be ranks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ParleyRun } from '../harness/parley-run.ts';
import { programFile, runRanks } from '../harness/run-ranks.ts';
import { holdAtRanks } from './hold-at-ranks.ts';

async function runAlone(program: string, ...args: string[]): Promise<string> {
  const run = new ParleyRun([process.execPath, programFile(program), ...args]);
  const { code, stdout } = await run.ended;
  await run.expectClean();
  assert.equal(code, 0, run.describe());
  return stdout;
}

test('a program without a launcher is a world of one', async (context) => {
  const stdout = await runAlone('alone');
  const titles = Array.from(stdout.matchAll(/^ok (.+)$/gm), ([, title]) => title ?? '');
  assert.ok(titles.length > 0);
  for (const title of titles) await context.test(title, () => undefined);
});

holdAtRanks('alone', [1], { args: ['launched'] });

test('what a world of one sends to itself and never receives does not hold it', async () => {
  for (const end of ['unmatched-self', 'unmatched-self-exit']) assert.equal(await runAlone('ends', end), '');
});

test('a worker thread is no rank, and is told so', async () => {
  const refusal = /Cannot start MPI in a worker thread: .*the main one.*\(MPI_ERR_UNSUPPORTED_OPERATION\)/;
  assert.match(await runAlone('in-a-worker'), refusal);
  const { stdout } = await runRanks('in-a-worker');
  const lines = stdout.trim().split('\n');
  assert.equal(lines.length, 2);
  for (const line of lines) assert.match(line, refusal);
});
