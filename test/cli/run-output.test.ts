/** Output of the ranks: whole lines, each rank's order, everything delivered; files, labels, lost readers. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ROOT, ParleyRun, startParley } from '../harness/parley-run.ts';
import { STEPS, expectExit } from './finished-run.ts';

const PARLEY = [process.execPath, join(ROOT, 'bin/parley.js'), 'run'];
const LINES = 100_000;
const LOOK_MS = 10;

/** Checks that every line is a rank's own, and that each rank's are complete and in order. */
function expectNumberedLines(text: string, ranks: number): void {
  const next = Array.from({ length: ranks }, () => 0);
  for (const line of text.trimEnd().split('\n')) {
    const { rank, number } = /^rank (?<rank>\d) line (?<number>\d+) x{40}$/.exec(line)?.groups ?? {};
    assert.ok(rank !== undefined, `mixed line: ${line}`);
    assert.equal(Number(number), next[Number(rank)], `rank ${rank} is out of order`);
    next[Number(rank)] = Number(number) + 1;
  }
  assert.deepEqual(
    next,
    Array.from({ length: ranks }, () => LINES),
  );
}

/** Resolves when a process has read and written nothing for some looks. */
async function untilQuiet(file: string): Promise<void> {
  let last = '';
  for (let same = 0; same < 5;) {
    const now = readFileSync(file, 'latin1');
    same = now === last ? same + 1 : 0;
    last = now;
    await delay(LOOK_MS);
  }
}

