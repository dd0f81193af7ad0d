/**
 * Fills the universe: as many processes are spawned as there is room for, of two programs, in one world. Parents and children
 * merge, add up their ranks, and end together.
 *
 *     npx parley run -n 2 --slots 5 examples/lam-spawn-multiple/fill.ts
 *     npx parley run -n 1 --slots 4 examples/lam-spawn-multiple/fill.ts --schema
 */
import { join } from 'node:path';
import * as MPI from 'parley';

const world = MPI.COMM_WORLD;
const universe = world.getAttr(MPI.UNIVERSE_SIZE) ?? world.size;
const room = universe - world.size;
if (world.rank === 0) console.log(`universe of ${universe}, ${world.size} running: room for ${room}`);

const here = import.meta.dirname;
const children = process.argv.includes('--schema')
  ? // A file says which programs; `path` says where to look for them.
    await world.spawn('', { file: join(here, 'team.schema'), path: here })
  : await world.spawnMultiple([
      { command: 'leader.ts', path: here },
      { command: 'follower.ts', args: ['--quietly'], maxprocs: room - 1, path: here },
    ]);
console.log(`parent ${world.rank}: errcodes ${children.errcodes.join(' ')}`);

// Both groups become one; the parents come first, since they are the low group.
const all = await children.merge(false);
const sum = await all.reduce(all.rank);
if (all.rank === 0) console.log(`merged: ${all.size} processes, the sum of their ranks is ${sum}`);

// Nobody waits for spawned processes unless asked to: a barrier between both groups does.
await children.barrier();
if (world.rank === 0) console.log('parents: everybody has done their work');
