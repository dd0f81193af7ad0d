/** A process' end is noticed by the pipe that it holds, whenever one begins to look. */
import assert from 'node:assert/strict';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { holdAlivePipe, holdsAlivePipe, watchAlivePipe } from '#pmi/alive-pipe.js';
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

  it('is of no interest any more to whoever has stopped looking before he was told that it had ended', async () => {
    holdAlivePipe(libc, directory)();
    watchAlivePipe(directory, () => assert.fail('nobody looks'))();
    await watched();
  });

  it('may live as long as its pipe cannot be looked at', async () => {
    const pipe = join(directory, 'alive');
    // Nobody can open this, whatever he may.
    symlinkSync('alive', pipe);
    assert.equal(holdsAlivePipe(directory), true);
    const end = watched();
    rmSync(pipe);
    const letGo = holdAlivePipe(libc, directory);
    assert.equal(holdsAlivePipe(directory), true);
    letGo();
    assert.equal(holdsAlivePipe(directory), false);
    await end;
  });

  it('is of no interest any more to whoever has stopped looking', async () => {
    const letGo = holdAlivePipe(libc, directory);
    const stop = watchAlivePipe(directory, () => assert.fail('nobody looks'));
    stop();
    letGo();
    await watched();
  });
});
