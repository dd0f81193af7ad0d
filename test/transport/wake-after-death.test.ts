/**
 * A process that is killed may have taken it upon itself to wake another one, and not have come to it: that one looks
 * awake, so no writer wakes it any more. The agent, which tells of every death, does.
 */
import assert from 'node:assert/strict';
import { closeSync, constants, openSync, readSync, rmSync } from 'node:fs';
import { describe, it } from 'node:test';
import { type Libc, loadLibc } from '#system/libc.js';
import { createJobSegment } from '#transport/shared-memory/job-segment.js';
import { Sleep } from '#transport/shared-memory/mailbox.js';
import { RING_BYTES_MIN } from '#transport/shared-memory/ring-layout.js';
import { newJobDirectory } from './shared-memory-fixture.ts';

const RANK = 1;

/** The real thing, which notes at which words it wakes sleepers. */
function noting(woken: number[]): Libc {
  const libc = loadLibc();
  const futexWake: Libc['futexWake'] = (pointer, byteOffset) => {
    woken.push(byteOffset);
    libc.futexWake(pointer, byteOffset);
  };
  return Object.assign(Object.create(libc) as Libc, { futexWake });
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
});
