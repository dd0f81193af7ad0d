/**
 * Sleeping and waking between two processes that do nothing else, in both ways of waiting. Whoever is forgotten
 * sleeps on: that is what these tests would find.
 * It wants the machine to itself.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadLibc } from '#system/libc.js';
import { openMappedFile } from '#system/mapped-file.js';
import { openJobSegment } from '#transport/shared-memory/job-segment.js';
import { Sleep } from '#transport/shared-memory/mailbox.js';
import { RING_BYTES_MIN } from '#transport/shared-memory/ring-layout.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { dataFrame, push } from './sample-frames.ts';
import { makeSharedMemoryWorld } from './shared-memory-fixture.ts';
import { TestProcess } from './transport-world.ts';

const ECHO = fileURLToPath(new URL('echo-process.js', import.meta.url));
/** Nobody is this slow: who sleeps as long was forgotten. */
const FORGOTTEN_MS = 20_000;
const ROUNDS = 400;
const FLOOD_BYTES = 4 * 2 ** 20;

type Way = 'block' | 'await';

/** A child that echoes, and this process, which sleeps whenever there is nothing for it. */
async function withEcho(
  childWay: Way,
  test: (own: TestProcess, child: TestProcess['id'], sleepOfChild: () => number) => Promise<void>,
): Promise<void> {
  const libc = loadLibc();
  const world = makeSharedMemoryWorld(2, RING_BYTES_MIN, libc);
  const { directory } = world;
  const own = new TestProcess(world.ids[0]!, world.transports[0]!);
  const segment = openJobSegment(libc, directory);
  const mapping = openMappedFile(libc, join(directory, 'segment'));
  const words = new Int32Array(mapping.memory);
  const sleepWord = segment.mailbox(1).sleepByteOffset / 4;
  const child = spawn(process.execPath, [ECHO, directory, '1', childWay], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const exited = once(child, 'exit');
  try {
    await test(own, world.ids[1]!, () => Atomics.load(words, sleepWord));
    assert.ok(push(own.channelTo(world.ids[1]!), dataFrame(new SeededRandom(1), 0, 0), new SeededRandom(1)));
    assert.deepEqual(await exited, [0, null]);
  } finally {
    child.kill('SIGKILL');
    own.close();
    segment.close();
    mapping.close();
    world.close();
  }
}

/** Sleeps, in one way or the other, until woken. */
async function sleep(own: TestProcess, way: Way): Promise<void> {
  const before = performance.now();
  if (way === 'block') own.transport.sleep(FORGOTTEN_MS);
  else await own.asleep();
  assert.ok(performance.now() - before < FORGOTTEN_MS, 'a sleeper was forgotten');
}

for (const childWay of ['block', 'await'] as const) {
  for (const ownWay of ['block', 'await'] as const) {
    describe(`A process that ${ownWay}s, and one that ${childWay}s`, { timeout: 60_000 }, () => {
      it('wake each other whenever there is news', () =>
        withEcho(childWay, async (own, child, sleepOfChild) => {
          const random = new SeededRandom(2);
          const channel = own.channelTo(child);
          const { frames } = own.from(child);
          const asleep = childWay === 'block' ? Sleep.ON_FUTEX : Sleep.IN_EVENT_LOOP;
          const libc = loadLibc();
          for (let round = 0; round < ROUNDS; round++) {
            // Mostly the other one is caught asleep, sometimes just as it falls asleep.
            for (let looks = random.chance(0.7) ? Infinity : random.below(20); looks > 0; looks--) {
              if (sleepOfChild() === asleep) break;
              libc.yieldProcessor();
            }
            assert.ok(push(channel, dataFrame(random, random.below(2000), round + 1), random));
            while (frames.length <= round) if (!own.transport.poll()) await sleep(own, ownWay);
          }
        }));

      it('wake each other whenever there is room', () =>
        withEcho(childWay, async (own, child) => {
          const random = new SeededRandom(3);
          const channel = own.channelTo(child);
          const recording = own.from(child);
          const order = dataFrame(random, 4, 0);
          new Uint32Array(order.data.buffer)[0] = FLOOD_BYTES;
          assert.ok(push(channel, order, random));
          let came = 0;
          recording.onFrame = ({ size }) => {
            came += size;
            recording.frames.length = 0;
          };
          while (came < FLOOD_BYTES) {
            if (!own.transport.poll()) await sleep(own, ownWay);
          }
          // And the other way: more echoes than there is room for.
          came = 0;
          const part = dataFrame(random, channel.fragmentBytes, 1);
          for (let sent = 0; sent < 200;) {
            if (push(channel, part, random)) sent++;
            else if (!own.transport.poll()) await sleep(own, ownWay);
          }
          while (came < 200 * part.size) if (!own.transport.poll()) await sleep(own, ownWay);
        }));
    });
  }
}
