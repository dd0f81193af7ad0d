/** What the environment says on every communicator (MPI-4.1 §9.1.2, §11.10.1). */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { runCases } from './support/cases.ts';

const { COMM_WORLD: world } = MPI;
const lastCode = MPI.errorClass('MPI_ERR_PROC_FAILED');

await runCases({
  'the predefined attributes are as the standard has them': async (way) => {
    const tagMax = world.getAttr(MPI.TAG_UB);
    assert.ok(tagMax !== undefined && tagMax >= 32767);
    const universe = world.getAttr(MPI.UNIVERSE_SIZE);
    if (universe !== undefined) assert.ok(universe >= world.size, `a universe of ${universe}`);
    const universes = await way.call(world, 'gather', universe);
    if (universes !== undefined) assert.equal(new Set(universes).size, 1);
    const appNumber = world.getAttr(MPI.APPNUM);
    assert.ok(appNumber === undefined || appNumber >= 0);
    const lastUsed = world.getAttr(MPI.LASTUSEDCODE);
    assert.ok(lastUsed !== undefined && lastUsed >= lastCode);
    assert.ok(['boolean', 'undefined'].includes(typeof world.getAttr(MPI.WTIME_IS_GLOBAL)));
    const io = world.getAttr(MPI.IO);
    const special: (number | undefined)[] = [undefined, MPI.PROC_NULL, MPI.ANY_SOURCE, MPI.UNDEFINED];
    assert.ok(special.includes(io) || (io !== undefined && io >= 0 && io < world.size));
    const host = world.getAttr(MPI.HOST);
    assert.ok(special.includes(host) || (host !== undefined && host >= 0 && host < world.size));
  },
  'a message may have the largest tag': async (way) => {
    const tag = world.getAttr(MPI.TAG_UB) ?? 0;
    const next = (world.rank + 1) % world.size;
    const message = await way.call(world, 'sendrecv', world.rank, next, tag, MPI.ANY_SOURCE, tag);
    assert.equal(message.tag, tag);
    assert.equal(message.data, message.source);
  },
  'duplicates and the communicator of oneself have them too': async (way) => {
    const duplicate = await way.call(world, 'dup');
    for (const comm of [duplicate, MPI.COMM_SELF]) {
      assert.equal(comm.getAttr(MPI.TAG_UB), world.getAttr(MPI.TAG_UB));
      assert.equal(comm.getAttr(MPI.APPNUM), world.getAttr(MPI.APPNUM));
    }
  },
});
