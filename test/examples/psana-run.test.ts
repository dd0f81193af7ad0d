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
import { npyBytes } from '../fixtures/psana/npy-bytes.ts';
import { ROOT, type ParleyRun } from '../harness/parley-run.ts';
import { runRanks, startRanks, type RunRanksOptions } from '../harness/run-ranks.ts';

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

async function psana(args: readonly string[], options: Psana): Promise<string> {
  const { output, ...rest } = options;
  const result = await runRanks(DRIVER, {
    ...rest,
    args: [...args, '--output', path.join(folder.path, output)],
  });
  return result.stdout;
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

describe('psana', () => {
  it('runs by the command line of the original', async () => {
    const { stdout, stderr } = await runRanks('examples/psana/mpi_driver.ts', {
      ranks: 3,
      args: ['exp=xpptut15:run=54', 'cspad', '-n', '10'],
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
  });

  it('conserves every photon and every bit of the mean image, for any number of clients', async () => {
    const alone = await analysedAlone(13);
    for (const ranks of [2, 4]) {
      const output = `conserved-${ranks}`;
      const stdout = await psana(['exp=xpptut15:run=54', 'cspad', '-n', '13', '--every', '3'], {
        ranks,
        output,
      });
      const { events, dropped, hits, peaks, photons } = alone.counts;
      const counts =
        /(\d+) events?(?: and (\d+) dropped shots?)? in \d+ updates?, (\d+) hits? \(.*\), (\d+) peaks?/.exec(
          stdout,
        );
      assert.deepEqual(counts?.slice(1).map((text) => Number(text)), [events, dropped, hits, peaks]); // prettier-ignore
      assert.equal(/photons: (\d+)/.exec(stdout)?.[1], String(photons));
      const { image, rows, columns } = await imageOf(output, 'xpptut15-r0054-mean.npy');
      assert.deepEqual([rows, columns], [185, 388]);
      assert.deepEqual(image, alone.mean());
    }
  });

  it('finds the maximum of the real frame where it is', async (test) => {
    if (!existsSync(REAL_FRAME)) {
      test.skip(`the real frame is not there: ${path.relative(ROOT, REAL_FRAME)}`);
      return;
    }
    const stdout = await psana([`file=${REAL_FRAME}`, 'cspad'], { ranks: 2, output: 'real' });
    assert.match(stdout, /maximum of the mean image: 1655\.4 ADU at \(row, column\) \(167, 193\)/);
    const { image, columns } = await imageOf('real', 'cxitut13_r10_32_cspadAsic-mean.npy');
    assert.deepEqual(maximumOf(image, columns), { value: 1655.3553466796875, row: 167, column: 193 });
  });

  it('takes a stack of frames from a file, of integers of the other byte order too', async () => {
    const frames = Array.from({ length: 7 }, (_, frame) =>
      Array.from({ length: 12 * 9 }, (_, pixel) => frame + pixel),
    );
    const file = path.join(folder.path, 'stack.npy');
    await writeFile(file, npyBytes(frames.flat(), [7, 12, 9], { dtype: 'u2', order: '>' }));
    const stdout = await psana([`file=${file}`], { ranks: 4, output: 'stack' });
    assert.match(stdout, /stack: 7 events in \d+ updates, 0 hits/);
    const { image } = await imageOf('stack', 'stack-mean.npy');
    assert.deepEqual(
      image,
      Float64Array.from({ length: 12 * 9 }, (_, pixel) => 3 + pixel),
    );
  });

  it('counts the last events of every client, whatever the cadence is', async () => {
    const cases = [
      { events: 7, every: 5 },
      { events: 11, every: 2 },
    ];
    for (const { events, every } of cases) {
      const args = [
        'exp=xpptut15:run=54',
        'cspad',
        '-n',
        String(events),
        '--every',
        String(every),
        '--interval',
        '1000',
      ];
      const stdout = await psana(args, { ranks: 3, output: 'tail' });
      const [, frames = '', dropped = '0'] = /(\d+) events?(?: and (\d+) dropped shots?)?/.exec(stdout) ?? [];
      assert.equal(Number(frames) + Number(dropped), events);
    }
  });

  it('ends in good order with clients that have no events', async () => {
    const stdout = await psana(['exp=xpptut15:run=54', 'cspad', '-n', '2'], { ranks: 5, output: 'few' });
    assert.match(stdout, /xpptut15-r0054: 2 events in 2 updates/);
    assert.doesNotMatch(stdout, /incomplete|lost/);
  });

  it('keeps several runs apart', async () => {
    const args = ['exp=xpptut15:run=54,56-57', 'cspad', '-n', '5', '--every', '1'];
    const stdout = await psana(args, { ranks: 3, output: 'runs' });
    const closed = [
      ...stdout.matchAll(/^(xpptut15-r\d+): (\d+) events?(?: and (\d+) dropped shots?)? in (\d+) updates/gm),
    ];
    assert.deepEqual(closed.map(([, name]) => name), ['xpptut15-r0054', 'xpptut15-r0056', 'xpptut15-r0057']); // prettier-ignore
    for (const [, , events, dropped] of closed) assert.equal(Number(events) + Number(dropped ?? 0), 5);
    const first = await imageOf('runs', 'xpptut15-r0054-mean.npy');
    assert.deepEqual(first.image, (await analysedAlone(5)).mean());
  });

  it('goes on when a client is killed, says so, and tells what is missing', async () => {
    const args = ['exp=xpptut15:run=54', 'cspad', '-n', '60', '--rate', '60', '--every', '1'];
    const run = startPsana(args, { ranks: 4, output: 'killed', launcherArgs: ['--keep-going'] });
    try {
      await run.waitForOutput(/from rank 2\n/);
      process.kill(run.rankProcesses().get(2)?.pid ?? 0, 'SIGKILL');
      const { stdout } = await run.ended;
      assert.match(stdout, /^Client 2 is lost: its process died\. Going on with the others\.$/m);
      assert.match(stdout, /incomplete: its process died \(client 2; \d+ updates? counted\)/);
      assert.match(stdout, /^Clients lost: 2$/m);
      assert.match(stdout, /wrote .*xpptut15-r0054-mean\.npy/);
      const [, frames = '', dropped = '0'] =
        /: (\d+) events?(?: and (\d+) dropped shots?)?/.exec(stdout) ?? [];
      const seen = Number(frames) + Number(dropped);
      assert.ok(seen >= 41 && seen < 60, `${seen} events: the others' 40, and what client 2 had sent`);
      await run.expectClean();
    } finally {
      run.release();
    }
  });

  it('does not wait for ever for a client that is stopped', async () => {
    const args = [
      'exp=xpptut15:run=54',
      'cspad',
      '-n',
      '30',
      '--rate',
      '60',
      '--every',
      '1',
      '--patience',
      '1',
    ];
    const run = startPsana(args, { ranks: 3, output: 'stopped', launcherArgs: ['--keep-going'] });
    try {
      await run.waitForOutput(/from rank 2\n/);
      process.kill(run.rankProcesses().get(2)?.pid ?? 0, 'SIGSTOP');
      const { stdout, stderr, code } = await run.ended;
      assert.match(
        stdout,
        /^Client 2 hangs: nothing was heard of it for 1\.\d s\. Not waiting for it any longer\.$/m,
      );
      assert.match(stdout, /incomplete: nothing was heard of it for .* \(client 2; \d+ updates? counted/);
      assert.match(stdout, /wrote .*xpptut15-r0054-mean\.npy/);
      assert.match(stderr, /ending the job, since clients hang: 2/);
      assert.equal(code, 3);
      await run.expectClean();
    } finally {
      run.release();
    }
  });

  it('ends the clients with a reason when the master is killed', async () => {
    const args = ['exp=xpptut15:run=54', 'cspad', '-n', '600', '--rate', '60', '--every', '1'];
    const run = startPsana(args, { ranks: 3, output: 'headless', launcherArgs: ['--keep-going'] });
    try {
      await run.waitForOutput(/from rank 2\n/);
      process.kill(run.rankProcesses().get(0)?.pid ?? 0, 'SIGKILL');
      const { stderr } = await run.ended;
      for (const client of [1, 2]) {
        assert.match(
          stderr,
          new RegExp(`Client ${client} cannot send to the master \\(rank 0\\): .*rank 0.*failed`),
        );
      }
      await run.expectClean();
    } finally {
      run.release();
    }
  });

  it('says once what is wrong with a command line, and ends with exit code 2', async () => {
    const refused: [string[], number, RegExp][] = [
      [['exp=xpptut15:run=54', 'cspad'], 1, /at least 2 ranks are wanted, a master and a client/],
      [['exp=xpptut15:run=54', 'epix'], 3, /Cannot find detector "epix".*it has: cspad/],
      [['shmem=psana'], 2, /Cannot open source "shmem=psana"/],
      [['file=none.npy'], 2, /Cannot open "none\.npy": there is no such file/],
    ];
    for (const [args, ranks, message] of refused) {
      const { stdout, stderr } = await runRanks(DRIVER, { ranks, args, exitCode: 2 });
      assert.equal(stdout, '');
      assert.match(stderr, message);
      assert.equal(stderr.split('mpi_driver: ').length, 2, `it is said once:\n${stderr}`);
    }
  });

  it('shows its help', async () => {
    const { stdout } = await runRanks(DRIVER, { ranks: 2, args: ['--help'] });
    assert.match(
      stdout,
      /parley run -n RANKS examples\/psana\/mpi_driver\.ts SOURCE \[DETECTOR\] \[options\]/,
    );
    assert.ok(stdout.split('\n').length <= 32, 'it fits a screen');
    assert.ok(stdout.split('\n').every((line) => line.length <= 90));
  });

  it('shows progress instead of a line for each update', async () => {
    const { stdout, stderr } = await runRanks(DRIVER, {
      ranks: 3,
      args: [
        'exp=xpptut15:run=54',
        'cspad',
        '-n',
        '8',
        '--progress',
        '--output',
        path.join(folder.path, 'progress'),
      ],
    });
    assert.doesNotMatch(stdout, /Master received/);
    assert.match(stderr, /100 % {2}8\/8 events {2}\d+\.\d\/s {2}hits \d+ %\n$/);
  });
});
