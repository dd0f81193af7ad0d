/** Jobs started by a program instead of a command line: the agent needs no terminal. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, it } from 'node:test';
import { LaunchError } from '#runtime/launch-error.js';
import { launchJob } from '#runtime/launch-job.js';
import { outputEnds } from '#runtime/output/output-end.js';
import { runningNode } from '#pmi/node-runtime.js';
import type { JobReport } from '#runtime/job-report.js';
import type { JobSpec, ProgramGroup } from '#runtime/job-spec.js';
import type { RunningJob } from '#runtime/running-job.js';
import { makeSharedMemory } from './shared-memory.ts';

class Collector extends Writable {
  text = '';
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString();
    done();
  }
}

function group(count: number, program: string, ...args: string[]): ProgramGroup {
  return { program, args, count, variables: {}, workingDirectory: null, path: '' };
}

interface Started {
  readonly job: RunningJob;
  readonly stdout: Collector;
  readonly stderr: Collector;
  readonly reports: JobReport[];
}

describe('a job started by a program', () => {
  const sharedMemory = makeSharedMemory();

  function launch(
    groups: ProgramGroup[],
    more: Partial<JobSpec> = {},
    input: Readable = Readable.from([]),
  ): Started {
    const [stdout, stderr] = [new Collector(), new Collector()];
    const ends = outputEnds(false, false);
    const output = {
      stdout: { target: stdout, isTerminal: false, end: ends.stdout, label: null },
      stderr: { target: stderr, isTerminal: false, end: ends.stderr, label: null },
    };
    const reports: JobReport[] = [];
    const job = launchJob(
      {
        job: randomBytes(16).toString('hex'),
        groups,
        slots: 1,
        oversubscribe: true,
        warm: 0,
        node: runningNode(),
        origin: null,
        keepGoing: false,
        timeLimitMs: null,
        graceMs: 1000,
        stdin: 0,
        outputDirectory: null,
        variables: { ...process.env, PARLEY_SHM_DIR: sharedMemory },
        workingDirectory: process.cwd(),
        ...more,
      },
      {
        output,
        input: () => input,
        report: (report) => reports.push(report),
        spawnedOutput: () => output,
      },
    );
    return { job, stdout, stderr, reports };
  }

  it('tells how each rank ended, and leaves nothing', async () => {
    const { job, stdout } = launch(
      [group(1, 'cat'), group(1, 'sh', '-c', 'echo two')],
      {},
      Readable.from(['one\n']),
    );
    assert.deepEqual(
      job.status().map(({ ranks }) => ranks.length),
      [2],
    );
    const result = await job.result;
    assert.deepEqual([result.exitCode, result.cause, result.lastWords], [0, null, '']);
    assert.deepEqual(
      result.ranks.map(({ rank, program, state }) => ({ rank, program, state })),
      ['cat', 'sh'].map((program, rank) => ({
        rank,
        program,
        state: { kind: 'exited', code: 0, mpi: 'never' },
      })),
    );
    assert.deepEqual(stdout.text.split('\n').sort(), ['', 'one', 'two']);
    assert.deepEqual(readdirSync(sharedMemory), []);
  });

  it('tells the cause of a failure with the last words, and reports what happens', async () => {
    const { job, reports } = launch([group(1, 'sh', '-c', 'echo sorry >&2; exit 3'), group(1, 'true')], {
      keepGoing: true,
    });
    const result = await job.result;
    assert.deepEqual(result.cause, { kind: 'exited', rank: 0, code: 3 });
    assert.equal(result.lastWords, 'sorry');
    assert.deepEqual(
      reports.map(({ type }) => type),
      ['failed'],
    );
  });

  it('takes its hands off the outputs when all is written', async () => {
    const { job, stdout, stderr } = launch([group(1, 'echo', 'x')]);
    const listeners = (): number[] => [stdout, stderr].map((stream) => stream.listenerCount('error'));
    assert.deepEqual(listeners(), [1, 1]);
    await job.result;
    await job.flush();
    assert.deepEqual(listeners(), [0, 0]);
  });

  it('can be ended', async () => {
    const { job } = launch([group(2, 'sleep', '1000')]);
    job.terminate('SIGTERM');
    assert.equal((await job.result).exitCode, 143);
  });

  it('is refused before anything starts where a program is missing', () => {
    assert.throws(
      () => launch([group(1, 'true'), group(1, './missing')]),
      (error) => {
        assert.ok(error instanceof LaunchError);
        assert.equal(error.exitCode, 127);
        return true;
      },
    );
    assert.deepEqual(readdirSync(sharedMemory), []);
  });

  it('takes its input slowly where its reader is slow', async () => {
    const input = new PassThrough();
    const { job } = launch([group(1, 'sh', '-c', 'read -r go; sleep 0.1')], {}, input);
    let taken = 0;
    while (input.write(Buffer.alloc(65_536)) && taken < 100) {
      taken++;
      await new Promise(setImmediate);
    }
    // A pipe's worth and the stream's own buffers, then it waits.
    assert.ok(taken < 100, `${taken} chunks of 64 KiB were taken`);
    input.write('\n');
    input.end();
    assert.equal((await job.result).exitCode, 0);
    rmSync(sharedMemory, { recursive: true });
  });
});
