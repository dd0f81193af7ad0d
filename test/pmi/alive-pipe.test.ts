/** A process' end is noticed by the pipe that it holds, whenever one begins to look. */
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { holdAlivePipe, watchAlivePipe } from '#pmi/alive-pipe.js';
import { loadLibc } from '#system/libc.js';
import { makeSharedMemory } from '../runtime/shared-memory.ts';

describe('a process that holds its pipe', () => {
  const libc = loadLibc();
  let directory: string;
  beforeEach(() => {
    directory = makeSharedMemory();
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  const watched = (): Promise<void> => new Promise((resolve) => void watchAlivePipe(directory, resolve));

  it('lives until it lets go', async () => {
    const letGo = holdAlivePipe(libc, directory);
    let over = 0;
    const ends = [watched(), watched()].map((end) => end.then(() => over++));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(over, 0);
    letGo();
    await Promise.all(ends);
    assert.equal(over, 2);
  });

  it('has ended where it let go before anybody looked', async () => {
    holdAlivePipe(libc, directory)();
    await watched();
  });

  it('has ended where there is no pipe', async () => {
    await watched();
  });

  it('is of no interest any more to whoever has stopped looking', async () => {
    const letGo = holdAlivePipe(libc, directory);
    const stop = watchAlivePipe(directory, () => assert.fail('nobody looks'));
    stop();
    letGo();
    await watched();
  });
});
