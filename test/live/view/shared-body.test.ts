/** Memory of what viewers are sent: used again when all have drawn it, and never before. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Topic } from '#live/view/server/topic.js';
import { Viewer } from '#live/view/server/viewer.js';
import { decodeViewFrame } from '#live/view/wire/view-frame.js';
import type { ImageFrame } from '#live/view/wire/view-topics.js';

const SHAPE = [200, 300] as const;
const image = (value: number): Float32Array => new Float32Array(SHAPE[0] * SHAPE[1]).fill(value);

/** A viewer whose frames stay where the program has them, as on their way through a slow socket. */
function makeViewer(topic: Topic) {
  const frames: { readonly head: Uint8Array; readonly body: Uint8Array }[] = [];
  const line = {
    isOpen: true,
    bufferedBytes: 0,
    sendFrame: (head: Uint8Array, body: Uint8Array) => void frames.push({ head, body }),
    sendText: () => undefined,
  };
  const clock = { now: 0 };
  const viewer = new Viewer({ line, session: 's', format: 'f32', rate: 100, now: () => clock.now });
  viewer.receive({ type: 'hello', session: '', seen: {} }, [topic]);
  return {
    viewer,
    frames,
    show: () => {
      clock.now += 1000;
      viewer.mark(topic);
    },
    draw: () => viewer.receive({ type: 'drawn', versions: { camera: topic.version } }, [topic]),
    valueOf: (index: number): number => {
      const { head, body } = frames[index]!;
      const message = new Uint8Array(head.length + body.length);
      message.set(head);
      message.set(body, head.length);
      const { panel } = decodeViewFrame<ImageFrame>(message.buffer);
      return panel.codes.data[7]!;
    },
  };
}

describe('a body that viewers share', () => {
  const show = (topic: Topic, value: number): void =>
    topic.show({ kind: 'image', data: image(value), shape: SHAPE }, value);

  test('gives its memory to the next one when everybody has drawn it', () => {
    const topic = new Topic('camera');
    show(topic, 1);
    const [one, other] = [makeViewer(topic), makeViewer(topic)];
    assert.equal(one.frames[0]!.body.buffer, other.frames[0]!.body.buffer);
    one.draw();
    show(topic, 2);
    one.show();
    // The other one has still to take it from there.
    assert.notEqual(one.frames[1]!.body.buffer, one.frames[0]!.body.buffer);
    assert.deepEqual([other.valueOf(0), one.valueOf(1)], [1, 2]);
    other.draw();
    one.draw();
    other.show();
    show(topic, 3);
    one.show();
    assert.ok([0, 1].some((index) => one.frames[index]!.body.buffer === one.frames[2]!.body.buffer));
    assert.deepEqual([other.valueOf(1), one.valueOf(2)], [2, 3]);
  });

  test('keeps it where a viewer has gone before it had drawn it', () => {
    const topic = new Topic('camera');
    show(topic, 1);
    const [one, other] = [makeViewer(topic), makeViewer(topic)];
    one.draw();
    other.viewer.close();
    for (let value = 2; value <= 5; value += 1) {
      show(topic, value);
      one.show();
      one.draw();
    }
    assert.equal(other.valueOf(0), 1);
    assert.equal(new Set(one.frames.map(({ body }) => body.buffer)).size, 2);
  });

  test('that is shorter or much longer lies in memory of its own', () => {
    const topic = new Topic('camera');
    show(topic, 1);
    const one = makeViewer(topic);
    one.draw();
    topic.show({ kind: 'image', data: image(2).subarray(0, 20_000), shape: [100, 200] }, 2);
    one.show();
    one.draw();
    assert.notEqual(one.frames[1]!.body.buffer, one.frames[0]!.body.buffer);
    assert.equal(one.valueOf(1), 2);
  });
});
