/** The whole program under the real launcher: clients and a master in processes of their own. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PNG } from 'pngjs';
import { countPhotons, FrameSum, maximumOf } from '../../examples/psana/results/frame-sum.ts';
import { NpyFile } from '../../examples/psana/results/npy-file.ts';
import { findPeaks } from '../../examples/psana/detector/peak-finder.ts';
import { openSource } from '../../examples/psana/sources/registry.ts';
import { HELP, parseArguments } from '../../examples/psana/arguments.ts';
import { npyBytes } from '../fixtures/psana/npy-bytes.ts';
import { ROOT, type ParleyRun, type RunResult } from '../harness/parley-run.ts';
import { runRanks, startRanks, type RunRanksOptions } from '../harness/run-ranks.ts';

const EXPERIMENT = ['exp=xpptut15:run=54', 'cspad'];
const DRIVER = 'build/examples/psana/mpi_driver.js';
const REAL_FRAME = path.join(ROOT, '../shared/data/cxitut13_r10_32_cspadAsic.npy');
const folder = { path: '' };

before(async () => {
  folder.path = await mkdtemp(path.join(os.tmpdir(), 'psana-run-'));
});
after(async () => {
  await rm(folder.path, { recursive: true });
});

interface Psana extends RunRanksOptions {
  /** Folder of the results, below the folder of this file. */
  readonly output: string;
}

async function psana(args: readonly string[], options: Psana): Promise<RunResult> {
  const { output, ...rest } = options;
  return await runRanks(DRIVER, { ...rest, args: [...args, '--output', path.join(folder.path, output)] });
}

function startPsana(args: readonly string[], options: Psana): ParleyRun {
  const { output, ...rest } = options;
  return startRanks(DRIVER, { ...rest, args: [...args, '--output', path.join(folder.path, output)] });
}

async function imageOf(
  output: string,
  name: string,
): Promise<{ image: Float64Array; rows: number; columns: number }> {
  const npy = await NpyFile.open(path.join(folder.path, output, name));
  const image = Float64Array.from(await npy.read(0));
  await npy.close();
  return { image, rows: npy.rows, columns: npy.columns };
}

/** The same analysis by one process, without any messages. */
async function analysedAlone(events: number): Promise<FrameSum> {
  const run = await (await openSource('exp=xpptut15:run=54', 0)).openRun(54, 'cspad');
  const { rows, columns, calibrate, peaks, aduPerPhoton = NaN } = run.detector;
  const sum = new FrameSum(rows * columns);
  for (let event = 0; event < events; event++) {
    const frame = await run.frame(event);
    if (frame === undefined) {
      sum.addDropped();
      continue;
    }
    const image = calibrate(frame);
    const found = findPeaks(image, rows, columns, peaks);
    sum.addFrame(image, columns, found, found.length >= 4, countPhotons(image, aduPerPhoton));
  }
  return sum;
}

/** What the last line of a run counts: events, dropped shots, updates, hits, peaks. */
function countsIn(stdout: string, name: string): number[] {
  const line = `^${name}: (\\d+) events?(?: and (\\d+) dropped shots?)? in (\\d+) updates?, (\\d+) hits? \\(.*\\), (\\d+) peaks?$`;
  const found = new RegExp(line, 'm').exec(stdout);
  assert.ok(found !== null, stdout);
  return found.slice(1).map((text: string | undefined) => Number(text ?? 0));
}

/** Small frames in a file, so many that nobody is through with them soon. */
async function manyFrames(name: string, count: number): Promise<string> {
  const file = path.join(folder.path, `${name}.npy`);
  const values = Array.from({ length: count * 6 }, (_, index) => index % 7);
  await writeFile(file, npyBytes(values, [count, 2, 3], { dtype: 'u2', order: '<' }));
  return `file=${file}`;
}

