import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PreparedCalls, PreparedVerb } from '#collectives/common/prepared-calls.js';

const REDUCE = new PreparedVerb<string>('reduce');
const GATHER = new PreparedVerb<string>('allgather');
const [SUM, MAX] = [{ name: 'SUM' }, { name: 'MAX' }];

describe('Prepared calls', () => {
  it('are found by the same verb, buffers, operation and root alone', () => {
    const calls = new PreparedCalls();
    const [send, recv] = [new Float64Array(2), new Float64Array(2)];
    calls.keep(REDUCE, send, recv, SUM, 1, 'kept');
    assert.equal(calls.find(REDUCE, send, recv, SUM, 1), 'kept');
    assert.equal(calls.find(GATHER, send, recv, SUM, 1), null);
    assert.equal(calls.find(REDUCE, recv, send, SUM, 1), null);
    assert.equal(calls.find(REDUCE, send, null, SUM, 1), null);
    assert.equal(calls.find(REDUCE, send, recv, MAX, 1), null);
    for (const root of [0, 5, -3, 0.5, NaN]) assert.equal(calls.find(REDUCE, send, recv, SUM, root), null);
  });

  it('are not found of arguments that were left out, whether anything is kept in their place or not', () => {
    const calls = new PreparedCalls();
    const send = new Uint8Array(1);
    assert.equal(calls.find(REDUCE, undefined as never, undefined as never, SUM, 0), null);
    calls.keep(REDUCE, send, null, SUM, 0, 'kept');
    assert.equal(calls.find(REDUCE, undefined as never, null, SUM, 0), null);
    assert.equal(calls.find(REDUCE, send, undefined as never, SUM, 0), null);
  });

  it('have places for a few roots each', () => {
    const calls = new PreparedCalls();
    const send = new Uint8Array(1);
    for (let root = 0; root < 6; root++) calls.keep(REDUCE, send, null, null, root, `root ${String(root)}`);
    const found = Array.from({ length: 6 }, (_, root) => calls.find(REDUCE, send, null, null, root));
    assert.deepEqual(found, [null, null, 'root 2', 'root 3', 'root 4', 'root 5']);
  });

  it('are not found when a buffer has been given away or resized', () => {
    const calls = new PreparedCalls();
    const [send, recv] = [new Float64Array(2), new Float64Array(2)];
    calls.keep(REDUCE, send, recv, SUM, 0, 'kept');
    structuredClone(recv, { transfer: [recv.buffer] });
    assert.equal(calls.find(REDUCE, send, recv, SUM, 0), null);
    calls.keep(REDUCE, send, null, SUM, 0, 'kept');
    structuredClone(send, { transfer: [send.buffer] });
    assert.equal(calls.find(REDUCE, send, null, SUM, 0), null);
  });

  it('of long buffers, of parts of much memory, and of what is no view are not kept', () => {
    const calls = new PreparedCalls();
    const short = new Float64Array(2);
    const long = [new Float64Array(513), new Float64Array(10_000).subarray(0, 2), new ArrayBuffer(8)];
    for (const buffer of long) {
      calls.keep(REDUCE, buffer, short, SUM, 0, 'kept');
      assert.equal(calls.find(REDUCE, buffer, short, SUM, 0), null);
      calls.keep(REDUCE, short, buffer, SUM, 0, 'kept');
      assert.equal(calls.find(REDUCE, short, buffer, SUM, 0), null);
    }
  });
});
