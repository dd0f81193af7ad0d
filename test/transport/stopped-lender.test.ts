/** A sender that is stopped while it is busy with its part of a copy: its receiver goes on without it, and nothing is written late. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadLibc } from '#system/libc.js';
import type { MappedFile } from '#system/mapped-file.js';
import { Borrower } from '#transport/shared-memory/borrower.js';
import {
  BUSY,
  FAILED,
  loanLine,
  placeIn,
  SOURCE,
  STATE,
  withoutLast,
  WORK,
} from '#transport/shared-memory/loan-line.js';
import { type PeerMemory, writeAddress } from '#transport/shared-memory/peer-memory.js';
import { HEADER_BYTES } from '#transport/shared-memory/ring-layout.js';

const LENGTH = 100_000;
const REQUEST = 7;
const LOAN = 1;

const libc = loadLibc();
const data = Uint8Array.from({ length: LENGTH }, (_, k) => (k * 31) ^ (k >> 9));

/** The receiver of a loan by this process to itself, whose sender takes its part as soon as the copying has begun, and stays there. */
function receiver(stopped: readonly boolean[]): { words: Int32Array; copy: (target: Uint8Array) => boolean } {
  const memory = new ArrayBuffer(HEADER_BYTES);
  const words = loanLine(memory, LOAN);
  writeAddress(words, SOURCE, libc.addressOf(data));
  words[STATE] = REQUEST;
  const peer = {
    reachable: true,
    read: (address: number, target: Uint8Array, at: number, size: number) => {
      if ((words[WORK]! & BUSY) === 0 && words[WORK] !== 0) words[WORK] = withoutLast(words[WORK]!);
      return libc.readMemory(process.pid, address, libc.addressOf(target) + at, size);
    },
  };
  const states = [...stopped];
  const borrower = new Borrower({ memory } as MappedFile, peer as unknown as PeerMemory, {
    addressOf: (bytes) => libc.addressOf(bytes),
    yieldProcessor: () => undefined,
    gone: () => false,
    stopped: () => {
      const state = states.shift();
      // It goes on, and puts its part away, which it could not copy any more.
      if (state === undefined) words[WORK] = (words[WORK]! & ~BUSY) | FAILED;
      return state ?? false;
    },
  });
  const lent = borrower.find(LOAN, REQUEST);
  assert.ok(lent?.take() === true);
  return { words, copy: (target) => lent.copy(target, 0, LENGTH) };
}

test('the receiver copies that part itself, and what the sender was about to do comes to nothing', () => {
  const { words, copy } = receiver([true, true]);
  const target = new Uint8Array(LENGTH);
  assert.equal(copy(target), true);
  assert.equal(Buffer.compare(target, data), 0);
  target.fill(0);
  // It goes on: this is the call of the system that it was about to make.
  const late = libc.writeMemory(process.pid, placeIn(words), libc.addressOf(data), LENGTH / 2);
  assert.equal(late, false);
  assert.ok(target.every((byte) => byte === 0));
  // And no other round waits for it.
  assert.equal(copy(target), true);
  assert.equal(Buffer.compare(target, data), 0);
});

test('a sender that has gone on in the meantime is waited for', () => {
  const { words, copy } = receiver([true]);
  const target = new Uint8Array(LENGTH);
  assert.equal(copy(target), true);
  assert.equal(Buffer.compare(target, data), 0);
  assert.equal(words[WORK], 0);
});
