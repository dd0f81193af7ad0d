/** What a member of common memory says of itself, and what another reads of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOfCall } from '#collectives/common/call.js';
import { commonBytes } from '#collectives/common/common-layout.js';
import { CommonMemory } from '#collectives/common/common-memory.js';
import type { Endpoint } from '#p2p/endpoint.js';
import { FLOAT64 } from '#wire/element-type.js';

test('a call is known again, however long its data is', () => {
  const block = {
    name: 'a block',
    memory: new ArrayBuffer(commonBytes(2)),
    vectors: null,
    loans: null,
    wake: () => undefined,
    seal: () => undefined,
    close: () => undefined,
  };
  const memberOf = (rank: number): CommonMemory =>
    new CommonMemory({ rank, peers: [{}, {}] } as unknown as Endpoint, block);
  const [writer, reader] = [memberOf(0), memberOf(1)];
  for (const bytes of [0, 48, 2 ** 31 - 8, 2 ** 31, 2 ** 32 - 8]) {
    const call = { tag: 7, what: kindOfCall('allreduce', FLOAT64, -1, 'SUM'), bytes };
    const stage = writer.publish(call);
    assert.ok(reader.hasReached(0, stage));
    assert.ok(reader.comesWith(0, stage, call), `${bytes} bytes`);
    assert.equal(reader.callOf(0, stage).bytes, bytes);
    assert.equal(reader.comesWith(0, stage, { ...call, bytes: bytes + 8 }), false);
  }
});
