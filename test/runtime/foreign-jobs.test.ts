/** An agent watches the jobs that its processes are connected to, and tells these where nobody else can any more. */
import assert from 'node:assert/strict';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { holdAlivePipe } from '#pmi/alive-pipe.js';
import { RankState } from '#pmi/job-board.js';
import { writeAgentOfJob } from '#pmi/job-record.js';
import { ForeignJobs } from '#runtime/foreign-jobs.js';
import { type Libc, loadLibc } from '#system/libc.js';
import { createJobSegment, type JobSegment } from '#transport/shared-memory/job-segment.js';
import { RING_BYTES_MIN } from '#transport/shared-memory/ring-layout.js';
import { makeSharedMemory } from './shared-memory.ts';

const JOB = 'abcdef0123456789abcdef0123456789';
const AGENT = 'a'.repeat(32);
const OWN_AGENT = 'b'.repeat(32);

describe('an agent that watches a job of another one', () => {
  const libc = loadLibc();
  let base: string;
  let segment: JobSegment;
  let letGo: () => void;
  let told: number;
  let tell: () => void;
  let foreign: ForeignJobs;

  beforeEach(() => {
    base = makeSharedMemory();
    const directory = join(base, JOB);
    mkdirSync(directory);
    mkdirSync(join(base, AGENT));
    segment = createJobSegment(libc, { directory, size: 2, ringBytes: RING_BYTES_MIN });
    writeAgentOfJob(directory, AGENT);
    letGo = holdAlivePipe(libc, join(base, AGENT));
    told = 0;
    tell = () => undefined;
    foreign = new ForeignJobs(libc, base, OWN_AGENT, () => {
      told++;
      tell();
    });
  });

  afterEach(() => {
    foreign.close();
    segment.close();
    rmSync(base, { recursive: true });
  });

  it('writes the ends of its ranks on their board when the other agent has ended, and tells of it', async () => {
    foreign.watch(JOB);
    const lost = new Promise<void>((resolve) => (tell = resolve));
    letGo();
    await lost;
    assert.equal(segment.board.stateOf(1), RankState.FAILED);
    assert.equal(told, 1);
  });

  it('looks again where the system lacks what a look takes', async () => {
    let lacking = true;
    const mapShared: Libc['mapShared'] = (descriptor, bytes) => {
      if (lacking) throw Object.assign(new Error('mmap failed'), { code: 'ENOMEM' });
      return libc.mapShared(descriptor, bytes);
    };
    foreign = new ForeignJobs(
      Object.assign(Object.create(libc) as Libc, { mapShared }),
      base,
      OWN_AGENT,
      () => {
        told++;
        tell();
      },
    );
    const lost = new Promise<void>((resolve) => (tell = resolve));
    foreign.watch(JOB);
    lacking = false;
    letGo();
    // The agent of a job goes on as long as that.
    const goesOn = setInterval(() => undefined, 1000);
    await lost;
    clearInterval(goesOn);
    assert.equal(segment.board.stateOf(1), RankState.FAILED);
  });

  it('tells of nothing any more when it has closed', async () => {
    letGo();
    foreign.watch(JOB);
    foreign.close();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(told, 0);
    assert.equal(segment.board.stateOf(1), RankState.NOT_STARTED);
  });

  it('tells of it at once where the job was removed before it could look', () => {
    letGo();
    rmSync(join(base, JOB), { recursive: true });
    foreign.watch(JOB);
    assert.equal(told, 1);
  });
});
