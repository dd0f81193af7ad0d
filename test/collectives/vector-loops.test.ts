/** The vector loops against the loops over elements, which are right by tests of their own: the same, to the last bit. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { operatorOf } from '#collectives/operations/op.js';
import * as operations from '#collectives/operations/predefined.js';
import { type VectorLoop, VectorLoops } from '#collectives/operations/vector-loops.js';
import { WasmMemory } from '#system/web-assembly.js';
import * as types from '#wire/element-type.js';

const memory = WasmMemory.of(2 ** 17)!;
const loops = new VectorLoops(memory);
const OPERATIONS = ['SUM', 'PROD', 'MAX', 'MIN', 'BAND', 'BOR', 'BXOR'] as const;
const TYPES = Object.entries({
  INT8: types.INT8,
  UINT8: types.UINT8,
  INT16: types.INT16,
  UINT16: types.UINT16,
  INT32: types.INT32,
  UINT32: types.UINT32,
  BIGINT64: types.BIGINT64,
  BIGUINT64: types.BIGUINT64,
  FLOAT32: types.FLOAT32,
  FLOAT64: types.FLOAT64,
});
const SPECIAL = [0, -0, NaN, Infinity, -Infinity, 1e-320, Number.MAX_VALUE, 1 + 2 ** -23];
const [TARGET, LEFT, RIGHT] = [1 << 14, 1 << 15, 1 << 16];

/** Elements of all values a kind can have, in a sequence that is always the same. */
function fill(elementType: number, at: number, count: number, seed: number): types.TypedArray {
  const elements = types.typedArrayOver(elementType, memory.buffer, at, count);
  const bytes = new Uint8Array(memory.buffer, at, elements.byteLength);
  let state = seed;
  for (let k = 0; k < bytes.length; k++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[k] = state >>> 24;
  }
  const isFloat = elementType === types.FLOAT32 || elementType === types.FLOAT64;
  if (isFloat)
    for (let k = 0; k < count; k++) elements[k] = k % 3 === 0 ? SPECIAL[(k + seed) % 8]! : seed / (k - 9.5);
  return elements;
}

/** As values: every NaN is the same to a program. */
const values = (elements: types.TypedArray): unknown[] => Array.from<unknown>(elements as Float64Array);

function checkLoop(
  loop: VectorLoop,
  name: (typeof OPERATIONS)[number],
  elementType: number,
  count: number,
): void {
  const left = fill(elementType, LEFT, count, 3);
  const right = fill(elementType, RIGHT, count, 77);
  const wanted = left.slice();
  operatorOf(operations[name], 'reduce').elements(elementType).withHigher.combine(wanted, 0, right, 0, count);
  const behind = new Uint8Array(memory.buffer, TARGET + wanted.byteLength, 16).fill(0xa5);
  loop(TARGET, LEFT, RIGHT, wanted.byteLength);
  const got = types.typedArrayOver(elementType, memory.buffer, TARGET, count);
  assert.deepEqual(values(got), values(wanted), `${String(count)} elements`);
  assert.ok(
    behind.every((byte) => byte === 0xa5),
    'nothing is written behind the target',
  );
  loop(LEFT, LEFT, RIGHT, wanted.byteLength);
  assert.deepEqual(values(left), values(wanted), `${String(count)} elements in place`);
}

describe('Vector loops', () => {
  for (const name of OPERATIONS) {
    it(`do for ${name} what the loops over elements do`, () => {
      let found = 0;
      for (const [, elementType] of TYPES) {
        const loop = loops.of(`MPI_${name}`, elementType);
        if (loop === null) continue;
        found++;
        for (const count of [0, 1, 2, 7, 8, 9, 16, 31, 64, 129, 1000])
          checkLoop(loop, name, elementType, count);
      }
      assert.ok(found >= 8, `${String(found)} kinds of elements`);
    });
  }

  it('are the same function when asked for again', () => {
    assert.equal(loops.of('MPI_SUM', types.FLOAT64), loops.of('MPI_SUM', types.FLOAT64));
  });

  it('are not there for what vectors cannot do', () => {
    assert.equal(loops.of('MPI_MAX', types.BIGINT64), null);
    assert.equal(loops.of('MPI_LAND', types.INT32), null);
    assert.equal(loops.of('MPI_SUM', types.UINT8_CLAMPED), null);
    assert.equal(loops.of('MPI_MINLOC', types.FLOAT64), null);
    assert.equal(loops.of("the program's own", types.FLOAT64), null);
  });
});
