/** The page in a real browser: what it draws is read back, what is done with the mouse arrives at the program. */
import assert from 'node:assert/strict';
import fs from 'node:fs';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import type { ViewFeedback } from '#live/view/feedback.js';
import { colorTable } from '#live/view/page/image/color-maps.js';
import { levelOf, usableEnds } from '#live/view/page/image/color-scale.js';
import { fitted, toCanvas } from '#live/view/page/image/view-transform.js';
import { MasterStream } from '#live/stream/master-stream.js';
import * as kind from '#live/update/frame-kinds.js';
import { serveView, type View } from '#live/view/serve-view.js';
import { HandFedClient } from '../live/support/hand-fed-client.js';
import { meanFrame } from '../live/view/programs/spectrometer-data.js';
import { Spectrometer } from '../live/view/programs/spectrometer.js';
import { look, type OpenedPage, pixelsOf, TestBrowser, withoutBrowser } from './browser.js';

const CANVAS = '.panel[data-topic=camera] .stage canvas';
const PAINTERS = ['webgl', 'plain'];
const ROWS = 6;
const COLUMNS = 8;

describe('the page', { skip: withoutBrowser }, () => {
  const browser = new TestBrowser();
  before(() => browser.start());
  after(() => browser.stop());

  /** With the image `camera` on it, drawn. */
  async function opened(view: View, version: number, query: string = ''): Promise<OpenedPage> {
    const opened = await browser.open(view.url + query);
    await drawn(opened, version);
    return opened;
  }

  async function drawn({ page }: OpenedPage, version: number): Promise<void> {
    await page.waitForSelector(`${CANVAS}[data-version="${version}"]`, { state: 'attached' });
  }

  async function canvasSize({ page }: OpenedPage): Promise<{ width: number; height: number }> {
    return page.evaluate<{ width: number; height: number }>(
      `(({ width, height }) => ({ width, height }))(document.querySelector('${CANVAS}'))`,
    );
  }

  async function titled(page: Page, title: string): Promise<void> {
    await page.waitForFunction(
      (wanted) => (globalThis as unknown as { document: { title: string } }).document.title === wanted,
      title,
    );
  }

  function camera(
    view: View,
    data: Float32Array | Uint16Array,
    scale: 'linear' | 'log' = 'linear',
    range: readonly [number, number] = [1, 1000],
  ): void {
    view.show('camera', { kind: 'image', data, shape: [ROWS, COLUMNS], range, scale, colorMap: 'viridis' });
  }

  for (const painter of PAINTERS) {
    test(`Pixels of the canvas have the colours of the sent values, frame after frame, in every format (${painter})`, async () => {
      await using view = await serveView();
      const values = Float32Array.from({ length: ROWS * COLUMNS }, (_, index) => 1 + index * 21);
      values[5] = Number.NaN;
      camera(view, values);
      await using one = await opened(view, 1, `?painter=${painter}`);
      const size = await canvasSize(one);
      const transform = fitted({ width: COLUMNS, height: ROWS }, size);
      const places = Array.from(values, (_, index) => {
        const middle = { x: (index % COLUMNS) + 0.5, y: Math.floor(index / COLUMNS) + 0.5 };
        const { x, y } = toCanvas(transform, middle);
        return [Math.floor(x), Math.floor(y)] as const;
      });
      const table = colorTable('viridis');
      const check = async (sent: ArrayLike<number>, scale: 'linear' | 'log'): Promise<void> => {
        const colors = await pixelsOf(one.page, CANVAS, places);
        const ends = usableEnds([1, 1000], scale);
        Array.from(sent).forEach((value, index) => {
          const level = levelOf(value, ends, scale);
          const is = colors[index]!;
          assert.equal(is[3], 255);
          if (level === undefined) return assert.deepEqual(is.slice(0, 3), [40, 44, 50]);
          // The graphics processor may round to the level beside.
          const near = [level - 1, level, level + 1].filter((at) => at >= 0 && at <= 255);
          const isNear = near.some((at) => [0, 1, 2].every((part) => is[part] === table[at * 4 + part]));
          assert.ok(isNear, `${scale} pixel ${index} of value ${value}: ${is.join(' ')}`);
        });
      };
      await check(values, 'linear');
      // The pointer asks for exact values.
      await one.page.hover(CANVAS);
      for (let turn = 2; turn <= 4; turn += 1) {
        values.reverse();
        camera(view, values);
        await drawn(one, turn);
        await check(values, 'linear');
      }
      const integers = Uint16Array.from(values, (value, index) => (index === 3 ? 777 : value || 1));
      camera(view, integers);
      await drawn(one, 5);
      await one.page.selectOption('select[aria-label^="Scale"]', 'log');
      await check(integers, 'log');
      assert.deepEqual(one.complaints, []);
    });
  }

  test('An image that is shown smaller is averaged alike by both painters', async () => {
    await using view = await serveView();
    const [rows, columns] = [1100, 1500];
    const noise = (index: number): number => (Math.imul(index, 2_654_435_761) >>> 16) % 1000;
    const floats = Float32Array.from({ length: rows * columns }, (_, index) => noise(index) / 7);
    floats[0] = Number.NaN;
    floats.fill(Number.NaN, 300 * columns, 340 * columns);
    const pictures: Record<string, readonly number[]>[] = [];
    const counts = Uint8Array.from(floats, (value) => value / 20);
    const cases = [
      [floats, [0, 142]],
      [counts, [0, 8]],
    ] as const;
    for (const [data, range] of cases) {
      view.show('camera', { kind: 'image', data, shape: [rows, columns], range, colorMap: 'gray' });
      const version = pictures.length + 1;
      const picture: Record<string, readonly number[]> = {};
      for (const painter of PAINTERS) {
        await using one = await opened(view, version, `?painter=${painter}`);
        const { width, height } = await canvasSize(one);
        assert.ok(width < columns && height < rows, `${width} × ${height}`);
        const places = Array.from({ length: 2000 }, (_, index) => {
          const place = Math.floor((index / 2000) * width * height);
          return [place % width, Math.floor(place / width)] as const;
        });
        picture[painter] = (await pixelsOf(one.page, CANVAS, places)).flat();
      }
      pictures.push(picture);
    }
    for (const { webgl = [], plain = [] } of pictures) {
      assert.ok(new Set(plain).size > 20, `${new Set(plain).size} levels of grey`);
      const apart = webgl.filter((value, index) => Math.abs(value - (plain[index] ?? Infinity)) > 2);
      // At the borders of pixels the two may round to different ones.
      assert.ok(apart.length < 0.01 * webgl.length, `${apart.length} of ${webgl.length}`);
    }
  });

  test('The value under the pointer is exact', async () => {
    await using view = await serveView();
    const values = new Float32Array(ROWS * COLUMNS).fill(7);
    values[2 * COLUMNS + 3] = 123.456;
    values[0] = 1e6;
    camera(view, values);
    await using one = await opened(view, 1);
    const transform = fitted({ width: COLUMNS, height: ROWS }, await canvasSize(one));
    await one.page.hover(CANVAS, { position: toCanvas(transform, { x: 3.5, y: 2.5 }) });
    await one.page.locator('.cursor-value', { hasText: 'row 2, column 3: 123.456' }).waitFor();
  });

  test('A region that is drawn with the mouse arrives as rows and columns, and can be moved and removed by keys', async () => {
    await using view = await serveView();
    camera(view, new Float32Array(ROWS * COLUMNS).fill(5));
    const loop = view.feedback();
    const next = async (): Promise<ViewFeedback | undefined> => (await loop.next()).value;
    await using one = await opened(view, 1);
    const box = (await one.page.locator(CANVAS).boundingBox())!;
    const transform = fitted({ width: COLUMNS, height: ROWS }, box);
    const at = (x: number, y: number): [number, number] => {
      const place = toCanvas(transform, { x, y });
      return [box.x + place.x, box.y + place.y];
    };
    await one.page.click('button[aria-label="Draw a region of interest"]');
    await one.page.mouse.move(...at(2.4, 1.6));
    await one.page.mouse.down();
    await one.page.mouse.move(...at(4, 3), { steps: 3 });
    await one.page.mouse.move(...at(5.7, 3.2));
    await one.page.mouse.up();
    assert.deepEqual(await next(), {
      type: 'region',
      topic: 'camera',
      region: { rows: [1, 4], columns: [2, 6] },
    });
    await one.page.locator('.region-name', { hasText: '1:4, 2:6' }).waitFor();
    await one.page.keyboard.press('Alt+ArrowRight');
    assert.deepEqual(await next(), {
      type: 'region',
      topic: 'camera',
      region: { rows: [1, 4], columns: [3, 7] },
    });
    // Everybody else sees it too.
    await using other = await opened(view, 1);
    await other.page.locator('.region-name', { hasText: '1:4, 3:7' }).waitFor();
    await one.page.keyboard.press('Delete');
    assert.deepEqual(await next(), { type: 'region', topic: 'camera', region: null });
    await other.page.locator('.region-name').waitFor({ state: 'detached' });
    assert.deepEqual([...one.complaints, ...other.complaints], []);
  });

  test('Controls and thresholds tell the program, a stop only when it is pressed twice', async () => {
    await using view = await serveView();
    view.show('controls', {
      kind: 'controls',
      controls: [
        { type: 'number', name: 'threshold', label: 'Threshold', value: 60, min: 0, max: 200 },
        { type: 'switch', name: 'isOn', label: 'On', value: false },
        { type: 'request', name: 'frame', label: 'Send one frame' },
        { type: 'stop' },
      ],
    });
    view.show('pixels', {
      kind: 'histogram',
      edges: Float64Array.of(0, 50, 100),
      counts: Float64Array.of(3, 4),
      threshold: { name: 'cut', value: 50 },
    });
    const loop = view.feedback();
    await using one = await browser.open(view.url);
    const { page, complaints } = one;
    const heard = async (): Promise<ViewFeedback | undefined> => (await loop.next()).value;
    await page.fill('input.field[aria-label=Threshold]', '75');
    await page.keyboard.press('Enter');
    assert.deepEqual(await heard(), { type: 'setting', topic: 'controls', name: 'threshold', value: 75 });
    await page.click('button[role=switch]');
    assert.deepEqual(await heard(), { type: 'setting', topic: 'controls', name: 'isOn', value: true });
    await page.focus('[role=slider][aria-label=cut]');
    await page.keyboard.press('ArrowRight');
    assert.deepEqual(await heard(), { type: 'setting', topic: 'pixels', name: 'cut', value: 50.5 });
    await page.click('text=Stop the run');
    await page.click('text=Send one frame');
    assert.deepEqual(await heard(), { type: 'request', topic: 'controls', name: 'frame' });
    await page.click('text=Press again to stop');
    assert.deepEqual(await heard(), { type: 'stop' });
    assert.deepEqual(complaints, []);
  });

  test('Pause stops the picture, the arrow keys look back, and going on shows the newest', async () => {
    let time = 1000;
    await using view = await serveView({ now: () => time });
    const show = (): void => {
      time += 1000;
      camera(view, new Float32Array(ROWS * COLUMNS).fill(time));
    };
    show();
    await using one = await opened(view, 1);
    for (const version of [2, 3]) {
      show();
      await drawn(one, version);
    }
    await one.page.keyboard.press('Space');
    show();
    await one.page.keyboard.press('ArrowLeft');
    await drawn(one, 2);
    await one.page.keyboard.press('Home');
    await drawn(one, 1);
    await one.page.keyboard.press('ArrowRight');
    await drawn(one, 2);
    await one.page.keyboard.press('Space');
    await drawn(one, 4);
  });

  test('Alarms are shown at the value, listed, and in the title', async () => {
    await using view = await serveView({ title: 'run' });
    const show = (value: number): void =>
      view.show('readings', {
        kind: 'scalars',
        values: [{ label: 'pressure', value, unit: 'mbar', alarm: { above: 10, hysteresis: 2 } }],
      });
    show(12);
    await using one = await browser.open(view.url);
    const { page } = one;
    await page.waitForSelector('.panel.has-alarm .scalar.in-alarm');
    await titled(page, '▲ 1 · run');
    await page.keyboard.press('a');
    assert.match(await page.innerText('.alarm-list'), /pressure[\s\S]*12 mbar[\s\S]*above 10/);
    show(9);
    show(7);
    await titled(page, 'run');
    await page.waitForSelector('.alarm-list .is-over');
  });

  test('When the program is gone the page keeps what it has, and fills again when another one takes its place', async () => {
    const token = 'fixed-token';
    const first = await serveView({ token });
    camera(first, new Float32Array(ROWS * COLUMNS).fill(5));
    first.show('old', { kind: 'text', text: 'of the first program' });
    await using one = await opened(first, 1);
    const { port } = first;
    await first.close();
    await one.page.waitForSelector('.banner');
    assert.equal(await one.page.locator('.panel').count(), 2);
    await using second = await serveView({ token, port });
    second.show('new', { kind: 'text', text: 'of the second program' });
    await one.page.waitForSelector('.panel[data-topic=new]');
    assert.equal(await one.page.locator('.panel').count(), 1);
    assert.equal(await one.page.locator('.banner').count(), 0);
  });

  test('Panels appear by themselves for what a stream brings, and what people do reaches its clients', async () => {
    const stream = new MasterStream();
    await using view = await serveView({ stream, title: 'three cameras' });
    view.show('chosen', { kind: 'text', text: 'by the program' });
    const clients = ['camera 1', 'camera 2', 'camera 3'].map((name) => new HandFedClient(stream, name));
    const events = stream[Symbol.asyncIterator]();
    /** Feeds one frame of each client, and takes what comes of it. */
    const all = async (feed: (client: HandFedClient) => Promise<void>): Promise<void> => {
      const fed = Promise.all(clients.map(feed)).then(() => 'fed' as const);
      // Events come until everything was read.
      for (let next = events.next(); (await Promise.race([fed, next])) !== 'fed'; next = events.next())
        continue;
    };
    await all((client) => client.hello());
    await using one = await browser.open(view.url);
    const { page, complaints } = one;
    const spot = spots(96, 64);
    for (let shot = 0; shot < 60; shot += 1) {
      await all((client) => {
        const image = spot();
        client.now = stream.now();
        client.sequence += 1;
        const brightest = image.reduce((most, value) => Math.max(most, value));
        const profile = Float32Array.from({ length: 96 }, (_, x) => image[32 * 96 + x]!);
        return client.frame(kind.DATA, { brightest, chosen: 1, note: 'no number' }, [
          { name: 'camera', data: image, shape: [64, 96] },
          { name: 'profile', data: profile, shape: [96] },
        ]);
      });
      // Frames are to be some time apart, so that rates mean something.
      if (shot % 6 === 5) await page.evaluate('new Promise(requestAnimationFrame)');
    }
    await page.waitForSelector(`${CANVAS}[data-version]`, { state: 'attached' });
    await page.waitForSelector('.panel[data-topic=brightest]');
    await page.waitForSelector('.panel[data-topic=clients] >> text=camera 3');
    const topics = await Promise.all(
      (await page.locator('.panel').all()).map((panel) => panel.getAttribute('data-topic')),
    );
    assert.deepEqual(topics.sort(), ['brightest', 'camera', 'chosen', 'clients', 'controls', 'profile']);
    assert.match(await page.innerText('.panel[data-topic=chosen]'), /by the program/);
    view.remove('chosen');
    await page.waitForSelector('.panel[data-topic=chosen]', { state: 'detached' });
    await look(page, 'light', 1200, 860);
    await picture(page, 'live-automatic');
    await page.click('text=Stop the run');
    await page.click('text=Press again to stop');
    for (const client of clients) await until(page, () => client.told.some(({ stop }) => stop !== undefined));
    await all((client) => client.endRun());
    await all((client) => client.bye());
    await stream.close();
    assert.deepEqual(complaints, []);
  });

  test('A plot has room on a phone, whatever size it was given', async () => {
    await using view = await serveView();
    const x = Float64Array.from({ length: 50 }, (_, index) => index);
    for (const size of ['small', 'medium', 'wide', 'tall'] as const)
      view.show(size, { kind: 'lines', x, series: [{ label: 'squares', y: x.map((v) => v * v) }], size });
    await using one = await browser.open(view.url);
    await look(one.page, 'light', 380, 844);
    const plots = one.page.locator('.panel .u-over');
    await plots.nth(3).waitFor();
    for (const plot of await plots.all()) assert.ok(((await plot.boundingBox())?.height ?? 0) > 100);
    assert.deepEqual(one.complaints, []);
  });

  test('A late page shows every panel, in the colours that the person wants, on a phone as well', async () => {
    await using view = await serveView({ title: 'von Hamos · XCS' });
    const spectrometer = new Spectrometer(view, 1);
    for (let tick = 0; tick <= 120; tick += 1) spectrometer.tick(tick);
    // Without noise, and in steps, the frame takes little room as a picture.
    spectrometer.showFrame(meanFrame().map((value) => (Math.round(4 * Math.sqrt(value)) / 4) ** 2));
    await using one = await browser.open(view.url);
    const { page, complaints } = one;
    await page.waitForSelector('.panel[data-topic=density] canvas[data-version]', { state: 'attached' });
    await page.waitForSelector(`${CANVAS}[data-version]`, { state: 'attached' });
    await page.waitForSelector('.panel:nth-of-type(10)');
    const topics = await Promise.all(
      (await page.locator('.panel').all()).map((panel) => panel.getAttribute('data-topic')),
    );
    assert.deepEqual(topics, [
      'camera',
      'spectra',
      'difference',
      'readings',
      'controls',
      'pulses',
      'correlation',
      'density',
      'pulse energy',
      'clients',
    ]);
    const looks = [
      ['dark', 'dark', 1400, 900],
      ['light', 'light', 1400, 900],
      ['phone', 'dark', 380, 844],
    ] as const;
    for (const [name, scheme, width, height] of looks) {
      await look(page, scheme, width, height);
      await page.waitForSelector(`html[data-theme=${scheme}]`);
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      assert.equal(await isDark(page), scheme === 'dark');
      if (name === 'phone') await picture(page, 'live-phone');
    }
    await look(page, 'dark', 1280, 600);
    await page.waitForSelector('html[data-theme=dark]');
    await picture(page, 'live-panels');
    // The person's own choice comes before the system's.
    await page.keyboard.press('t');
    assert.equal(await isDark(page), false);
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open]');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog', { state: 'detached' });
    for (const key of ['1', 'f']) await page.keyboard.press(key);
    await page.waitForSelector('.panel.is-enlarged[data-topic=camera]');
    assert.equal(await page.locator('.panel:visible').count(), 1);
    assert.deepEqual(complaints, []);
  });
});

