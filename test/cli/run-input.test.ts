/** The standard input of the launcher goes to rank 0, or to whom --stdin names. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startParley } from '../harness/parley-run.ts';
import { expectExit } from './finished-run.ts';

const COUNT = 'wc -c';
const MEGABYTE = 'x'.repeat(1_000_000);
const label = ['--label'];

/** What each rank counted. */
async function counts(args: readonly string[], input: string): Promise<string[]> {
  const { stdout } = await expectExit(0, [...label, ...args, 'sh', '-c', COUNT], { input });
  return stdout.trim().split('\n').sort();
}

describe('the standard input', () => {
  it('goes to rank 0 whole and with its end, and is empty for the others', async () => {
    assert.deepEqual(await counts(['-n', '4'], MEGABYTE), ['[0] 1000000', '[1] 0', '[2] 0', '[3] 0']);
  });

  it('goes to another rank, to all, or to none', async () => {
    assert.deepEqual(await counts(['-n', '3', '--stdin', '2'], MEGABYTE), ['[0] 0', '[1] 0', '[2] 1000000']);
    assert.deepEqual(await counts(['-n', '2', '--stdin', 'all'], MEGABYTE), ['[0] 1000000', '[1] 1000000']);
    assert.deepEqual(await counts(['-n', '2', '--stdin', 'none'], MEGABYTE), ['[0] 0', '[1] 0']);
  });

  it('is answered while it is still open', async () => {
    const run = startParley(['run', '-n', '2', 'sh', '-c', 'while read -r line; do echo "got $line"; done']);
    run.stdin.write('one\n');
    await run.waitForOutput(/got one\n/);
    run.stdin.write('two\n');
    await run.waitForOutput(/got two\n/);
    run.stdin.end();
    assert.equal((await run.ended).code, 0);
    await run.expectClean();
  });

  it('may be left unread, closed, or read in part', async () => {
    await expectExit(0, ['-n', '1', 'true'], { input: MEGABYTE });
    await expectExit(0, ['-n', '1', 'sh', '-c', 'exec <&-; sleep 0.1'], { input: MEGABYTE });
    const { stdout } = await expectExit(0, ['-n', '1', 'head', '-c', '3'], { input: MEGABYTE });
    assert.equal(stdout, 'xxx');
  });

  it('does not keep a job alive, however long it stays open', async () => {
    const run = startParley(['run', '-n', '2', 'true']);
    assert.equal((await run.ended).code, 0);
    await run.expectClean();
  });
});
