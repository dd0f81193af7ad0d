/** The whole program under the real launcher: clients and a master in processes of their own. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import * as h5wasm from 'h5wasm/node';
import { replayJournal } from 'parley/live';
import { createAnalysis } from '../../examples/vonhamos/client.ts';
import { SpectrumSums } from '../../examples/vonhamos/results/spectrum-sums.ts';
import { columnsOf, REGION, rowsOf } from '../../examples/vonhamos/spectrometer/camera.ts';
import { Generator } from '../../examples/vonhamos/spectrometer/generator.ts';
import { runRanks } from '../harness/run-ranks.ts';

const DRIVER = 'build/examples/vonhamos/vonhamos.js';
const EVENTS = 40;

function scratchFolder(context: TestContext): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vonhamos-run-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const emptySums = (): SpectrumSums => new SpectrumSums(rowsOf(REGION), columnsOf(REGION));

/** The same analysis by one process, without any messages. */
function analysedAlone(run: number): SpectrumSums {
  const generator = new Generator({ run });
  const sums = emptySums();
  const analyse = createAnalysis(generator, sums);
  for (let event = 0; event < EVENTS; event++) analyse(generator.frame(event));
  return sums;
}

describe('vonhamos', () => {
  it('conserves every event and every bit of the sums: in the master, in the journal and in the HDF5 file', async (test) => {
    const folder = scratchFolder(test);
    const args = ['--events', String(EVENTS), '--runs', '2', '--rate', '0', '--every', '20', '--out', folder];
    const { stdout, stderr } = await runRanks(DRIVER, { ranks: 4, args });
    assert.equal(stderr, '');
    const alone = [analysedAlone(1), analysedAlone(2)];
    const journal = new Map<number, SpectrumSums>();
    let updates = 0;
    for await (const update of (await replayJournal(path.join(folder, 'vonhamos-1.journal'))).updates()) {
      const sums = journal.get(update.run) ?? emptySums();
      journal.set(update.run, sums);
      sums.merge(update);
      updates += 1;
    }
    for (const [index, sums] of alone.entries()) {
      const run = index + 1;
      const { on, off, withoutBeam } = sums.counts;
      assert.equal(on + off + withoutBeam, EVENTS);
      const counts = `run ${run}: ${EVENTS} events (${on} on, ${off} off, ${withoutBeam} without beam)`;
      assert.ok(stdout.includes(counts), stdout);
      const ending = new RegExp(`^run ${run} has ended: .* of 3 clients, 0 lost; digest (\\w+)$`, 'm').exec(
        stdout,
      );
      assert.equal(ending?.[1], sums.digest());
      assert.equal(journal.get(run)?.digest(), sums.digest());
    }
    await h5wasm.ready;
    const file = new h5wasm.File(path.join(folder, 'vonhamos-1.h5'), 'r');
    try {
      const read = (name: string): ArrayLike<number> =>
        (file.get(name) as h5wasm.Dataset).value as Float64Array;
      const spectra = read('arrays/on');
      assert.equal(spectra.length, updates * rowsOf(REGION));
      const total = alone.reduce((sum, { on }) => sum + on.reduce((one, other) => one + other, 0), 0);
      assert.equal(
        Array.from(spectra).reduce((one, other) => one + other, 0),
        total,
      );
      const counted = ['on', 'off', 'withoutBeam'].map((name) =>
        Array.from(read(`small/counts/${name}`)).reduce((one, other) => one + other, 0),
      );
      assert.equal(
        counted.reduce((one, other) => one + other),
        2 * EVENTS,
      );
    } finally {
      file.close();
    }
  });

  it('says what is wrong with its command line', async () => {
    const { stderr } = await runRanks(DRIVER, { ranks: 2, args: ['--events', 'many'], exitCode: 2 });
    assert.match(stderr, /vonhamos: --events is "many"; wanted is a whole number, at least 1/);
  });
});
