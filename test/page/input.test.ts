/** What is typed and pointed at on the page, in a real browser: what is meant arrives at the program, and nothing else. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ViewFeedback } from '#live/view/feedback.js';
import type { ClientShown, Control } from '#live/view/panel.js';
import { serveView } from '#live/view/serve-view.js';
import { TestBrowser, withoutBrowser } from './browser.js';

const FRAME: Control = { type: 'request', name: 'frame', label: 'Send one frame' };
const ASKED: ViewFeedback = { type: 'request', topic: 'controls', name: 'frame' };

describe('input at the page', { skip: withoutBrowser }, () => {
  const browser = new TestBrowser();
  before(() => browser.start());
  after(() => browser.stop());

  test('A field of a number tells what was typed, and not that it was passed or emptied', async () => {
    await using view = await serveView();
    const value = 0.123456789;
    view.show('controls', {
      kind: 'controls',
      controls: [{ type: 'number', name: 'x', label: 'x', value, step: 1 }, FRAME],
    });
    const loop = view.feedback();
    const heard = async (): Promise<ViewFeedback | undefined> => (await loop.next()).value;
    await using one = await browser.open(view.url);
    const { page } = one;
    const field = page.locator('input.field');
    await field.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await page.click('text=Send one frame');
    assert.deepEqual(await heard(), ASKED);
    await field.fill('');
    await page.keyboard.press('Enter');
    assert.equal(await field.inputValue(), '0.123457');
    await field.fill(' ');
    await page.keyboard.press('Tab');
    await page.click('text=Send one frame');
    assert.deepEqual(await heard(), ASKED);
    await field.focus();
    await page.keyboard.press('ArrowUp');
    assert.deepEqual(await heard(), { type: 'setting', topic: 'controls', name: 'x', value: 1.123456789 });
    await field.fill('7.25');
    await page.keyboard.press('Tab');
    assert.deepEqual(await heard(), { type: 'setting', topic: 'controls', name: 'x', value: 7.25 });
    assert.deepEqual(one.complaints, []);
  });

  test('A region whose drawing is broken off is none', async () => {
    await using view = await serveView();
    view.show('camera', { kind: 'image', data: new Float32Array(48), shape: [6, 8] });
    view.show('controls', { kind: 'controls', controls: [FRAME] });
    const loop = view.feedback();
    await using one = await browser.open(view.url);
    const { page } = one;
    const box = (await page.locator('.stage canvas[data-version]').boundingBox())!;
    await page.click('button[aria-label="Draw a region of interest"]');
    await page.mouse.move(box.x + box.width * 0.4, box.y + box.height * 0.4);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.6, box.y + box.height * 0.6, { steps: 3 });
    await page.waitForSelector('.region.is-draft');
    // As where the system takes the pointer for a gesture of its own.
    await page.dispatchEvent('.stage', 'pointercancel', { pointerId: 1, bubbles: true });
    await page.waitForSelector('.region.is-draft', { state: 'detached' });
    await page.mouse.up();
    await page.click('text=Send one frame');
    assert.deepEqual((await loop.next()).value, ASKED);
  });

  test('Clients of one name are rows of their own', async () => {
    await using view = await serveView();
    const row = (id: number): ClientShown => ({
      id,
      name: 'rank 0',
      state: 'live',
      step: id,
      updatesPerSecond: 1,
      lagMs: 1,
      queued: 0,
      lost: 0,
      lastSeen: 0,
    });
    view.show('clients', { kind: 'clients', rows: [row(1), row(2), row(3)] });
    await using one = await browser.open(view.url);
    const { page } = one;
    await page.waitForSelector('tbody tr:nth-child(3)');
    await page.evaluate("document.querySelector('tbody tr:nth-child(2)').dataset.mark = 'second'");
    view.show('clients', { kind: 'clients', rows: [row(2), row(3)] });
    await page.waitForSelector('tbody tr:nth-child(3)', { state: 'detached' });
    const marks = "[...document.querySelectorAll('tbody tr')].map(({ dataset }) => dataset.mark ?? '')";
    assert.deepEqual(await page.evaluate(marks), ['second', '']);
    assert.deepEqual(one.complaints, []);
  });
});