/** Written into the documents where PARLEY_PICTURES is set: what they show is what the tests have seen. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['PARLEY_PICTURES'];
  if (folder === undefined) return;
  fs.mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png` });
}

/** Looks once in each frame of the page. */
async function until(page: Page, condition: () => boolean): Promise<void> {
  while (!condition()) await page.evaluate('new Promise(requestAnimationFrame)');
}

/** Pictures of a beam that wanders, the same each time. */
function spots(width: number, height: number): () => Float32Array {
  let shot = 0;
  return () => {
    shot += 1;
    const [x0, y0] = [width / 2 + 12 * Math.sin(shot / 9), height / 2 + 8 * Math.cos(shot / 13)];
    return Float32Array.from({ length: width * height }, (_, index) => {
      const [x, y] = [index % width, Math.floor(index / width)];
      const ripple = 1 + 0.3 * Math.cos(((x - x0) ** 2 + (y - y0) ** 2) / 40 + shot / 5);
      return 1000 * ripple * Math.exp(-((x - x0) ** 2) / 400 - (y - y0) ** 2 / 160);
    });
  };
}

async function isDark(page: Page): Promise<boolean> {
  const color = await page.evaluate<string>(
    "getComputedStyle(document.querySelector('.panel')).backgroundColor",
  );
  return Number(/\d+/.exec(color)?.[0]) < 128;
}
