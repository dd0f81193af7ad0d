/** Writers that were killed between the claim of a ring's number and its announcement: nobody else is kept out by what they left. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { loadLibc } from '#system/libc.js';
import { openJobSegment } from '#transport/shared-memory/job-segment.js';
import { ringName } from '#transport/shared-memory/mailbox.js';
import { RING_BYTES_MIN } from '#transport/shared-memory/ring-layout.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { dataFrame, push } from './sample-frames.ts';
import { makeSharedMemoryWorld } from './shared-memory-fixture.ts';
import { TestProcess } from './transport-world.ts';

/** Of a process that has ended. */
const deadNumber = (): number => spawnSync('true').pid;

it('their numbers are taken again when there are no others', () => {
  const libc = loadLibc();
  const world = makeSharedMemoryWorld(2, RING_BYTES_MIN, libc);
  const [writer, reader] = world.ids.map((id, rank) => new TestProcess(id, world.transports[rank]!));
  assert.ok(writer !== undefined && reader !== undefined);
  const segment = openJobSegment(libc, world.directory);
  const dead = deadNumber();
  let name = 0;
  while (segment.mailbox(1).claimRing(0, dead, [name, 0]) >= 0) name++;
  const left = join(world.directory, ringName(5, 0));
  writeFileSync(left, '');
  const random = new SeededRandom(1);
  assert.ok(push(writer.channelTo(reader.id), dataFrame(random, 10, 0), random));
  reader.pollUntil(() => reader.from(writer.id).frames.length === 1, 'the frame arrives');
  assert.equal(existsSync(left), false);
  for (const each of [writer, reader]) each.close();
  segment.close();
  world.close();
});

it('their files make room when there is none', () => {
  const libc = loadLibc();
  let left = '';
  // Full as long as that file is there.
  const allocate = (descriptor: number, bytes: number): void => {
    if (existsSync(left)) throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    libc.allocate(descriptor, bytes);
  };
  const full = Object.assign(Object.create(libc) as typeof libc, { allocate });
  const world = makeSharedMemoryWorld(2, RING_BYTES_MIN, full);
  const writer = new TestProcess(world.ids[0]!, world.transports[0]!);
  const segment = openJobSegment(libc, world.directory);
  left = join(world.directory, ringName(5, 0));
  segment.mailbox(1).claimRing(0, deadNumber(), [5, 0]);
  writeFileSync(left, '');
  writer.channelTo(world.ids[1]!);
  assert.equal(existsSync(left), false);
  // Nobody is taken for dead who is not.
  segment.mailbox(0).claimRing(0, process.pid, [5, 0]);
  writeFileSync(left, '');
  assert.throws(
    () => world.transports[1]!.open(world.ids[0]!),
    /^MPIError: Cannot make \d+ bytes .*MPI_ERR_NO_MEM/,
  );
  assert.ok(existsSync(left));
  writer.close();
  world.transports[1]!.close();
  segment.close();
  world.close();
});
