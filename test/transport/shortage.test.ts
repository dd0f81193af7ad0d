/** What cannot be mapped now, because the system lacks something, is mapped later: nobody is taken for dead, and nothing is lost. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { processId } from '#model/process-id.js';
import { RankState } from '#pmi/job-board.js';
import { writeAgentOfJob } from '#pmi/job-record.js';
import { type Libc, loadLibc } from '#system/libc.js';
import { createJobSegment, type JobSegment } from '#transport/shared-memory/job-segment.js';
import { RING_BYTES_MIN } from '#transport/shared-memory/ring-layout.js';
import { SharedMemoryTransport } from '#transport/shared-memory/shared-memory-transport.js';
import { SeededRandom } from '#transport/simulated/seeded-random.js';
import { dataFrame, push } from './sample-frames.ts';
import { JOB, newJobDirectory } from './shared-memory-fixture.ts';
import { TestProcess } from './transport-world.ts';

const OTHER_JOB = '0123456789abcdef0123456789abcdef';
const AGENT = 'a'.repeat(32);

describe('a process that lacks descriptors or memory', () => {
  const libc = loadLibc();
  let lacking: boolean;
  let base: string;
  let own: TestProcess;
  let other: TestProcess;
  let segments: JobSegment[];

  const scarce: Libc = Object.assign(Object.create(libc) as Libc, {
    mapShared: (descriptor: number, bytes: number) => {
      if (lacking) throw Object.assign(new Error('mmap failed'), { code: 'ENOMEM' });
      return libc.mapShared(descriptor, bytes);
    },
  });

  const makeProcess = (job: string, its: Libc): TestProcess => {
    const directory = join(base, job);
    mkdirSync(directory);
    const segment = createJobSegment(its, { directory, size: 1, ringBytes: RING_BYTES_MIN });
    segments.push(segment);
    writeAgentOfJob(directory, AGENT);
    return new TestProcess(processId(job, 0), new SharedMemoryTransport(its, segment, job, 0));
  };

  beforeEach(() => {
    lacking = false;
    base = newJobDirectory();
    segments = [];
    own = makeProcess(JOB, scarce);
    other = makeProcess(OTHER_JOB, libc);
  });

  afterEach(() => {
    for (const each of [own, other]) each.close();
    for (const segment of segments) segment.close();
    rmSync(base, { recursive: true });
  });

  /** Sleeps as a blocked thread until something has come, as often as it takes. */
  const sleepUntil = (isSo: () => boolean): void => {
    while (!isSo()) if (!own.transport.poll()) own.transport.sleep(Infinity);
  };

  it('reads later what was announced to it', () => {
    lacking = true;
    const random = new SeededRandom(1);
    assert.ok(push(other.channelTo(own.id), dataFrame(random, 10, 0), random));
    own.transport.poll();
    lacking = false;
    sleepUntil(() => own.heardOf.includes(other.id));
    sleepUntil(() => own.from(other.id).frames.length === 1);
  });

  it('reads it in its event loop, too', async () => {
    lacking = true;
    const random = new SeededRandom(1);
    assert.ok(push(other.channelTo(own.id), dataFrame(random, 10, 0), random));
    own.transport.poll();
    lacking = false;
    while (!own.heardOf.includes(other.id)) if (!own.transport.poll()) await own.asleep();
    while (own.from(other.id).frames.length === 0) if (!own.transport.poll()) await own.asleep();
  });

  it('takes nobody for dead whom it cannot look at, and hears of his end', () => {
    lacking = true;
    const { ends } = own.from(other.id);
    own.transport.poll();
    assert.deepEqual(ends, []);
    assert.throws(
      () => own.transport.open(other.id),
      /Cannot map the memory of job .*ENOMEM.*MPI_ERR_NO_MEM/,
    );
    lacking = false;
    segments[1]!.board.markEnded(0, { state: RankState.ENDED, exitCode: 0, signal: 0 });
    sleepUntil(() => ends.length > 0);
    assert.deepEqual(ends, [{ orderly: true, description: 'ended with exit code 0' }]);
  });
});
