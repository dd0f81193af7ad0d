/** Jobs of which nobody is left who could tell of their ranks' ends: whoever has to do with these hears of them nevertheless. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { processId } from '#model/process-id.js';
import { writeJobDescription } from '#pmi/job-description.js';
import { writeAgentOfJob } from '#pmi/job-record.js';
import { livingRanks } from '#pmi/lost-ranks.js';
import { loadLibc } from '#system/libc.js';
import { createJobSegment, type JobSegment } from '#transport/shared-memory/job-segment.js';
import { RING_BYTES_MIN } from '#transport/shared-memory/ring-layout.js';
import { SharedMemoryTransport } from '#transport/shared-memory/shared-memory-transport.js';
import { JOB, newJobDirectory } from './shared-memory-fixture.ts';
import { TestProcess } from './transport-world.ts';

const OTHER_JOB = '0123456789abcdef0123456789abcdef';
const AGENT = 'a'.repeat(32);
const RANKS = 2;

describe('a process that has to do with a job whose agent was killed', () => {
  const libc = loadLibc();
  let base: string;
  let segments: JobSegment[];
  let transport: SharedMemoryTransport;
  let own: TestProcess;

  const makeJob = (job: string): JobSegment => {
    const directory = join(base, job);
    mkdirSync(directory);
    const segment = createJobSegment(libc, { directory, size: RANKS, ringBytes: RING_BYTES_MIN });
    segments.push(segment);
    return segment;
  };

  beforeEach(() => {
    base = newJobDirectory();
    segments = [];
    transport = new SharedMemoryTransport(libc, makeJob(JOB), JOB, 0);
    own = new TestProcess(processId(JOB, 0), transport);
    makeJob(OTHER_JOB);
    writeAgentOfJob(join(base, OTHER_JOB), AGENT);
  });

  afterEach(() => {
    own.close();
    for (const segment of segments) segment.close();
    rmSync(base, { recursive: true });
  });

  /** How the process hears of the other job's ranks. */
  const hearsOfEnds = (): void => {
    for (let rank = 0; rank < RANKS; rank++) {
      const { ends } = own.from(processId(OTHER_JOB, rank));
      own.pollUntil(() => ends.length > 0, `the end of rank ${String(rank)} is told`);
      assert.deepEqual(ends, [{ orderly: false, description: 'was ended by signal 9' }]);
    }
  };

  it('hears of the ends of those whom it knows', () => {
    for (let rank = 0; rank < RANKS; rank++) own.from(processId(OTHER_JOB, rank));
    transport.agentLost(AGENT);
    hearsOfEnds();
    // Itself it knows to live.
    assert.deepEqual(livingRanks(segments[0]!.board), [0, 1]);
  });

  it('hears of the ends of those whose job was removed before anybody watched it', () => {
    for (let rank = 0; rank < RANKS; rank++) own.from(processId(OTHER_JOB, rank));
    rmSync(join(base, OTHER_JOB), { recursive: true });
    segments[0]?.notifyOfLostJobs();
    hearsOfEnds();
  });

  it('takes nobody for dead whose job is there when others are lost', () => {
    const { ends } = own.from(processId(OTHER_JOB, 0));
    segments[0]?.notifyOfLostJobs();
    own.transport.poll();
    assert.deepEqual(ends, []);
  });

  it('hears of the ends of those whom it meets while their job is being removed', () => {
    rmSync(join(base, OTHER_JOB, 'agent'));
    hearsOfEnds();
  });

  it('does not take an agent for a job that is being removed', () => {
    rmSync(join(base, OTHER_JOB, 'agent'));
    writeJobDescription(join(base, OTHER_JOB), 'agent', []);
    const { ends } = own.from(processId(OTHER_JOB, 0));
    own.transport.poll();
    assert.deepEqual(ends, []);
  });

  it('hears of the ends of those whom it meets only afterwards', () => {
    transport.agentLost(AGENT);
    hearsOfEnds();
  });
});
