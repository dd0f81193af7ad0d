/** Where the system does not let one process reach another's memory nothing is lent, and nothing is said. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Libc, loadLibc } from '#system/libc.js';
import { RING_BYTES_MIN } from '#transport/shared-memory/ring-layout.js';
import { FrameKind } from '#wire/frame.js';
import { makeSharedMemoryWorld } from './shared-memory-fixture.ts';
import { withProcesses } from './transport-world.ts';

const libc = loadLibc();

/** What stands in the way, and how the system's answer shows it. */
const OBSTACLES: Readonly<Record<string, Partial<Libc>>> = {
  'the system refuses': { readMemory: () => false, writeMemory: () => false },
  'something else lies there, in another process of that number': { readMemory: () => true },
};

describe('A loan', () => {
  for (const [obstacle, answers] of Object.entries(OBSTACLES)) {
    it(`is none where ${obstacle}`, async () => {
      const fixture = {
        name: 'shared-memory',
        processesMax: Infinity,
        make: (count: number) => makeSharedMemoryWorld(count, RING_BYTES_MIN, { ...libc, ...answers }),
      };
      await withProcesses(fixture, 2, ([writer, reader]) => {
        assert.ok(writer !== undefined && reader !== undefined);
        const channel = writer.channelTo(reader.id);
        const { frames } = reader.from(writer.id);
        channel.pushControl(FrameKind.WITHDRAW, 1, 0);
        reader.pollUntil(() => frames.length === 1, 'the ring is known');
        assert.equal(channel.lend?.(1, new Uint8Array(100_000)), null);
        // A writer that lends all the same is not believed to be reachable.
        channel.pushMessage(FrameKind.REQUEST, 1, 0, 0, 0, 0, 100_000, 1, new Uint8Array(0), 1, 0);
        reader.pollUntil(() => frames.length === 2, 'the request arrives');
        assert.equal(frames[1]?.lent?.take(), false);
      });
    });
  }
});
