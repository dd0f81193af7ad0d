import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RecentBuffers } from '#collectives/recent-buffers.js';
import { FLOAT64, UINT8 } from '#wire/element-type.js';

describe('Recent buffers', () => {
  it('have the same payload, and the same blocks, as long as they are the same buffers', () => {
    const recent = new RecentBuffers();
    const buffer = Float64Array.of(1, 2, 3, 4);
    const payload = recent.payloadOf(FLOAT64, buffer);
    assert.equal(payload.bytes.buffer, buffer.buffer);
    assert.equal(recent.payloadOf(FLOAT64, buffer), payload);
    assert.notEqual(recent.payloadOf(UINT8, buffer), payload);
    assert.notEqual(recent.payloadOf(FLOAT64, buffer.slice()), payload);
    const blocks = recent.blocksOf(payload, 16);
    assert.equal(recent.blocksOf(payload, 16), blocks);
    assert.equal(blocks.of(1), blocks.of(1));
    assert.deepEqual(blocks.of(1).bytes, payload.bytes.subarray(16));
    assert.deepEqual(recent.blocksOf(payload, 8).of(3).bytes, payload.bytes.subarray(24));
  });

  it('see what is written into the buffers', () => {
    const recent = new RecentBuffers();
    const buffer = new Uint8Array(4);
    const { bytes } = recent.blocksOf(recent.payloadOf(UINT8, buffer), 2).of(1);
    buffer[3] = 7;
    assert.deepEqual([...bytes], [0, 7]);
  });

  it('are forgotten one after the other, and those that are long or part of much memory are not kept', () => {
    const recent = new RecentBuffers();
    const buffers = Array.from({ length: 5 }, () => new Float64Array(8));
    const payloads = buffers.map((buffer) => recent.payloadOf(FLOAT64, buffer));
    assert.equal(recent.payloadOf(FLOAT64, buffers[4]!), payloads[4]);
    assert.equal(recent.payloadOf(FLOAT64, buffers[1]!), payloads[1]);
    assert.notEqual(recent.payloadOf(FLOAT64, buffers[0]!), payloads[0]);
    for (const buffer of [new Float64Array(513), new Float64Array(10_000).subarray(0, 2)]) {
      const payload = recent.payloadOf(FLOAT64, buffer);
      assert.equal(payload.bytes.length, buffer.byteLength);
      assert.notEqual(recent.payloadOf(FLOAT64, buffer), payload);
    }
  });

  it('are not taken for what they were after their memory has been given away', () => {
    const recent = new RecentBuffers();
    const buffer = new Float64Array(8);
    recent.payloadOf(FLOAT64, buffer);
    structuredClone(buffer, { transfer: [buffer.buffer] });
    assert.equal(recent.payloadOf(FLOAT64, buffer).bytes.length, 0);
  });

  it('are known to fit each other until others have been noted, or one has another length', () => {
    const recent = new RecentBuffers();
    const [first, second] = [new Float64Array(8), new Float64Array(8)];
    assert.equal(recent.areFitting(first, second), false);
    recent.noteFitting(first, second);
    recent.noteFitting(first, new Float64Array(100_000));
    assert.equal(recent.areFitting(first, second), true);
    assert.equal(recent.areFitting(first, second, 8), false);
    assert.equal(recent.areFitting(second, first), false);
    structuredClone(first, { transfer: [first.buffer] });
    assert.equal(recent.areFitting(first, second), false);
  });
});