describe('psana', () => {
  it('runs by the command line of the original, and conserves every photon and every bit of the mean image', async () => {
    const { stdout, stderr } = await runRanks('examples/psana/mpi_driver.ts', {
      ranks: 3,
      args: [...EXPERIMENT, '-n', '10'],
      cwd: folder.path,
    });
    const lines = stdout.split('\n').filter((line) => line.startsWith('Master received'));
    assert.ok(lines.length >= 4, stdout);
    for (const line of lines) {
      assert.match(line, /^Master received image with shape 185x388 and intensity \d+\.\d from rank [12]$/);
    }
    assert.deepEqual(new Set(lines.map((line) => line.at(-1))), new Set(['1', '2']));
    assert.equal(stderr, '');
    const files = ['max.png', 'mean.npy', 'mean.png', 'peaks.npy'].map(
      (ending) => `xpptut15-r0054-${ending}`,
    );
    assert.deepEqual((await readdir(path.join(folder.path, 'out/psana'))).sort(), files);
    for (const file of files) assert.ok(stdout.includes(`wrote out/psana/${file}`));
    const png = PNG.sync.read(await readFile(path.join(folder.path, 'out/psana/xpptut15-r0054-mean.png')));
    assert.ok(png.width > 1000 && png.height > 500);
    const alone = await analysedAlone(10);
    const { events, dropped, hits, peaks, photons } = alone.counts;
    assert.deepEqual(countsIn(stdout, 'xpptut15-r0054'), [events, dropped, lines.length, hits, peaks]);
    assert.equal(/photons: (\d+)/.exec(stdout)?.[1], String(photons));
    const { image, rows, columns } = await imageOf('out/psana', 'xpptut15-r0054-mean.npy');
    assert.deepEqual([rows, columns], [185, 388]);
    assert.deepEqual(image, alone.mean());
  });

  it('keeps runs apart, and ends in good order with a client that has no events', async () => {
    const args = ['exp=xpptut15:run=56,54', 'cspad', '-n', '2', '--every', '1'];
    const { stdout } = await psana(args, { ranks: 4, output: 'runs' });
    assert.doesNotMatch(stdout, /incomplete|lost/);
    const closed = [...stdout.matchAll(/^(xpptut15-r\d+):/gm)].map(([, name = '']) => name);
    assert.deepEqual(closed, ['xpptut15-r0054', 'xpptut15-r0056']);
    for (const name of closed) {
      const [events = 0, dropped = 0, updates] = countsIn(stdout, name);
      assert.deepEqual([events + dropped, updates], [2, 2]);
    }
    assert.deepEqual(
      (await imageOf('runs', 'xpptut15-r0054-mean.npy')).image,
      (await analysedAlone(2)).mean(),
    );
  });

  it('takes a stack of frames from a file, with the last ones that the cadence has not sent, and shows progress', async () => {
    const frames = Array.from({ length: 7 }, (_, frame) =>
      Array.from({ length: 12 * 9 }, (_, pixel) => frame + pixel),
    );
    const file = path.join(folder.path, 'stack.npy');
    await writeFile(file, npyBytes(frames.flat(), [7, 12, 9], { dtype: 'u2', order: '>' }));
    const args = [`file=${file}`, '--every', '5', '--interval', '1000', '--progress'];
    const { stdout, stderr } = await psana(args, { ranks: 2, output: 'stack' });
    assert.deepEqual(countsIn(stdout, 'stack').slice(0, 4), [7, 0, 2, 0]);
    const { image } = await imageOf('stack', 'stack-mean.npy');
    assert.deepEqual(
      image,
      Float64Array.from({ length: 12 * 9 }, (_, pixel) => 3 + pixel),
    );
    assert.doesNotMatch(stdout, /Master received/);
    assert.match(stderr, /100 % {2}7\/7 events {2}\d+\.\d\/s {2}hits 0 %\n$/);
  });

  it('finds the maximum of the real frame where it is', async (test) => {
    if (!existsSync(REAL_FRAME)) {
      test.skip(`the real frame is not there: ${path.relative(ROOT, REAL_FRAME)}`);
      return;
    }
    const { stdout } = await psana([`file=${REAL_FRAME}`, 'cspad'], { ranks: 2, output: 'real' });
    assert.match(stdout, /maximum of the mean image: 1655\.4 ADU at \(row, column\) \(167, 193\)/);
    const { image, columns } = await imageOf('real', 'cxitut13_r10_32_cspadAsic-mean.npy');
    assert.deepEqual(maximumOf(image, columns), { value: 1655.3553466796875, row: 167, column: 193 });
  });

  it('goes on without a client that is killed, or stopped, says so, and tells what is missing', async () => {
    // Nobody is through with them within a minute.
    const args = [await manyFrames('unlucky', 12_000), '--rate', '200', '--every', '1', '--patience', '2'];
    const run = startPsana(args, { ranks: 4, output: 'unlucky', launcherArgs: ['--keep-going'] });
    const send = (signal: NodeJS.Signals, rank: number): void => {
      process.kill(run.rankProcesses().get(rank)?.pid ?? 0, signal);
    };
    const hangs = 'hangs: nothing was heard of it for \\d\\.\\d s\\. Not waiting for it any longer\\.\\n';
    const goesOn = '(?:.*\\n)*?Master received .* from rank 1\\n';
    try {
      await run.waitForOutput(/from rank 3\n/);
      send('SIGKILL', 3);
      const lost = '^Client 3 is lost: its process died\\. Going on with the others\\.\\n';
      await run.waitForOutput(new RegExp(`${lost}${goesOn}`, 'm'));
      await run.waitForOutput(/from rank 2\n/);
      send('SIGSTOP', 2);
      await run.waitForOutput(new RegExp(`^Client 2 ${hangs}${goesOn}`, 'm'));
      // When nobody is left the run ends with what has come.
      send('SIGKILL', 1);
      const { stdout, stderr, code } = await run.ended;
      const reasons = ['its process died', 'nothing was heard of it for .*', 'its process died'];
      const counts = reasons.map((reason, index) => {
        const missing = `^ {2}incomplete: ${reason} \\(client ${index + 1}; (\\d+) updates? counted\\)$`;
        const found = new RegExp(missing, 'm').exec(stdout);
        assert.ok(found !== null, stdout);
        return Number(found[1]);
      });
      const [events = 0, , updates] = countsIn(stdout, 'unlucky');
      const total = counts.reduce((sum, count) => sum + count);
      assert.deepEqual([events, updates], [total, total]);
      assert.match(stdout, /^Clients lost: 1, 2, 3$/m);
      assert.match(stdout, /wrote .*unlucky-mean\.npy/);
      assert.match(stderr, /ending the job, since clients hang: 2/);
      // Of the first failure.
      assert.equal(code, 128 + os.constants.signals.SIGKILL);
      await run.expectClean();
    } finally {
      run.release();
    }
  });

  it('ends the clients with a reason when the master is killed', async () => {
    const args = [await manyFrames('headless', 12_000), '--rate', '200', '--every', '1'];
    const run = startPsana(args, { ranks: 3, output: 'headless', launcherArgs: ['--keep-going'] });
    try {
      await run.waitForOutput(/from rank 2\n/);
      process.kill(run.rankProcesses().get(0)?.pid ?? 0, 'SIGKILL');
      const { stderr } = await run.ended;
      for (const client of [1, 2]) {
        assert.match(
          stderr,
          new RegExp(`Client ${client} cannot go on without the master: .*rank 0.*MPI_ERR_PROC_FAILED`),
        );
      }
      await run.expectClean();
    } finally {
      run.release();
    }
  });

  it('says once what is wrong with a command line, and ends with exit code 2', async () => {
    const refused: [string[], number, RegExp][] = [
      [EXPERIMENT, 1, /at least 2 ranks are wanted, a master and a client/],
      [['exp=xpptut15:run=54', 'epix'], 3, /Cannot find detector "epix".*it has: cspad/],
    ];
    for (const [args, ranks, message] of refused) {
      const { stdout, stderr } = await runRanks(DRIVER, { ranks, args, exitCode: 2 });
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.equal(stderr.split('mpi_driver: ').length, 2, `it is said once:\n${stderr}`);
    }
    await assert.rejects(openSource('shmem=psana', 0), /Cannot open source "shmem=psana"/);
    await assert.rejects(openSource('file=none.npy', 0), /Cannot open "none\.npy": there is no such file/);
  });

  it('has a help that fits a screen', () => {
    assert.equal(parseArguments(['--help']), null);
    assert.match(HELP, /parley run -n RANKS examples\/psana\/mpi_driver\.ts SOURCE \[DETECTOR\] \[options\]/);
    assert.ok(HELP.split('\n').length <= 32);
    assert.ok(HELP.split('\n').every((line) => line.length <= 90));
  });
});
