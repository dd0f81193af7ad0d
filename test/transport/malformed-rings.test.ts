/**
 * Processes that write nonsense into the memory that they share: whoever reads it tells its engine of a malformed
 * peer and goes on with the others. Nothing is thrown, nothing outside is read, and nobody stays awake over it.
 */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadLibc } from '#system/libc.js';
import { type MappedFile, openMappedFile } from '#system/mapped-file.js';
import { createJobSegment, openJobSegment } from '#transport/shared-memory/job-segment.js';
import { ringName } from '#transport/shared-memory/mailbox.js';
import { HEADER_BYTES, RING_BYTES_MIN, ringFileBytes } from '#transport/shared-memory/ring-layout.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { dataFrame, push, randomFrame } from './sample-frames.ts';
import { makeSharedMemoryWorld, type SharedMemoryWorld } from './shared-memory-fixture.ts';
import { TestProcess } from './transport-world.ts';

const SLOTS_AT_WORD = HEADER_BYTES / 4;
const SLOT_WORDS = 16;
const libc = loadLibc();

interface Scene {
  readonly world: SharedMemoryWorld;
  readonly villain: TestProcess;
  readonly honest: TestProcess;
  readonly reader: TestProcess;
  /** A second mapping of the ring from the villain to the reader. */
  readonly ring: MappedFile;
}

/** The ring's file has a name only until its reader has mapped it. */
function onlyRing(directory: string): string {
  const rings = readdirSync(directory).filter((name) => name.startsWith('ring-'));
  assert.equal(rings.length, 1);
  return join(directory, rings[0]!);
}

async function withScene(test: (scene: Scene) => Promise<void> | void): Promise<void> {
  const world = makeSharedMemoryWorld(3, RING_BYTES_MIN, libc);
  const processes = world.ids.map((id, rank) => new TestProcess(id, world.transports[rank]!));
  const [villain, honest, reader] = processes;
  assert.ok(villain !== undefined && honest !== undefined && reader !== undefined);
  villain.channelTo(reader.id);
  const ring = openMappedFile(libc, onlyRing(world.directory));
  try {
    await test({ world, villain, honest, reader, ring });
  } finally {
    for (const each of processes) each.close();
    ring.close();
    world.close();
  }
}

/** The honest one is still heard, and the reader can sleep: it is woken by news, and by nothing else. */
async function checkPeace({ honest, reader }: Scene, random: SeededRandom): Promise<void> {
  const channel = honest.channelTo(reader.id);
  const { frames } = reader.from(honest.id);
  const before = frames.length;
  assert.ok(push(channel, dataFrame(random, 60, 1), random));
  reader.pollUntil(() => frames.length === before + 1, 'the honest frame arrives');
  reader.pollUntil(() => !reader.transport.poll(), 'it is quiet');
  let awake = false;
  const woken = reader.asleep().then(() => {
    awake = true;
  });
  for (let turns = 0; turns < 5; turns++) await new Promise((resolve) => void setImmediate(resolve));
  assert.equal(awake, false, 'the reader cannot sleep any more');
  assert.ok(push(channel, dataFrame(random, 60, 2), random));
  await woken;
  reader.pollUntil(() => frames.length === before + 2, 'the honest frame arrives');
}

