/**
 * A process that is killed may have taken it upon itself to wake another one, and not have come to it: that one looks
 * awake, so no writer wakes it any more. Whoever tells of a death does; and where nobody is told of it, the sleeper finds out itself.
 */
import assert from 'node:assert/strict';
import { closeSync, constants, mkdirSync, openSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { processId } from '#model/process-id.js';
import { type Libc, loadLibc } from '#system/libc.js';
import { createJobSegment, openJobSegment } from '#transport/shared-memory/job-segment.js';
import { BOARD_NEWS, Sleep } from '#transport/shared-memory/mailbox.js';
import { RING_BYTES_MIN } from '#transport/shared-memory/ring-layout.js';
import { SharedMemoryTransport } from '#transport/shared-memory/shared-memory-transport.js';
import { tellWatchers, watchJob } from '#transport/shared-memory/watchers.js';
import { JOB, makeSharedMemoryWorld, newJobDirectory } from './shared-memory-fixture.ts';
import { TestProcess } from './transport-world.ts';

const RANK = 1;
const OTHER_JOB = '0123456789abcdef0123456789abcdef';
/** Nobody is this slow: who sleeps as long was forgotten. */
const FORGOTTEN_MS = 20_000;

/** The real thing, which notes at which words it wakes sleepers. */
function noting(woken: number[]): Libc {
  const libc = loadLibc();
  const futexWake: Libc['futexWake'] = (pointer, byteOffset) => {
    woken.push(byteOffset);
    libc.futexWake(pointer, byteOffset);
  };
  return Object.assign(Object.create(libc) as Libc, { futexWake });
}

async function inTime(woken: Promise<void>): Promise<void> {
  let alarm: NodeJS.Timeout | undefined;
  const forgotten = new Promise<never>((_, reject) => {
    alarm = setTimeout(() => {
      reject(new Error('the sleeper was forgotten'));
    }, FORGOTTEN_MS);
  });
  await Promise.race([woken, forgotten]);
  clearTimeout(alarm);
}

describe('the news of a death', () => {
  it('wakes a thread whose waker has died', () => {
    const directory = newJobDirectory();
    const woken: number[] = [];
    const segment = createJobSegment(noting(woken), { directory, size: 2, ringBytes: RING_BYTES_MIN });
    const mailbox = segment.mailbox(RANK);
    mailbox.setSleep(Sleep.ON_FUTEX);
    assert.equal(mailbox.takeSleep(), Sleep.ON_FUTEX);
    segment.notify(RANK, 5);
    assert.equal(woken.length, 0, 'it looks awake');
    segment.notifyAll();
    assert.ok(woken.includes(mailbox.sleepByteOffset));
    segment.close();
    rmSync(directory, { recursive: true });
  });

  it('wakes an event loop whose waker has died', () => {
    const directory = newJobDirectory();
    const segment = createJobSegment(loadLibc(), { directory, size: 2, ringBytes: RING_BYTES_MIN });
    const bell = openSync(segment.bellPath(RANK), constants.O_RDWR | constants.O_NONBLOCK);
    const mailbox = segment.mailbox(RANK);
    mailbox.setSleep(Sleep.IN_EVENT_LOOP);
    assert.equal(mailbox.takeSleep(), Sleep.IN_EVENT_LOOP);
    segment.notifyAll();
    assert.equal(readSync(bell, Buffer.alloc(9)), 1);
    closeSync(bell);
    segment.close();
    rmSync(directory, { recursive: true });
  });

  it('wakes an event loop of another job whose waker has died', () => {
    const base = newJobDirectory();
    const [ended, watching] = [join(base, JOB), join(base, OTHER_JOB)];
    mkdirSync(ended);
    mkdirSync(watching);
    const libc = loadLibc();
    const segment = createJobSegment(libc, { directory: watching, size: 2, ringBytes: RING_BYTES_MIN });
    const bell = openSync(segment.bellPath(RANK), constants.O_RDWR | constants.O_NONBLOCK);
    watchJob(ended, processId(OTHER_JOB, RANK));
    const mailbox = segment.mailbox(RANK);
    mailbox.setSleep(Sleep.IN_EVENT_LOOP);
    assert.equal(mailbox.takeSleep(), Sleep.IN_EVENT_LOOP);
    tellWatchers(libc, ended);
    assert.equal(readSync(bell, Buffer.alloc(9)), 1);
    assert.ok(mailbox.hasNews());
    closeSync(bell);
    segment.close();
    rmSync(base, { recursive: true });
  });

  it('wakes the process itself that hears of the death of its agent', () => {
    const directory = newJobDirectory();
    const libc = loadLibc();
    const segment = createJobSegment(libc, { directory, size: 2, ringBytes: RING_BYTES_MIN });
    const bell = openSync(segment.bellPath(RANK), constants.O_RDWR | constants.O_NONBLOCK);
    const transport = new SharedMemoryTransport(libc, segment, JOB, RANK);
    const mailbox = segment.mailbox(RANK);
    mailbox.setSleep(Sleep.IN_EVENT_LOOP);
    assert.equal(mailbox.takeSleep(), Sleep.IN_EVENT_LOOP);
    transport.agentLost(OTHER_JOB);
    assert.equal(readSync(bell, Buffer.alloc(9)), 1);
    transport.close();
    closeSync(bell);
    segment.close();
    rmSync(directory, { recursive: true });
  });
});

describe('a sleeper whose waker has died untold', { timeout: 2 * FORGOTTEN_MS }, () => {
  it('wakes by itself where its thread is blocked', () => {
    const directory = newJobDirectory();
    const segment = createJobSegment(loadLibc(), { directory, size: 1, ringBytes: RING_BYTES_MIN });
    const mailbox = segment.mailbox(0);
    // As late as can be: the thread sleeps on the word already.
    const robbed = (_rank: number, timeoutMs: number): void => {
      assert.equal(mailbox.takeSleep(), Sleep.ON_FUTEX);
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.min(timeoutMs, FORGOTTEN_MS));
    };
    const transport = new SharedMemoryTransport(loadLibc(), { ...segment, sleep: robbed }, JOB, 0);
    const before = performance.now();
    transport.sleep(Infinity);
    assert.ok(performance.now() - before < FORGOTTEN_MS, 'the sleeper was forgotten');
    transport.close();
    segment.close();
    rmSync(directory, { recursive: true });
  });

  it('wakes by itself in its event loop, and then as ever', async () => {
    const world = makeSharedMemoryWorld(2, RING_BYTES_MIN);
    const own = new TestProcess(world.ids[0]!, world.transports[0]!);
    const segment = openJobSegment(loadLibc(), world.directory);
    const woken = own.asleep();
    assert.equal(segment.mailbox(0).takeSleep(), Sleep.IN_EVENT_LOOP);
    segment.notify(0, BOARD_NEWS);
    await inTime(woken);
    own.transport.poll();
    const wokenAgain = own.asleep();
    assert.ok(!segment.mailbox(0).isAwake);
    segment.notify(0, BOARD_NEWS);
    await inTime(wokenAgain);
    own.close();
    segment.close();
    world.close();
  });
});
