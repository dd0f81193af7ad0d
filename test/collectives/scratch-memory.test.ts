import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ScratchMemory } from '#collectives/scratch-memory.js';
import { BIGINT64, FLOAT64, INT8, UINT8 } from '#wire/element-type.js';

const MIB = 1 << 20;

describe('Scratch memory', () => {
  it('gives the very same view to who wants as many elements of the same type again', () => {
    const scratch = new ScratchMemory();
    const view = scratch.take(FLOAT64, 1000);
    assert.ok(view instanceof Float64Array && view.length === 1000);
    scratch.giveBack(view);
    assert.equal(scratch.take(FLOAT64, 1000), view);
    assert.equal(scratch.keptBytes, 0);
  });

  it('gives the same memory to who wants less, or another type, but not to who wants far less', () => {
    const scratch = new ScratchMemory();
    const view = scratch.take(FLOAT64, 1000);
    scratch.giveBack(view);
    const other = scratch.take(BIGINT64, 300);
    assert.ok(other instanceof BigInt64Array && other.length === 300);
    assert.equal(other.buffer, view.buffer);
    scratch.giveBack(other);
    assert.notEqual(scratch.take(UINT8, 1000).buffer, view.buffer);
    assert.notEqual(scratch.take(FLOAT64, 1001).buffer, view.buffer);
    assert.equal(scratch.keptBytes, 8000);
  });

  it('takes the smallest block that is large enough', () => {
    const scratch = new ScratchMemory();
    const views = [3000, 2000, 4000].map((length) => scratch.take(INT8, length));
    for (const view of views) scratch.giveBack(view);
    assert.equal(scratch.take(INT8, 1900).buffer, views[1]!.buffer);
    assert.equal(scratch.take(INT8, 1900).buffer, views[0]!.buffer);
  });

  it('never gives the same memory to two at once', () => {
    const scratch = new ScratchMemory();
    for (let round = 0; round < 5; round++) {
      const views = Array.from({ length: 6 }, (_, k) => scratch.take(FLOAT64, 100 + (k % 2)));
      assert.equal(new Set(views.map(({ buffer }) => buffer)).size, views.length);
      for (const view of views) scratch.giveBack(view);
    }
    assert.ok(scratch.keptBytes <= 6 * 808);
  });

  it('keeps no more than 16 blocks of 32 MiB together, and the latest ones', () => {
    const scratch = new ScratchMemory();
    const views = Array.from({ length: 20 }, () => scratch.takeBytes(1000));
    for (const view of views) scratch.giveBack(view);
    assert.equal(scratch.keptBytes, 16_000);
    assert.ok(views.slice(4).includes(scratch.takeBytes(1000)));
    const long = [20, 10, 8].map((size) => scratch.takeBytes(size * MIB));
    for (const view of long) scratch.giveBack(view);
    assert.equal(scratch.keptBytes, 18 * MIB);
    scratch.giveBack(scratch.takeBytes(33 * MIB));
    assert.equal(scratch.keptBytes, 18 * MIB);
  });

  it('has room for nothing, too', () => {
    const scratch = new ScratchMemory();
    assert.equal(scratch.take(FLOAT64, 0).length, 0);
  });
});
