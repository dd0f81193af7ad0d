/** Panels that a function of the program makes when somebody looks: what goes wrong there ends nothing but that panel. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Panel, TextPanel } from '#live/view/panel.js';
import { serveView } from '#live/view/serve-view.js';
import type { FramePanel } from '#live/view/wire/view-topics.js';
import { ViewerClient } from './viewer-client.js';

const textOf = (panel: FramePanel | undefined): string => (panel as TextPanel | undefined)?.text ?? '';

test('What makes a panel and throws, or gives what does not fit together, is shown as its error, and the others go on', async () => {
  await using view = await serveView();
  const circle: { self?: unknown } = {};
  circle.self = circle;
  const wrong: Record<string, readonly [() => Panel, RegExp]> = {
    thrower: [
      () => {
        throw new RangeError('no such bin');
      },
      /Cannot show "thrower": no such bin/,
    ],
    lengths: [
      () => ({ kind: 'histogram', edges: new Float64Array(3), counts: new Float64Array(3) }),
      /Cannot show "lengths" as histogram: edges has 3 elements where 4 are wanted/,
    ],
    nothing: [() => undefined as unknown as Panel, /Cannot show "nothing": .*undefined/],
    circle: [() => ({ kind: 'text', text: '', circle }) as Panel, /Cannot show "circle": /],
  };
  for (const [name, [make]] of Object.entries(wrong)) view.show(name, make);
  view.show('good', () => ({ kind: 'text', text: 'as it should be' }));
  const viewer = await ViewerClient.connect(view.url);
  await viewer.until(() => textOf(viewer.last('good')?.panel) === 'as it should be');
  for (const [name, [, message]] of Object.entries(wrong)) {
    await viewer.until(() => viewer.last(name) !== undefined);
    assert.equal(viewer.last(name)?.panel.kind, 'text');
    assert.match(textOf(viewer.last(name)?.panel), message);
  }
  // From the timer of frames as well, and it comes right with the next one that does.
  view.show('thrower', wrong['thrower']![0]);
  await viewer.until(() => viewer.last('thrower')?.version === 2);
  view.show('thrower', () => ({ kind: 'text', text: 'again' }));
  await viewer.until(() => textOf(viewer.last('thrower')?.panel) === 'again');
  await viewer.close();
});
