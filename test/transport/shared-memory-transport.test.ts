import { describe } from 'node:test';
import { RING_BYTES_MAX, RING_BYTES_MIN } from '#transport/shared-memory/ring-layout.js';
import { checkCompliance } from './compliance.ts';
import { sharedMemoryFixture } from './shared-memory-fixture.ts';

for (const ringBytes of [RING_BYTES_MIN, RING_BYTES_MAX]) {
  describe(`The shared-memory transport with rings of ${ringBytes} bytes`, () => {
    checkCompliance(sharedMemoryFixture(ringBytes));
  });
}
