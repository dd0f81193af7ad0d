/** Names that communicators have, and names that they are given (MPI-4.1 §7.8). */
import assert from 'node:assert/strict';
import { COMM_SELF, COMM_WORLD, UNDEFINED, type Communicator } from 'parley';
import { runCases } from './support/cases.ts';
import { standardIntercommunicators } from './support/standard-intercommunicators.ts';

await runCases({
  'the predefined communicators have their names': () => {
    assert.equal(COMM_WORLD.name, 'MPI_COMM_WORLD');
    assert.equal(COMM_SELF.name, 'MPI_COMM_SELF');
  },
  'where there is no communicator there is no name': async (way) => {
    assert.equal(await way.call(COMM_WORLD, 'split', UNDEFINED), null);
  },
  'a name that was set is read back': async (way) => {
    const half = await way.call(COMM_WORLD, 'split', COMM_WORLD.rank % 2, -COMM_WORLD.rank);
    assert.ok(half !== null);
    const duplicate = await way.call(COMM_WORLD, 'dup');
    const intercommunicators = await standardIntercommunicators(way);
    const fresh: Communicator[] = [duplicate, half, ...intercommunicators.map(({ comm }) => comm)];
    for (const comm of fresh) assert.equal(comm.name, '');
    const all = [COMM_WORLD, COMM_SELF, ...fresh];
    const before = all.map(({ name }) => name);
    for (const [index, comm] of all.entries()) comm.name = `comm-${index}`;
    assert.deepEqual(
      all.map(({ name }) => name),
      all.map((_, index) => `comm-${index}`),
    );
    // Any text is a name; an empty one as well.
    duplicate.name = 'ÄÖ "quoted"\n'.repeat(50);
    assert.equal(duplicate.name, 'ÄÖ "quoted"\n'.repeat(50));
    for (const [index, comm] of all.entries()) comm.name = before[index] ?? '';
  },
});
