/** Notices of updates in shared memory: read as they were written, and not believed where they cannot be true. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  isNotice,
  NOTICE_BYTES_MAX,
  PAGE_BYTES,
  readNotice,
  type SlotNotice,
  SLOTS_MAX,
  writeNotice,
} from '#live/stream/slot-layout.js';
import { FrameError } from '#live/update/frame-error.js';

const NOTICE: SlotNotice = { slot: 2, slotBytes: 3 * PAGE_BYTES, length: 8200, name: 'a/shared-1-2' };

function written(notice: SlotNotice): Uint8Array {
  const bytes = new Uint8Array(NOTICE_BYTES_MAX);
  return bytes.subarray(0, writeNotice(bytes, notice));
}

test('a notice is read as it was written', () => {
  const notice = written(NOTICE);
  assert.ok(isNotice(notice, notice.length));
  assert.deepEqual(readNotice(notice), NOTICE);
});

test('what is too short, too long or something else is no notice', () => {
  const notice = written(NOTICE);
  assert.equal(isNotice(notice, 24), false);
  assert.equal(isNotice(new Uint8Array(1000), 1000), false);
  notice[0]! ^= 1;
  assert.equal(isNotice(notice, notice.length), false);
});

test('a notice of what cannot be is refused', () => {
  const lies: Partial<SlotNotice>[] = [
    { slot: SLOTS_MAX },
    { slotBytes: PAGE_BYTES + 1 },
    { slotBytes: Number.NaN },
    { length: 3 * PAGE_BYTES + 8 },
    { length: 0 },
    { length: -8 },
    { length: 12 },
  ];
  for (const lie of lies) assert.throws(() => readNotice(written({ ...NOTICE, ...lie })), FrameError);
});
