/** A long computation is watched again and again, by viewers that are killed and stopped, and computes the same. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { measure, Strip } from '../../examples/attach/ising.ts';
import { pictureOf } from '../../examples/attach/picture.ts';
import type { ParleyRun } from '../harness/parley-run.ts';
import { Terminals } from './terminals.ts';

const MODEL = { size: 64, temperature: 2.2, seed: 1 };

/** What the computation prints, computed in one piece without a message. */
function computedAlone(sweeps: number): string {
  const { size, temperature } = MODEL;
  const strip = new Strip(MODEL, 0, size);
  for (let sweep = 1; sweep <= sweeps; sweep++) {
    for (const colour of [0, 1] as const) {
      strip.before.set(strip.lastOwn);
      strip.after.set(strip.firstOwn);
      strip.update(sweep, colour);
    }
  }
  const { magnetisation, energy } = measure(strip.own, size);
  return [
    `${size} × ${size} spins, ${sweeps} sweeps at temperature ${temperature}`,
    `magnetisation ${magnetisation.toFixed(4)}, energy ${energy.toFixed(4)}`,
    `lattice ${createHash('sha256').update(strip.own).digest('hex').slice(0, 16)}\n`,
  ].join('\n');
}

describe('attach', () => {
  let terminals: Terminals;
  beforeEach(() => (terminals = new Terminals()));
  afterEach(() => {
    terminals.close();
  });

  const compute = (ranks: number, sweeps: number, viewers: number): ParleyRun =>
    terminals.launch([
      ...['-n', String(ranks), 'build/examples/attach/simulation.js', '--size', '64'],
      ...['--sweeps', String(sweeps), '--viewers', String(viewers)],
    ]);
  const view = (...args: string[]): ParleyRun => terminals.node('build/examples/attach/viewer.js', args);

  it('computes the same on any number of ranks while nobody watches', async () => {
    const run = compute(3, 100, 0);
    await terminals.expectWell();
    assert.equal(run.stdout, computedAlone(100));
    assert.equal(run.stderr, '');
  });

  it('never notices more of its viewers than a line in its log', async () => {
    const SWEEPS = 4000;
    const run = compute(2, SWEEPS, 3);
    // Three wait for the first sweep with it: one that is killed, one that is stopped, one that comes again and again.
    const [killed, stopped] = [view(), view()];
    const faithful = view('--times', '5', '--frames', '2');
    await Promise.all([killed, stopped].map((viewer) => viewer.waitForOutput(/^sweep \d+ of 4000: /m)));
    killed.kill('SIGKILL');
    stopped.kill('SIGSTOP');
    assert.equal((await faithful.ended).code, 0, faithful.describe());
    assert.equal(
      faithful.stdout.match(/^sweep \d+ of 4000: magnetisation -?0\.\d{4}, energy -1\.\d{4}$/gm)?.length,
      10,
    );
    assert.equal((await run.ended).code, 0, run.describe());
    assert.equal(run.stdout, computedAlone(SWEEPS));
    const log = run.stderr.split('\n');
    assert.equal(log.filter((line) => /^viewer \d is here$/.test(line)).length, 7);
    assert.equal(log.filter((line) => /^viewer \d has left$/.test(line)).length, 5);
    assert.equal(log.filter((line) => /^viewer \d is gone: MPI_ERR_PROC_FAILED$/.test(line)).length, 1);
    assert.equal(log.length, 7 + 5 + 1 + 1, run.stderr);
    // The one that had been stopped finds that it is all over.
    stopped.kill('SIGCONT');
    assert.equal((await stopped.ended).code, 0, stopped.describe());
  });

  it('shows a small picture', () => {
    const spins = new Int8Array(64 * 64).fill(-1);
    spins.fill(1, 64 * 32);
    const picture = pictureOf(spins, 64);
    assert.deepEqual([picture.length, picture[0], picture.at(-1)], [24, ' '.repeat(64), '█'.repeat(64)]);
  });
});
