/**
 * The page over a long run, in a browser where there is one: it stays as large as it was; and how long it takes from the sending of a
 * camera frame, 100 of which are stored and shown each second, until the browser has painted it. PARLEY_SOAK=1 sends a million updates, and
 * frames for a minute.
 * It wants the machine to itself.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { startRanks } from '../harness/run-ranks.ts';
import { scratchFolder } from '../live/support/scratch-folder.ts';
import { TestBrowser, withoutBrowser } from '../page/browser.ts';

const IS_LONG = process.env['PARLEY_SOAK'] !== undefined;
const UPDATES = IS_LONG ? 1_000_000 : 20_000;
const FRAMES = IS_LONG ? 6000 : 600;
/** The first ones, while everybody compiles, are not counted. */
const WARM_UP_FRAMES = 300;
/** What is kept to look back at, up to 256 MB, is in the heap with its names and numbers alone. */
const HEAP_BYTES_MAX = 2 ** 24;

describe('the page of a long run', { skip: withoutBrowser }, () => {
  const browser = new TestBrowser();
  before(() => browser.start());
  after(() => browser.stop());

  test(`does not grow by ${UPDATES} updates`, async (context) => {
    const run = startRanks('live-page-run', {
      args: ['updates', String(UPDATES), scratchFolder(context)],
      timeoutMs: 60_000 + UPDATES,
    });
    try {
      const [, url = ''] = await run.waitForOutput(/^page (.*)$/m);
      const sizes: PageSize[] = [];
      {
        await using opened = await browser.open(url);
        for (const part of [1, 2, 3]) {
          await run.waitForOutput(new RegExp(`^part ${part}$`, 'm'));
          // A page that is slow has not drawn them yet.
          for (const topic of ['spectrum', 'value', 'clients', 'controls'])
            await opened.page.waitForSelector(`.panel[data-topic=${topic}]`, { state: 'attached' });
          sizes.push(await sizeOf(opened.page));
        }
        assert.deepEqual(opened.complaints, []);
      }
      const { code } = await run.ended;
      assert.equal(code, 0, run.describe());
      await run.expectClean();
      context.diagnostic(JSON.stringify(sizes));
      const [, middle, last] = sizes as [PageSize, PageSize, PageSize];
      assert.ok(last.heapBytes - middle.heapBytes < HEAP_BYTES_MAX, JSON.stringify(sizes));
      assert.ok(last.nodes <= middle.nodes + 100, JSON.stringify(sizes));
      assert.ok(last.listeners <= middle.listeners + 10, JSON.stringify(sizes));
    } finally {
      run.release();
    }
  });

  test(`paints ${FRAMES} frames of a camera while they are stored`, async (context) => {
    const run = startRanks('live-page-run', {
      args: ['frames', String(FRAMES), scratchFolder(context)],
      timeoutMs: 60_000 + 20 * FRAMES,
    });
    try {
      const [, url = ''] = await run.waitForOutput(/^page (.*)$/m);
      let painted: [version: number, at: number][];
      {
        await using page = await browser.openQuiet(url);
        await page.evaluate(NOTE_PAINTED);
        await run.waitForOutput(/^part 3$/m);
        painted = (await page.evaluate('globalThis.painted')) as typeof painted;
      }
      const { code, stdout } = await run.ended;
      assert.equal(code, 0, run.describe());
      await run.expectClean();
      const sentAt = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as number[];
      assert.equal(sentAt.length, FRAMES);
      const latencies = painted
        .filter(([version]) => version > WARM_UP_FRAMES)
        .map(([version, at]) => at - (sentAt[version - 1] as number));
      assert.ok(latencies.length > 0 && latencies.every((latency) => latency > 0));
      latencies.sort((one, other) => one - other);
      const at = (share: number): string => (latencies[Math.floor(share * latencies.length)] ?? 0).toFixed(1);
      context.diagnostic(
        `event to pixel of ${latencies.length} frames painted: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`,
      );
    } finally {
      run.release();
    }
  });
});

interface PageSize {
  /** After a collection. */
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

async function sizeOf(page: Page): Promise<PageSize> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  await session.detach();
  const heapBytes = metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0;
  return { heapBytes, nodes, listeners: jsEventListeners };
}

/** Notes when the browser has come to the frame after the one in which a version was drawn: by then that one is on the screen. */
const NOTE_PAINTED = `(async () => {
  globalThis.painted = [];
  let canvas = null;
  while ((canvas = document.querySelector('canvas[data-version]')) === null) await new Promise(requestAnimationFrame);
  const note = () => {
    const version = Number(canvas.dataset.version);
    requestAnimationFrame(() => globalThis.painted.push([version, performance.timeOrigin + performance.now()]));
  };
  new MutationObserver(note).observe(canvas, { attributes: true, attributeFilter: ['data-version'] });
})()`;