describe('the output of ranks', () => {
  const writeLines = `
    const { rank } = JSON.parse(process.env.PARLEY_JOB_ENVIRONMENT);
    for (let line = 0; line < ${LINES}; line++) console.log('rank %d line %d ' + 'x'.repeat(40), rank, line);`;

  it('of two ranks that write many lines each is neither mixed nor out of order nor cut', async () => {
    const { stdout } = await expectExit(0, ['-n', '2', 'node', '-e', writeLines]);
    expectNumberedLines(stdout, 2);
  });

  it('waits for a slow reader, and loses nothing', async () => {
    // The reader takes nothing until told to; the ranks fill all buffers and wait.
    const run = startParley([
      'run',
      '-n',
      '2',
      'sh',
      '-c',
      `yes "$(printf '%08000d' 0)" | head -n 1000; echo end`,
    ]);
    const { stdout } = await run.ended;
    assert.equal(stdout.match(/^0{8000}$/gm)?.length, 2000);
    assert.equal(stdout.match(/^end$/gm)?.length, 2);
    await run.expectClean();
  });

  it('holds little while its reader takes nothing', async () => {
    const run = spawn(
      process.execPath,
      [...PARLEY.slice(1), '-n', '2', 'sh', '-c', 'yes | head -c 50000000; echo end'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const memory = (): number =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${run.pid}/status`, 'latin1'))?.[1]);
    await once(run.stdout, 'readable');
    const before = memory();
    // Nothing is read until the ranks cannot write any more.
    await untilQuiet(`/proc/${run.pid}/io`);
    assert.ok(memory() - before < 30_000, `grew by ${memory() - before} kB`);
    let bytes = 0;
    run.stdout.on('data', (chunk: Buffer) => (bytes += chunk.length));
    assert.deepEqual(await once(run, 'close'), [0, null]);
    assert.equal(bytes, 2 * (50_000_000 + 4));
  });

  it('goes unlabelled into a pipe, and labelled where asked', async () => {
    assert.equal((await expectExit(0, ['-n', '2', 'echo', 'x'])).stdout, 'x\nx\n');
    const { stdout } = await expectExit(0, ['-n', '2', '--label', 'echo', 'x']);
    assert.deepEqual(stdout.split('\n').sort(), ['', '[0] x', '[1] x']);
  });

  it('passes bytes that are no text unharmed', async () => {
    const run = spawn(
      process.execPath,
      [...PARLEY.slice(1), '-n', '1', 'head', '-c', '300000', '/dev/urandom'],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let bytes = 0;
    run.stdout.on('data', (chunk: Buffer) => (bytes += chunk.length));
    assert.deepEqual(await once(run, 'close'), [0, null]);
    assert.equal(bytes, 300_000);
  });

  it('reaches scripts that open /dev/stdout and /dev/stderr', async () => {
    const { stdout, stderr } = await expectExit(0, [
      '-n',
      '1',
      'sh',
      '-c',
      'echo out >/dev/stdout; echo err >/dev/stderr',
    ]);
    assert.deepEqual([stdout, stderr], ['out\n', 'err\n']);
  });

  it('goes into a file for each rank with --output, and the last words come from there', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'parley-output-'));
    try {
      const logs = join(directory, 'new/logs');
      const { stdout, stderr } = await expectExit(3, [
        '-n', '3', '--output', logs, STEPS, '*=print:hello,warn:careful', '2=until:0/ENDED,until:1/ENDED,print:bye,warn:last,exit:3',
      ]); // prettier-ignore
      const read = (name: string): string => readFileSync(join(logs, name), 'utf8');
      assert.equal(stdout, '');
      assert.match(stderr, /rank 2 \(.*\) exited with code 3; its last words:\nlast\n$/);
      assert.deepEqual(
        readdirSync(logs).sort(),
        [0, 1, 2].flatMap((rank) => [`rank.${rank}.err`, `rank.${rank}.out`]),
      );
      assert.deepEqual([read('rank.0.out'), read('rank.1.err')], ['hello\n', 'careful\n']);
      assert.deepEqual([read('rank.2.out'), read('rank.2.err')], ['bye\n', 'last\n']);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('ends the job quietly where its reader has gone', async () => {
    const run = new ParleyRun(['sh', '-c', `"$@" | head -n 1; echo "$?"`, 'sh', ...PARLEY, '-n', '2', 'yes']);
    const { stdout, stderr } = await run.ended;
    assert.deepEqual([stdout, stderr], ['y\n0\n', '']);
    await run.expectClean();
  });

  it('has the exit code 141 where its reader has gone', async () => {
    const run = new ParleyRun([
      'bash',
      '-c',
      `"$@" | head -n 1; echo "\${PIPESTATUS[0]}"`,
      'bash',
      ...PARLEY,
      '-n',
      '2',
      'yes',
    ]);
    assert.equal((await run.ended).stdout, 'y\n141\n');
    await run.expectClean();
  });

  it('ends with its ranks, what they leave running included', async () => {
    const { stdout } = await expectExit(0, [
      '-n',
      '2',
      '--grace',
      '100ms',
      'sh',
      '-c',
      'sleep 1000 & echo left',
    ]);
    assert.equal(stdout, 'left\nleft\n');
  });

  it('of a process that a rank leaves for a moment is still delivered', async () => {
    const { stdout } = await expectExit(0, ['-n', '1', 'sh', '-c', '(sleep 0.2; echo late) & echo early']);
    assert.equal(stdout, 'early\nlate\n');
  });
});

describe('on a terminal', () => {
  /** Runs under a pseudo-terminal; what it shows comes on the standard output. */
  const onTerminal = (args: readonly string[], env: Record<string, string> = {}): ParleyRun => {
    const command = [...PARLEY, ...args].map((word) => `'${word}'`).join(' ');
    // `exec`, lest the terminal's shell stay between and answer Ctrl-C with an exit code of its own.
    return new ParleyRun(['script', '-qefc', `exec ${command}`, '/dev/null'], {
      env: { NO_COLOR: '1', ...env },
    });
  };

  it('lines are labelled with their ranks', async () => {
    const run = onTerminal(['-n', '2', 'echo', 'x']);
    const { stdout, code } = await run.ended;
    assert.deepEqual(stdout.split('\r\n').sort(), ['', '[0] x', '[1] x']);
    assert.equal(code, 0);
    await run.expectClean();
  });

  it('labels are coloured, unless NO_COLOR is set', async () => {
    const run = onTerminal(['-n', '2', 'echo', 'x'], { NO_COLOR: '', TERM: 'xterm' });
    assert.match((await run.ended).stdout, /\u001b\[36m\[0\]\u001b\[39m x/);
    await run.expectClean();
  });

  it('a single rank has no label', async () => {
    const run = onTerminal(['-n', '1', 'echo', 'x']);
    assert.equal((await run.ended).stdout, 'x\r\n');
    await run.expectClean();
  });

  it('a prompt is shown, and its answer read', async () => {
    const ask = 'printf "name? "; read -r name; echo "hello $name"';
    const run = onTerminal(['-n', '1', 'sh', '-c', ask, ':', '-n', '1', 'true']);
    await run.waitForOutput(/\[0\] name\? $/);
    run.stdin.write('Ada\n');
    assert.match((await run.ended).stdout, /hello Ada\r\n$/);
    await run.expectClean();
  });

  it('Ctrl-C asks the ranks to end', async () => {
    const run = onTerminal(['-n', '2', STEPS, '*=handle:SIGINT/0,print:ready,wait']);
    await run.waitForOutput(/(?:ready[^]*){2}/);
    run.stdin.write('\u0003');
    const { stdout, code } = await run.ended;
    assert.match(stdout, /parley: asked 2 running ranks to end; press Ctrl-C again to kill/);
    assert.equal(code, 0);
    await run.expectClean();
  });
});