describe('Garbage in shared memory', () => {
  const seed = Number(process.env['PARLEY_SEED'] ?? randomInt(2 ** 40));

  it(`in a ring is told as malformed, and does not disturb the others (seed ${seed})`, async () => {
    const random = new SeededRandom(seed);
    let malformed = 0;
    for (let round = 0; round < 60; round++) {
      await withScene(async (scene) => {
        const { villain, reader, ring } = scene;
        const words = new Int32Array(ring.memory);
        const channel = villain.channelTo(reader.id);
        // Some of it before the reader has mapped the ring, some afterwards.
        if (random.chance(0.5)) reader.transport.poll();
        const frames = random.between(1, 8);
        for (let k = 0; k < frames; k++) push(channel, randomFrame(random, 2000), random);
        for (let k = random.between(1, 40); k > 0; k--) {
          // Mostly what describes a frame, often its size.
          const inSlot = random.chance(0.3) ? random.pick([4, 6]) : random.below(8);
          const word = random.chance(0.9) ? random.below(frames) * SLOT_WORDS + inSlot : random.below(8000);
          words[SLOTS_AT_WORD + word] = random.chance(0.5) ? random.bits() : random.below(70) - 2;
        }
        for (let polls = 0; polls < 20; polls++) reader.transport.poll();
        const recording = reader.from(villain.id);
        assert.ok(recording.malformations.length <= 1, 'told more than once');
        malformed += recording.malformations.length;
        if (recording.malformations.length > 0) {
          const heard = recording.frames.length;
          push(channel, randomFrame(random, 2000), random);
          for (let polls = 0; polls < 20; polls++) reader.transport.poll();
          assert.equal(recording.frames.length, heard, 'something was read after the nonsense');
        }
        await checkPeace(scene, random);
      });
    }
    assert.ok(malformed > 0, 'no round was malformed enough');
  });

  it('in a part that is longer than a ring allows is malformed', async () => {
    await withScene(async (scene) => {
      const { villain, reader, ring } = scene;
      const random = new SeededRandom(1);
      push(villain.channelTo(reader.id), dataFrame(random, 100, 1), random);
      new Int32Array(ring.memory)[SLOTS_AT_WORD + 4] = RING_BYTES_MIN;
      for (let polls = 0; polls < 5; polls++) reader.transport.poll();
      assert.deepEqual(reader.from(villain.id).malformations, [`a part of ${RING_BYTES_MIN} bytes`]);
      await checkPeace(scene, random);
    });
  });

  it('in the head of a ring leaves it unread', async () => {
    for (const [word, value] of [
      [0, 0],
      [3, 1],
      [4, 0],
      [8, 99],
      [8, -1],
    ] as const) {
      await withScene(async (scene) => {
        const { villain, reader, ring } = scene;
        const random = new SeededRandom(1);
        new Int32Array(ring.memory)[word] = value;
        push(villain.channelTo(reader.id), dataFrame(random, 100, 1), random);
        for (let polls = 0; polls < 5; polls++) reader.transport.poll();
        assert.deepEqual(reader.heardOf, []);
        await checkPeace(scene, random);
      });
    }
  });

  it('in place of a ring is ignored, whatever lies there', async () => {
    const random = new SeededRandom(seed);
    const world = makeSharedMemoryWorld(2, RING_BYTES_MIN, libc);
    const processes = world.ids.map((id, rank) => new TestProcess(id, world.transports[rank]!));
    const [honest, reader] = processes;
    assert.ok(honest !== undefined && reader !== undefined);
    const segment = openJobSegment(libc, world.directory);
    try {
      for (const bytes of [0, 1, 100, ringFileBytes(RING_BYTES_MIN), null]) {
        const mailbox = segment.mailbox(1);
        const name = random.below(2 ** 31);
        const index = mailbox.claimRing(random.below(2000), process.pid, [name, 0]);
        const path = join(world.directory, ringName(name, 0));
        if (bytes !== null) writeFileSync(path, new Uint8Array(bytes).fill(0x55));
        assert.ok(mailbox.announceRing(index, process.pid));
        segment.notify(1, index);
        for (let polls = 0; polls < 5; polls++) reader.transport.poll();
        // Its number is free again.
        assert.equal(mailbox.announcedName(index), null);
      }
      await checkPeace({ world, villain: honest, honest, reader, ring: null as never }, random);
    } finally {
      for (const each of processes) each.close();
      segment.close();
      world.close();
    }
  });

  it('in place of a segment is an error of the start, not a crash', async () => {
    await withScene(({ world }) => {
      const options = { directory: world.directory, size: 3, ringBytes: RING_BYTES_MIN };
      assert.throws(() => createJobSegment(libc, options), /EEXIST/);
      const file = openMappedFile(libc, join(world.directory, 'segment'));
      const words = new Int32Array(file.memory);
      const magic = words[0]!;
      words[0] = 5;
      assert.throws(() => openJobSegment(libc, world.directory), /MPI_ERR_INTERN/);
      words[0] = magic;
      file.close();
    });
  });
});
