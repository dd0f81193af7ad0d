/** Rank programs under the real launcher, as the other tests start them. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runRanks, startRanks } from './run-ranks.ts';
import { sendSignal } from './leftovers.ts';

const lines = (text: string): string[] => text.trim().split('\n').sort();

describe('ranks under the harness', () => {
  it('are as many as asked for', async () => {
    const { stdout } = await runRanks('greeting', { ranks: 3 });
    assert.deepEqual(lines(stdout), ['rank 0 of 3', 'rank 1 of 3', 'rank 2 of 3']);
  });

  it('may be asked to fail', async () => {
    const { code } = await runRanks('greeting', { ranks: 2, args: ['exit', '1', '7'], exitCode: 7 });
    assert.equal(code, 7);
  });

  it('show both outputs where they fail unasked', async () => {
    const failing = runRanks('greeting', { ranks: 2, args: ['exit', '1', '7'] });
    await assert.rejects(
      failing,
      /exit code 7 where exit code 0 is wanted[^]*─── stdout[^]*rank 1 of 2[^]*─── stderr/,
    );
  });

  it('are found as processes while they run, and end with one signal', async () => {
    const run = startRanks('greeting', { ranks: 2, args: ['stay'] });
    await run.waitForOutput(/rank 0[^]*rank 1|rank 1[^]*rank 0/);
    const ranks = run.rankProcesses();
    assert.deepEqual([...ranks.keys()].sort(), [0, 1]);
    for (const { command } of ranks.values()) assert.match(command, /greeting\.js stay$/);
    assert.equal(sendSignal(ranks.get(1)!.pid, 'SIGKILL'), true);
    assert.equal((await run.ended).code, 128 + 9);
    await run.expectClean();
  });

  it('fail at once where the program is not there', () => {
    assert.throws(() => startRanks('no-such-program'), /There is no test\/programs\/no-such-program\.ts/);
  });
});
