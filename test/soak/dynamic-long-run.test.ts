/**
 * Jobs that are spawned, meet and part again and again: descriptors, memory, files, peers and contexts stay as they are, in
 * the processes and in their agent. It wants the machine to itself. PARLEY_SOAK=1 takes a hundred times as long.
 */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { test } from 'node:test';
import { ParleyRun } from '../harness/parley-run.ts';
import { programFile, runRanks, startRanks } from '../harness/run-ranks.ts';
import { makeSharedMemory } from '../runtime/shared-memory.ts';

const PROGRAM = 'dynamic-long-run';
const soak = process.env['PARLEY_SOAK'] !== undefined;
const [SPAWNS, MEETINGS, CLIENTS] = soak ? [1000, 10_000, 200] : [5, 300, 4];
const timeoutMs = soak ? 3_000_000 : 60_000;

test(`${SPAWNS} spawns in one job leave it and its agent as they were`, async (context) => {
  const { stdout } = await runRanks(PROGRAM, { ranks: 1, args: ['spawn', String(SPAWNS)], timeoutMs });
  assert.match(stdout, /^ok \d+ rounds$/m);
  if (soak) context.diagnostic(stdout);
});

test(`${MEETINGS} meetings of two ranks leave them and their agent as they were`, async (context) => {
  const { stdout } = await runRanks(PROGRAM, { ranks: 2, args: ['connect', String(MEETINGS)], timeoutMs });
  assert.equal(stdout.match(/^ok \d+ rounds$/gm)?.length, 2);
  if (soak) context.diagnostic(stdout);
});

test(`${CLIENTS} clients, each a job of its own, leave a server and its agent as they were`, async (context) => {
  const place = makeSharedMemory();
  const env = { PARLEY_SHM_DIR: place };
  const server = startRanks(PROGRAM, { ranks: 1, args: ['server', String(CLIENTS)], env, timeoutMs });
  try {
    const port = (await server.waitForOutput(/^port (\S+)$/m))[1] ?? '';
    const options = { ranks: 1, args: ['client', port], env };
    for (let client = 0; client < CLIENTS; client++) {
      // One in two has an agent in the background.
      const alone = [process.execPath, programFile(PROGRAM), ...options.args];
      const run = client % 2 === 0 ? startRanks(PROGRAM, options) : new ParleyRun(alone, { env, input: '' });
      assert.equal((await run.ended).code, 0, `${run.describe()}\n${server.describe()}`);
      await run.expectClean();
    }
    const { code, stdout } = await server.ended;
    assert.equal(code, 0, server.describe());
    assert.match(stdout, /^ok \d+ rounds$/m);
    if (soak) context.diagnostic(stdout.replaceAll(/^served.*\n/gm, ''));
    await server.expectClean();
  } finally {
    server.release();
    rmSync(place, { recursive: true });
  }
});
