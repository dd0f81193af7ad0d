/** What those who share common memory read of each other's own, with another process. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Libc, loadLibc } from '#system/libc.js';
import { CARD_WORDS } from '#transport/common-block.js';
import { CommonLoans } from '#transport/shared-memory/common-loans.js';

const LENDER = fileURLToPath(new URL('lending-process.js', import.meta.url));
const libc = loadLibc();

/** `test` gets the words of a process that lends, and how to end it. */
async function withLender(
  test: (words: Int32Array, kill: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const lender = fork(LENDER);
  const exited = once(lender, 'exit');
  const kill = async (): Promise<void> => {
    lender.kill('SIGKILL');
    await exited;
  };
  try {
    const [words] = (await once(lender, 'message')) as [number[]];
    await test(Int32Array.from(words), kill);
  } finally {
    await kill();
  }
}

describe('A common loan', () => {
  it('is read from where it lies, until its process ends', async () => {
    await withLender(async (words, kill) => {
      const memory = new CommonLoans(libc).meet(words, 0);
      assert.ok(memory !== null);
      const target = new Uint8Array(6000);
      assert.ok(memory.read(words, CARD_WORDS, 4000, target, 500, 5000));
      assert.deepEqual(
        target,
        target.map((_, k) => (k < 500 || k >= 5500 ? 0 : (4000 + k - 500) % 251)),
      );
      assert.equal(memory.read(words, CARD_WORDS, 0, target, 1001, 5000), false, 'there is no room');
      assert.equal(memory.read(new Int32Array(2), 0, 0, target, 0, 10), false, 'nothing lies there');
      assert.equal(memory.isGone(), false);
      await kill();
      assert.equal(memory.read(words, CARD_WORDS, 0, target, 0, 10), false);
      assert.ok(memory.isGone());
    });
  });

  const obstacles: Readonly<Record<string, Partial<Libc>>> = {
    'the system refuses': { readMemory: () => false },
    'something else lies there, in another process of that number': { readMemory: () => true },
  };
  for (const [obstacle, answers] of Object.entries(obstacles)) {
    it(`is none where ${obstacle}`, async () => {
      await withLender(async (words) => {
        assert.equal(new CommonLoans({ ...libc, ...answers }).meet(words, 0), null);
        await Promise.resolve();
      });
    });
  }

  it('is none where a process has shown nothing', () => {
    assert.equal(new CommonLoans(libc).meet(new Int32Array(CARD_WORDS), 0), null);
  });
});
