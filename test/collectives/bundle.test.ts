/** Several payloads in one message: what goes in comes out, and what is no bundle is refused. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bundle, unbundle } from '#collectives/bundle.js';
import type { Payload } from '#engine/receive-payload.js';
import { MPIError } from '#errors/mpi-error.js';
import type { Endpoint } from '#p2p/endpoint.js';
import { FLOAT64, UINT8, VALUE } from '#wire/element-type.js';

const endpoint = { context: { label: (): string => '"test"' } } as unknown as Endpoint;

const payload = (elementType: number, ...bytes: number[]): Payload => ({
  elementType,
  bytes: Uint8Array.from(bytes),
});

const SOME = [payload(VALUE, 1, 2, 3), payload(FLOAT64), payload(UINT8, 9), payload(63, 7, 7)];

describe('A bundle', () => {
  it('gives back what went into it, in order, with its types', () => {
    for (let count = 1; count <= SOME.length; count++) {
      const some = SOME.slice(0, count);
      const got = unbundle(endpoint, bundle(some), count);
      assert.deepEqual(
        got.map(({ elementType, bytes }) => [elementType, ...bytes]),
        some.map(({ elementType, bytes }) => [elementType, ...bytes]),
      );
    }
  });

  it('is the payload itself where there is one alone', () => {
    assert.equal(bundle(SOME.slice(0, 1)), SOME[0]);
  });

  it('may be made of bundles, and lie anywhere in memory', () => {
    const inner = bundle(SOME.slice(0, 2));
    const { bytes } = bundle([inner, SOME[2]!]);
    const moved = new Uint8Array(bytes.length + 5);
    moved.set(bytes, 3);
    const [first] = unbundle(endpoint, { elementType: UINT8, bytes: moved.subarray(3, -2) }, 2);
    assert.deepEqual(
      unbundle(endpoint, first!, 2).map(({ bytes }) => [...bytes]),
      [[1, 2, 3], []],
    );
  });

  it('of another number, cut off, or with lengths that lie is refused', () => {
    const whole = bundle(SOME);
    const lying = whole.bytes.slice();
    lying.set([0xff, 0xff, 0xff, 0xff]);
    const longer = new Uint8Array(whole.bytes.length + 1);
    longer.set(whole.bytes);
    const bad: [Uint8Array, number][] = [
      [whole.bytes, 3],
      [whole.bytes, 5],
      [whole.bytes, 1000],
      [whole.bytes.subarray(0, -1), 4],
      [whole.bytes.subarray(0, 20), 4],
      [new Uint8Array(0), 2],
      [lying, 4],
      [longer, 4],
    ];
    for (const [bytes, count] of bad) {
      assert.throws(
        () => unbundle(endpoint, { elementType: UINT8, bytes }, count),
        (error) => error instanceof MPIError && /^Cannot read the values .* "test"/.test(error.message),
      );
    }
  });
});
