/** Names and spawns of processes that were started apart, by the launcher or by plain `node program`. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { ParleyRun } from '../harness/parley-run.ts';
import { programFile, runRanks, startRanks } from '../harness/run-ranks.ts';
import { makeSharedMemory } from '../runtime/shared-memory.ts';

let place: string;
before(() => (place = makeSharedMemory()));
after(() => {
  rmSync(place, { recursive: true });
});

/** All see each other. */
const env = (): Record<string, string> => ({ PARLEY_SHM_DIR: place });
const launched = (...args: string[]): ParleyRun => startRanks('name-rules', { ranks: 1, args, env: env() });
const alone = (program: string, ...args: string[]): ParleyRun =>
  new ParleyRun([process.execPath, programFile(program), ...args], { env: env(), input: '' });

async function expectOutput(run: ParleyRun, wanted: string): Promise<void> {
  const { code, stdout } = await run.ended;
  assert.deepEqual([code, stdout], [0, wanted], run.describe());
  await run.expectClean();
}

test('a process alone finds no name, and leaves nothing', async () => {
  await expectOutput(alone('name-rules', 'alone', 'ocean'), 'ok nobody knows it\n');
  assert.deepEqual(readdirSync(place), []);
});

test('a name is waited for, found, taken, and gone with the process that has published it', async () => {
  const waiting = [alone('name-rules', 'wait, blocking', 'ocean'), launched('wait, awaiting', 'ocean')];
  for (const run of waiting) await run.waitForOutput(/waits/);
  const publisher = launched('publish', 'ocean');
  await Promise.all(waiting.map((run) => expectOutput(run, 'waits\nfound\n')));
  await expectOutput(alone('name-rules', 'of another', 'ocean'), 'ok it is taken\n');
  publisher.kill('SIGTERM');
  await publisher.ended;
  await publisher.expectClean();
  await expectOutput(launched('gone', 'ocean'), 'ok it was gone\n');
  assert.deepEqual(readdirSync(place), []);
});

test('a name is gone when a plain process that has published it is killed', async () => {
  const publisher = alone('name-rules', 'publish', 'ocean');
  await publisher.waitForOutput(/published/);
  publisher.kill('SIGKILL');
  await publisher.ended;
  await publisher.expectClean();
  assert.deepEqual(readdirSync(place), []);
});

test('a name is gone with the rank that has published it, while its job goes on', async () => {
  const options = { ranks: 3, args: ['killed', 'ocean'], launcherArgs: ['--keep-going'], exitCode: 137 };
  const { stdout } = await runRanks('name-rules', options);
  assert.equal(stdout, 'ok it has gone with its publisher\n');
});

test('after finalize there are no names, no ports and no spawns', async () => {
  const { stdout } = await runRanks('name-rules', { ranks: 1, args: ['finalized', 'ocean'] });
  assert.equal(stdout, 'ok it has left\n');
});

/** What a plain `node program` spawns goes on, or ends with it; its agent stays as long as that. */
const ENDS: Readonly<Record<string, readonly [exitCode: number, output: RegExp]>> = {
  'lifetime parent': [0, /^ok the parent goes$/m],
  independent: [0, /^ok the parents are gone$/m],
  'killed while it spawns': [137, /^$/],
};

for (const [end, [exitCode, output]] of Object.entries(ENDS)) {
  test(`a process started alone spawns: ${end}`, async () => {
    const run = alone('spawn-ends', end);
    const { code, signal, stdout } = await run.ended;
    assert.equal(signal === 'SIGKILL' ? 137 : code, exitCode, run.describe());
    assert.match(stdout, output);
    await run.expectClean();
    assert.deepEqual(readdirSync(place), []);
  });
}
