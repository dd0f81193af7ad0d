/** The command `parley` itself: help, version, slips; and that nothing of it depends on what PATH holds. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { startParley, type RunResult } from '../harness/parley-run.ts';
import { expectExit } from './finished-run.ts';

async function parley(...args: string[]): Promise<RunResult> {
  const run = startParley(args);
  const result = await run.ended;
  await run.expectClean();
  return result;
}

describe('parley', () => {
  it('shows its commands with --help, on one screen', async () => {
    for (const args of [['--help'], ['-h'], ['help']]) {
      const { code, stdout, stderr } = await parley(...args);
      assert.deepEqual([code, stderr], [0, '']);
      const lines = stdout.trimEnd().split('\n');
      assert.ok(lines.length <= 24 && lines.every((line) => line.length <= 80));
      assert.match(stdout, /^ {2}run +start the ranks/m);
    }
  });

  it('shows the same without a command, as a failure', async () => {
    const { code, stdout, stderr } = await parley();
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /^Usage: parley/);
  });

  it('shows the help of a command in two ways', async () => {
    const [one, two] = [await parley('run', '--help'), await parley('help', 'run')];
    assert.equal(one.code, 0);
    assert.equal(one.stdout, two.stdout);
    assert.match(one.stdout, /^Usage: parley run/);
  });

  it('shows its version', async () => {
    const { code, stdout } = await parley('--version');
    assert.equal(code, 0);
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  });

  it('guesses what a slip was meant to be', async () => {
    const slip = async (...args: string[]): Promise<string> => {
      const { code, stdout, stderr } = await parley(...args);
      assert.deepEqual([code, stdout], [2, '']);
      return stderr;
    };
    assert.equal(
      await slip('rnu'),
      'parley: unknown command "rnu"; did you mean: parley run\nparley: see: parley --help\n',
    );
    assert.match(await slip('app.ts', '-v'), /"app\.ts" is no command; did you mean: parley run app\.ts -v/);
    assert.match(await slip('frobnicate'), /unknown command "frobnicate"\n/);
    assert.match(await slip('--frob'), /unknown option "--frob"\n/);
    assert.equal(
      await slip('run', '-n', '0', 'true'),
      'parley: -n: "0" is no number of processes: a whole number from 1 is wanted\nparley: see: parley run --help\n',
    );
  });

  it('finds its parts wherever PATH leads first', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'parley-path-'));
    try {
      for (const name of ['node', 'tsx', 'mpirun', 'mpiexec', 'sh', 'orted', 'parley']) {
        writeFileSync(join(directory, name), '#!/bin/sh\nexit 99\n', { mode: 0o755 });
      }
      writeFileSync(join(directory, 'app.ts'), 'console.log("own" as string);');
      const env = { PATH: `${directory}:${process.env['PATH'] ?? ''}` };
      const { stdout } = await expectExit(0, ['-n', '2', 'app.ts'], { cwd: directory, env });
      assert.equal(stdout, 'own\nown\n');
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
