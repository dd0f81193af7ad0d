/** The agent of a process that was started by itself is killed: nobody waits for it, and another one takes its place. */
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { waitForNoProcess } from '../harness/leftovers.ts';
import { ParleyRun } from '../harness/parley-run.ts';
import { programFile, startRanks } from '../harness/run-ranks.ts';
import { makeSharedMemory } from '../runtime/shared-memory.ts';

const startAlone = (args: readonly string[] = [], env: Record<string, string> = {}): ParleyRun =>
  new ParleyRun([process.execPath, programFile('agent-killed'), ...args], { env });

test('whatever waits for an agent that is killed fails at once, and what comes next has a new one', async (context) => {
  const run = startAlone();
  try {
    const { code, stdout } = await run.ended;
    assert.equal(code, 0, run.describe());
    const titles = stdout.split('\n').filter((line) => line.startsWith('ok '));
    assert.equal(titles.length, 6);
    for (const title of titles) await context.test(title.slice(3), () => undefined);
    await run.expectClean();
  } finally {
    run.release();
  }
});

/** A peer with a port, started by a launcher, and a program that is started by itself with that; nothing is left of them. */
async function withPeer(
  role: string,
  test: (peer: ParleyRun, alone: ParleyRun) => Promise<void>,
): Promise<void> {
  const place = makeSharedMemory();
  const env = { PARLEY_SHM_DIR: place };
  const peer = startRanks('agent-killed', { ranks: 1, args: ['peer'], env });
  const runs = [peer];
  try {
    const [, port = ''] = await peer.waitForOutput(/^port (\S+)$/m);
    const alone = startAlone([role, port], env);
    runs.push(alone);
    await test(peer, alone);
    for (const run of runs) await run.expectClean();
    // The guard of the launcher that was killed is still at it.
    assert.deepEqual(await waitForNoProcess(place), []);
    assert.deepEqual(readdirSync(place), []);
  } finally {
    for (const run of runs) run.release();
    rmSync(place, { recursive: true });
  }
}

test('a new agent watches those whom its process has met before', () =>
  withPeer('client', async (peer, client) => {
    await client.waitForOutput(/^a new agent watches$/m);
    peer.kill('SIGKILL');
    const { code, stdout } = await client.ended;
    assert.equal(code, 0, client.describe());
    assert.match(stdout, /^ok the peer is lost, too$/m);
  }));

for (const way of ['blocking', 'awaiting']) {
  test(`a new agent watches those whom its process has met also where that does nothing but wait (${way})`, () =>
    withPeer(way, async (peer, client) => {
      await client.waitForOutput(/^the agent is gone$/m);
      peer.kill('SIGKILL');
      const { code, stdout } = await client.ended;
      assert.equal(code, 0, client.describe());
      assert.match(stdout, /^ok the peer is lost$/m);
    }));
}

test('an agent tells the children that its process has left behind of lost peers', () =>
  withPeer('leaver', async (peer, leaver) => {
    await leaver.waitForOutput(/^ok the parents are gone$/m);
    peer.kill('SIGKILL');
    const { code, stdout } = await leaver.ended;
    assert.equal(code, 0, leaver.describe());
    assert.match(stdout, /^ok the peer is lost$/m);
  }));
