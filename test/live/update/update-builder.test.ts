import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ArrayToSend } from '#live/update/frame-encoder.js';
import { UpdateBuilder, type UpdateSink } from '#live/update/update-builder.js';

class Recorder implements UpdateSink {
  readonly sent: { small: Readonly<Record<string, unknown>>; names: string[] }[] = [];
  runsEnded = 0;
  sendUpdate(small: Readonly<Record<string, unknown>>, arrays: readonly ArrayToSend[]): Promise<void> {
    this.sendUpdateSync(small, arrays);
    return Promise.resolve();
  }
  sendUpdateSync(small: Readonly<Record<string, unknown>>, arrays: readonly ArrayToSend[]): void {
    this.sent.push({ small, names: arrays.map(({ name }) => name) });
  }
  endRun(): Promise<void> {
    this.runsEnded += 1;
    return Promise.resolve();
  }
}

test('one md object serves update after update, whatever the names', async () => {
  const sink = new Recorder();
  const md = new UpdateBuilder(sink);
  md.addArray('small', Float64Array.of(1))
    .addArray('send', Float64Array.of(2))
    .addArray('endRun', Float64Array.of(3));
  md.small['addArray'] = 1;
  await md.send();
  assert.ok(md.isEmpty);
  md.addArray('small', Float64Array.of(4));
  md.sendSync();
  assert.deepEqual(sink.sent, [
    { small: { addArray: 1 }, names: ['small', 'send', 'endRun'] },
    { small: {}, names: ['small'] },
  ]);
});

test('what was added and not sent goes out before the run ends', async () => {
  const sink = new Recorder();
  const md = new UpdateBuilder(sink);
  md.small['rest'] = 1;
  await md.endRun();
  await md.endRun();
  assert.equal(sink.sent.length, 1);
  assert.equal(sink.runsEnded, 2);
});

test('names twice, shapes of another size and what is no typed array are refused', () => {
  const md = new UpdateBuilder(new Recorder());
  md.addArray('a', new Float64Array(6), [2, 3]);
  assert.throws(
    () => md.addArray('a', new Float64Array(6)),
    /Cannot add array "a": this update has one of that name/,
  );
  assert.throws(
    () => md.addArray('b', new Float64Array(6), [2, 2]),
    /its shape 2×2 is not that of 6 elements/,
  );
  assert.throws(() => md.addArray('b', new Float64Array(6), [-2, -3]), /its shape -2×-3/);
  assert.throws(() => md.addArray('b', [1, 2] as never), /no typed array was given/);
  assert.throws(
    () => md.addArray('b', new DataView(new ArrayBuffer(8)) as never),
    /no typed array was given/,
  );
});
