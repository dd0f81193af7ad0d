/** The harness must see what a run leaves behind: else every test that relies on it proves nothing. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { ParleyRun, type ParleyRunOptions } from './parley-run.ts';

/** Runs a line of JavaScript in the place of the launcher. */
function runCode(code: string, options?: ParleyRunOptions): ParleyRun {
  return new ParleyRun([process.execPath, '-e', code], options);
}

const KEEPS_RUNNING = 'setInterval(() => {}, 1000)';

describe('a run under the harness', () => {
  it('tells exit code and both outputs, and removes its directory', async () => {
    const run = runCode('console.log("out"); console.error("err"); process.exitCode = 3');
    assert.deepEqual(await run.ended, { code: 3, signal: null, stdout: 'out\n', stderr: 'err\n' });
    await run.expectClean();
    assert.equal(existsSync(run.sharedMemory), false);
  });

  it('tells the signal that ended it', async () => {
    const run = runCode(`console.log("up"); ${KEEPS_RUNNING}`);
    await run.waitForOutput(/up/);
    assert.equal(run.kill('SIGKILL'), true);
    assert.equal((await run.ended).signal, 'SIGKILL');
    await run.expectClean();
  });

  it('feeds its standard input', async () => {
    const run = runCode('process.stdin.pipe(process.stdout)', { input: 'to and fro' });
    assert.equal((await run.ended).stdout, 'to and fro');
    await run.expectClean();
  });

  it('finds and ends a detached process that was left', async () => {
    const leave = `require('child_process').spawn(process.execPath, ['-e', '${KEEPS_RUNNING}'], { detached: true, stdio: 'ignore' }).unref()`;
    const run = runCode(leave);
    await assert.rejects(run.expectClean(100), /It left behind:\n {2}process \d+/);
    assert.deepEqual(run.processes(), []);
  });

  it('finds a file that was left in shared memory', async () => {
    const run = runCode('require("fs").writeFileSync(process.env.PARLEY_SHM_DIR + "/segment", "")');
    await assert.rejects(run.expectClean(), /file segment/);
    assert.equal(existsSync(run.sharedMemory), false);
  });

  it('kills what takes too long, and shows what it had printed', async () => {
    const run = runCode(`console.log("begun"); ${KEEPS_RUNNING}`, { timeoutMs: 700 });
    await assert.rejects(run.ended, /did not end within 0\.7 s[^]*begun/);
    run.release();
    assert.deepEqual(run.processes(), []);
  });

  it('says so where the end comes before the awaited output', async () => {
    const run = runCode('console.log("something else")');
    await assert.rejects(run.waitForOutput(/the line/), /ended before stdout matched[^]*something else/);
    await run.expectClean();
  });
});
