/** One plain process that starts its workers, computes a picture with them, and outlives them. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { PNG } from 'pngjs';
import { areaOf, computeTile } from '../../examples/pvm-master/mandelbrot.ts';
import { Progress } from '../../examples/pvm-master/progress.ts';
import { sendSignal } from '../harness/leftovers.ts';
import type { ParleyRun } from '../harness/parley-run.ts';
import { Terminals } from './terminals.ts';

describe('pvm-master', () => {
  let folder: string;
  let terminals: Terminals;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'pvm-master-'))));
  after(() => {
    rmSync(folder, { recursive: true });
  });
  beforeEach(() => (terminals = new Terminals()));
  afterEach(() => {
    terminals.close();
  });

  const start = (name: string, width: number, iterations: number): ParleyRun =>
    terminals.node('build/examples/pvm-master/master.js', [
      ...['--workers', '2', '--output', join(folder, name)],
      ...['--width', String(width), '--iterations', String(iterations)],
    ]);

  /** The same picture, computed in one piece. */
  function assertPicture(name: string, width: number, iterations: number): void {
    const picture = { width, height: 0.75 * width, iterations };
    const { rgb } = computeTile(picture, { left: 0, top: 0, width, height: picture.height });
    const png = PNG.sync.read(readFileSync(join(folder, name)));
    assert.deepEqual([png.width, png.height], [width, picture.height]);
    const found = rgb.map((_, at) => png.data[Math.floor(at / 3) * 4 + (at % 3)] ?? 0);
    assert.ok(Buffer.from(rgb).equals(found), 'every pixel is what one process computes');
  }

  it('deals out the tiles, says how far it is, and writes the picture', async () => {
    const run = start('all.png', 200, 500);
    await terminals.expectWell();
    const lines = run.stdout.split('\n');
    // They come when they come.
    const workers = lines.filter((line) => /^worker \d is process \d+$/.test(line));
    assert.deepEqual(workers.map((line) => line.slice(0, 8)).sort(), ['worker 0', 'worker 1']);
    const [, ...byWorker] = /^tiles by worker: (\d+) (\d+)$/m.exec(run.stdout) ?? [];
    assert.equal(Number(byWorker[0]) + Number(byWorker[1]), 300);
    const rest = lines.filter((line) => !/^(?:worker|tiles by worker)/.test(line));
    assert.deepEqual(
      rest.map((line) => line.replace(/^\d+\.\d\d (million pixels\/s in) \d+\.\d\d s$/, '… $1 …')),
      [
        '200 × 150 pixels, 300 tiles, 2 workers',
        ' 25 %  75 of 300 tiles',
        ' 50 %  150 of 300 tiles',
        ' 75 %  225 of 300 tiles',
        '100 %  300 of 300 tiles',
        '… million pixels/s in …',
        'area of the set: 1.5107 (known: 1.5066)',
        `wrote ${join(folder, 'all.png')}`,
        '',
      ],
    );
    assertPicture('all.png', 200, 500);
  });

  it('gives the tile of a worker that is killed to another', async () => {
    const run = start('killed.png', 300, 8000);
    const [, pid] = await run.waitForOutput(/worker 0 is process (\d+)/);
    // Stopped, it keeps its tile, however fast the others are.
    sendSignal(Number(pid), 'SIGSTOP');
    await run.waitForOutput(/75 %/);
    sendSignal(Number(pid), 'SIGKILL');
    await terminals.expectWell();
    assert.match(run.stdout, /^worker 0 is lost; its tile goes to another$/m);
    assert.match(run.stdout, /^100 % {2}300 of 300 tiles$/m);
    assertPicture('killed.png', 300, 8000);
  });

  it('ends its workers with it when it is killed', async () => {
    const run = start('none.png', 1600, 100_000);
    await run.waitForOutput(/worker 1 is process/);
    run.kill('SIGKILL');
    assert.equal((await run.ended).signal, 'SIGKILL');
    await run.expectClean();
  });
});

describe('The progress of pvm-master', () => {
  it('is a bar on a terminal, with words above it', () => {
    let screen = '';
    const progress = new Progress(4, (text) => (screen += text), true);
    progress.step();
    progress.say('worker 1 is lost');
    for (let left = 3; left > 0; left--) progress.step();
    const shown = screen.replaceAll('\u001b[K', '').split(/[\r\n]+/);
    assert.deepEqual(shown, [
      '',
      '[█████░░░░░░░░░░░░░░░]  25 %  1 of 4 tiles',
      'worker 1 is lost',
      '[█████░░░░░░░░░░░░░░░]  25 %  1 of 4 tiles',
      '[██████████░░░░░░░░░░]  50 %  2 of 4 tiles',
      '[███████████████░░░░░]  75 %  3 of 4 tiles',
      '[████████████████████] 100 %  4 of 4 tiles',
      '',
    ]);
  });

  it('counts an area that comes near the known one', () => {
    const picture = { width: 400, height: 300, iterations: 500 };
    const { inside } = computeTile(picture, { left: 0, top: 0, width: 400, height: 300 });
    assert.ok(Math.abs(areaOf(inside, picture) - 1.5066) < 0.02);
  });
});
