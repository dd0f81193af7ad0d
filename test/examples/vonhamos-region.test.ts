/** A region that is drawn at the page changes what the clients send, and what the page shows. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { replayJournal, type Region } from 'parley/live';
import { regionOf } from '../../examples/vonhamos/results/region-sums.ts';
import type { EventCounts } from '../../examples/vonhamos/results/spectrum-sums.ts';
import { isSameRegion, REGION, rowsOf } from '../../examples/vonhamos/spectrometer/camera.ts';
import { startRanks } from '../harness/run-ranks.ts';
import { ViewerClient } from '../live/view/viewer-client.ts';

const DRIVER = 'build/examples/vonhamos/vonhamos.js';
/** The same rows as those that are analysed, around the second crystal's stripe; and between the two. */
const SECOND_STRIPE: Region = { rows: REGION.rows, columns: [220, 270] };
const BETWEEN: Region = { rows: REGION.rows, columns: [120, 170] };
const SHOTS = 16;

/** What updates with one and the same region have brought. */
class Brought {
  updates = 0;
  shots = 0;
  readonly inRegion: Float64Array = new Float64Array(rowsOf(REGION));
  readonly analysed: Float64Array = new Float64Array(rowsOf(REGION));

  get photons(): number {
    return total(this.inRegion) / this.shots;
  }
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
const meanRow = (values: Float64Array): number =>
  values.reduce((sum, value, row) => sum + row * value, 0) / total(values);

function add(sum: Float64Array, ...arrays: Float64Array[]): void {
  for (const array of arrays) array.forEach((value, row) => (sum[row]! += value));
}

describe('a region of interest', () => {
  it('is drawn at the page, summed up by the clients, shown, and stored; and so is the next one', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'vonhamos-region-'));
    const args = ['--view', '--rate', '120', '--every', '50', '--out', folder];
    const run = startRanks(DRIVER, { ranks: 3, args });
    try {
      const [, url = ''] = await run.waitForOutput(/^page: (\S+)$/m);
      const page = await ViewerClient.connect(url);
      const panel = (): { title?: string; note?: string; kind?: string } => page.last('region')?.panel ?? {};
      const drawn = async (topic: string, region: Region, columns: string): Promise<void> => {
        await page.until(() => page.last(topic) !== undefined);
        page.say({ type: 'region', topic, region });
        await page.until(() => {
          const { title, note = '' } = panel();
          return title === `region 10:480, ${columns}` && Number(/^(\d+) shots/.exec(note)?.[1]) >= SHOTS;
        });
        await heardOfAll();
      };
      /** One client alone may have brought what is shown: until each has sent something after it had heard of the region. */
      const heardOfAll = async (): Promise<void> => {
        for (let time = 0; time < 2; time++) {
          const now = Date.now();
          await page.until(() => {
            const table = page.last('clients')?.panel;
            return table?.kind === 'clients' && table.rows.every(({ lastSeen }) => lastSeen > now);
          });
        }
      };
      await page.until(() => panel().kind === 'text');
      // The image may be one client's alone; nobody shall hear of a region before having sent something without.
      await page.until(() => {
        const table = page.last('clients')?.panel;
        return (
          table?.kind === 'clients' &&
          table.rows.length === 2 &&
          table.rows.every(({ updatesPerSecond }) => updatesPerSecond > 0)
        );
      });
      await drawn('image', { rows: [0, 470], columns: [0, 50] }, '20:70');
      // It stands where it is on both images.
      const marked = (): object =>
        (page.last('$view')?.panel as { regions?: object } | undefined)?.regions ?? {};
      await page.until(() => 'camera' in marked());
      assert.deepEqual(marked(), { image: { rows: [0, 470], columns: [0, 50] }, camera: REGION });
      await drawn('camera', SECOND_STRIPE, '220:270');
      const lines = page.last('region')?.panel;
      assert.ok(lines?.kind === 'lines');
      assert.deepEqual(lines.series.map(({ y }) => y.length), [470, 470]); // prettier-ignore
      await page.until(() => (marked() as { image: unknown }).image === null);
      await drawn('camera', BETWEEN, '120:170');
      page.say({ type: 'region', topic: 'camera', region: null });
      await page.until(() => panel().kind === 'text');
      await heardOfAll();
      // Ctrl-C ends it in good order.
      run.kill('SIGINT');
      const { code, stdout } = await run.ended;
      assert.equal(code, 0, run.describe());
      assert.match(stdout, /^run 1 has ended: .* of 2 clients, 0 lost; digest \w+$/m);
      await page.close();
      await run.expectClean();

      const regions = [REGION, SECOND_STRIPE, BETWEEN, undefined];
      const brought = regions.map(() => new Brought());
      const order: number[] = [];
      let events = 0;
      for await (const update of (await replayJournal(path.join(folder, 'vonhamos-1.journal'))).updates()) {
        const which = regions.findIndex((region) => isSameRegion(region, regionOf(update)));
        const sums = brought[which]!;
        const arrays = (...names: string[]): Float64Array[] =>
          names.map((name) => update.array(name, Float64Array));
        const [inRegion, analysed] = [arrays('var_region_on', 'var_region_off'), arrays('on', 'off')];
        // What is sent for the very region that is analysed is the same to the last bit: all of its shots, and no other.
        if (which === 0) assert.deepEqual(inRegion, analysed);
        if (which === 3) assert.ok(inRegion.every(({ length }) => length === 0));
        else add(sums.inRegion, ...inRegion);
        add(sums.analysed, ...analysed);
        const { on, off, withoutBeam } = update.small['counts'] as EventCounts;
        sums.shots += on + off;
        events += on + off + withoutBeam;
        sums.updates += 1;
        if (update.client.id === 1 && order.at(-1) !== which) order.push(which);
      }
      assert.deepEqual(order, [3, 0, 1, 2, 3]);
      // All that was counted is stored.
      assert.equal(events, Number([...stdout.matchAll(/^run 1: (\d+) events/gm)].at(-1)?.[1]));
      const [, second, between] = brought as [Brought, Brought, Brought];
      assert.ok(second.shots >= SHOTS && between.shots >= SHOTS);
      // Another crystal reflects the same spectrum into the same rows: as many photons, within what chance does to them.
      const analysed = total(second.analysed) / second.shots;
      const sigma = Math.sqrt((second.photons + analysed) / second.shots);
      assert.ok(
        Math.abs(second.photons - analysed) < 5 * sigma + 0.005 * analysed,
        `${second.photons} and ${analysed}`,
      );
      assert.ok(Math.abs(meanRow(second.inRegion) - meanRow(second.analysed)) < 5);
      // Between the stripes there is nothing but what is scattered: 0.0005 photons in each pixel.
      assert.ok(
        Math.abs(between.photons - 0.0005 * 470 * 50) < 4,
        `${between.photons} photons for each shot`,
      );
    } finally {
      run.release();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
