/** The exit code of `parley run` is that of the first failure, and the rank at fault is named. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { withTimeEnough } from '../harness/time-enough.ts';
import { STEPS, expectExit } from './finished-run.ts';

describe('the exit code of a job', () => {
  it('is 0 where all ranks end well, with or without MPI', async () => {
    await expectExit(0, ['-n', '3', STEPS, '*=start,finalize']);
    const { stdout } = await expectExit(0, ['-n', '2', 'echo', 'hello']);
    assert.equal(stdout, 'hello\nhello\n');
  });

  it('is the code of a rank that fails after it has left MPI', async () => {
    const { stderr } = await expectExit(3, ['-n', '2', STEPS, '*=start,finalize', '1=start,finalize,exit:3']);
    assert.match(stderr, /^parley: rank 1 \(pid \d+, steps\.js\) exited with code 3/m);
  });

  it('is the code of a rank that fails before, and the others are ended at once', async () => {
    const { stderr } = await expectExit(5, [
      '-n',
      '3',
      STEPS,
      '*=start,wait',
      '0=until:1/RUNNING,until:2/RUNNING,exit:5',
    ]);
    assert.match(stderr, /^parley: rank 0 \(pid \d+, steps\.js\) exited with code 5/m);
    assert.doesNotMatch(stderr, /rank [12] /);
  });

  it('is the code of an abort', async () => {
    const { stderr } = await expectExit(9, [
      '-n',
      '2',
      STEPS,
      '0=start,wait',
      '1=start,until:0/RUNNING,abort:9',
    ]);
    assert.match(stderr, /^parley: rank 1 \(pid \d+, steps\.js\) aborted the job with code 9/m);
  });

  it('is 1 after an abort with 0', async () => {
    await expectExit(1, ['-n', '2', STEPS, '0=start,wait', '1=start,abort:0']);
  });

  for (const [signal, code] of [
    ['SIGSEGV', 139],
    ['SIGKILL', 137],
    ['SIGTERM', 143],
  ] as const) {
    it(`is ${code} after ${signal}, which is named`, async () => {
      const { stderr } = await expectExit(code, [
        '-n',
        '2',
        STEPS,
        '0=start,wait',
        `1=start,signal:${signal}`,
      ]);
      assert.match(
        stderr,
        new RegExp(`^parley: rank 1 \\(pid \\d+, steps\\.js\\) was killed by ${signal}`, 'm'),
      );
    });
  }

  it('is 1 where a rank ends with 0 without starting MPI and another one waits', async () => {
    const { stderr } = await expectExit(1, ['-n', '2', STEPS, '0=start,wait', '1=print:bye']);
    assert.match(stderr, /^parley: rank 1 \(.*\) ended without starting MPI.*does it import 'parley'\?/m);
  });

  it('is 1 where the others start MPI only afterwards', async () => {
    const { stderr } = await expectExit(1, [
      '-n',
      '1',
      STEPS,
      '0=until:1/ENDED,start,wait',
      ':',
      '-n',
      '1',
      'true',
    ]);
    assert.match(stderr, /^parley: rank 1 \(pid \d+, true\) ended without starting MPI/m);
  });

  it('is 1 where a rank vanishes with 0 in the middle of MPI', async () => {
    const { stderr } = await expectExit(1, ['-n', '2', STEPS, '0=start,wait', '1=start,exit:0']);
    assert.match(stderr, /rank 1 \(.*\) ended with code 0 in the middle of MPI/);
  });

  it('is that of the first failure with --keep-going, when all have ended', async () => {
    const { stdout, stderr } = await expectExit(137, [
      '-n', '3', '--keep-going', STEPS,
      '0=start,until:1/FAILED,tell:1,until:2/FAILED,tell:2,finalize',
      '1=start,signal:SIGKILL',
      '2=start,until:1/FAILED,exit:4',
    ]); // prettier-ignore
    assert.equal(stdout, 'rank 1 failed: code 0, signal SIGKILL\nrank 2 failed: code 4, signal none\n');
    assert.match(stderr, /rank 1 \(.*\) was killed by SIGKILL; the others go on/);
    assert.match(stderr, /rank 2 \(.*\) exited with code 4; the others go on/);
    assert.match(stderr, /^parley: rank 1 \(.*\) was killed by SIGKILL\n$/m);
  });

  it('is 110 at the time limit, with the state of each rank', async () => {
    const states = [
      /^ {2}rank 0 \(.*\): (?:does not wait in MPI|computes) \(.*\)$/m,
      /^ {2}rank 1 \(.*\): runs, and has left MPI$/m,
      /^ {2}rank 2 \(.*\): runs, and has not started MPI$/m,
      /^ {2}rank 3 \(.*\): exited with code 0$/m,
    ];
    const { stderr, limitMs } = await withTimeEnough(states, (limit) =>
      expectExit(110, [
        '-n', '4', '--timeout', `${limit}ms`, STEPS, '0=start,wait', '1=start,finalize,wait', '2=wait', '3=start,finalize',
      ]),
    ); // prettier-ignore
    assert.match(
      stderr,
      new RegExp(`^parley: the time limit of ${limitMs / 1000} s is reached; ending the job:$`, 'm'),
    );
    for (const state of states) assert.match(stderr, state);
  });

  it('is told with its cause in the status file', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'parley-status-'));
    try {
      const file = join(directory, 'status.json');
      const status = (): Record<string, unknown> =>
        JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
      await expectExit(7, ['-n', '2', '--status-file', file, STEPS, '0=start,wait', '1=exit:7']);
      const { pid, job, ...rest } = status();
      assert.equal(typeof pid, 'number');
      assert.match(String(job), /^[0-9a-f]{32}$/);
      assert.deepEqual(rest, {
        cause: 'exited', exitCode: 7, rank: 1, program: STEPS, code: 7, signal: null, message: null,
      }); // prettier-ignore
      await expectExit(139, ['-n', '1', '--status-file', file, STEPS, '0=signal:SIGSEGV']);
      assert.deepEqual([status()['cause'], status()['signal']], ['killed', 'SIGSEGV']);
      await expectExit(0, ['-n', '1', '--status-file', file, 'true']);
      assert.equal(status()['cause'], 'success');
      await expectExit(127, ['--status-file', file, 'no-such-program']);
      assert.deepEqual([status()['cause'], status()['exitCode']], ['notLaunched', 127]);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});

describe('the last words of the first rank that fails', () => {
  it('are printed last and whole, after what the others print', async () => {
    const { stderr } = await expectExit(1, [
      '-n', '2', STEPS, '0=ignore:SIGTERM,warn:ready,start,until:1/FAILED,warn:noise,exit:0', '1=until:0/RUNNING,throw:broken pieces',
    ]); // prettier-ignore
    const [before = '', words = ''] = stderr.split(
      /parley: rank 1 \(pid \d+, steps\.js\) exited with code 1; its last words:\n/,
    );
    assert.match(before, /^noise$/m);
    assert.match(words, /Error: broken pieces\n {4}at .*steps\.[jt]s:\d+/);
    assert.match(words, /Node\.js v[\d.]+\n$/);
  });

  it('are not repeated where nobody has written after them', async () => {
    const { stderr } = await expectExit(1, ['-n', '2', STEPS, '0=start,wait', '1=throw:once']);
    assert.match(stderr, /Error: once[^]*\nparley: rank 1 \(pid \d+, steps\.js\) exited with code 1\n$/);
    assert.equal(stderr.match(/Error: once/g)?.length, 1);
  });
});
