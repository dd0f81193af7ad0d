/**
 * Published names, seen by processes that were started apart. The first argument says what this one does; those of the
 * second form are told the name.
 *
 *     publish NAME, then end by a signal from outside   |   look up NAME until somebody publishes it, until it is gone
 */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { failure } from './support/cases.ts';

const { COMM_WORLD: world } = MPI;
const [mode, name = ''] = process.argv.slice(2);

const MODES: Readonly<Record<string, () => Promise<void> | void>> = {
  /** Until it is killed. */
  publish: async () => {
    const port = await MPI.openPort();
    MPI.publishNameSync(name, port);
    console.log('published');
    await MPI.COMM_SELF.accept(port);
  },
  'wait, blocking': () => {
    console.log('waits');
    assert.match(MPI.lookupNameSync(name, { timeout: 30_000 }), /^parley:1:/);
    console.log('found');
  },
  'wait, awaiting': async () => {
    console.log('waits');
    assert.match(await MPI.lookupName(name, { timeout: 30_000 }), /^parley:1:/);
    console.log('found');
  },
  gone: async () => {
    await failure('MPI_ERR_NAME', () => MPI.lookupName(name));
    await failure('MPI_ERR_SERVICE', () => MPI.unpublishName(name));
    // It is free for the next one.
    const port = await MPI.openPort();
    await MPI.publishName(name, port);
    console.log('ok it was gone');
  },
  'of another': async () => {
    await failure('MPI_ERR_SERVICE', () => MPI.unpublishName(name));
    await failure('MPI_ERR_SERVICE', async () => MPI.publishName(name, await MPI.openPort()));
    await failure('MPI_ERR_PORT', () => MPI.publishName('x', 'myhost:27'));
    assert.equal(MPI.lookupNameSync(name), await MPI.lookupName(name));
    console.log('ok it is taken');
  },
  /** Rank 1 is killed with a name of its own; the others see it go. */
  killed: async () => {
    if (world.rank === 1) {
      const port = await MPI.openPort();
      MPI.publishNameSync(name, port);
      for (let others = world.size - 1; others > 0; others--) await world.recv();
      process.kill(process.pid, 'SIGKILL');
    }
    // Not a barrier: who is still in it when a member dies may hear of that by it.
    await world.send(null, 1);
    await failure('MPI_ERR_PROC_FAILED', () => world.recv(1));
    await failure('MPI_ERR_NAME', () => MPI.lookupName(name));
    if (world.rank === 0) console.log('ok it has gone with its publisher');
  },
  finalized: async () => {
    const port = await MPI.openPort();
    await MPI.publishName(name, port);
    await MPI.finalize();
    await failure('MPI_ERR_OTHER', () => MPI.publishName('later', port));
    await failure('MPI_ERR_OTHER', () => MPI.lookupName(name));
    await failure('MPI_ERR_OTHER', () => MPI.openPort());
    await failure('MPI_ERR_OTHER', () => world.spawn('x'));
    console.log('ok it has left');
  },
  /** Nothing is known, and nothing is made for that. */
  alone: async () => {
    await failure('MPI_ERR_NAME', () => MPI.lookupName(name));
    await failure('MPI_ERR_NAME', () => MPI.lookupNameSync(name, { timeout: 30 }));
    await failure('MPI_ERR_SERVICE', () => MPI.unpublishName(name));
    console.log('ok nobody knows it');
  },
};

await MODES[mode ?? '']?.();
