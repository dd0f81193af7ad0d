/** Communicators without a parent (MPI_Comm_create_from_group, MPI_Intercomm_create_from_groups, MPI-4.1 §7.4.2, §7.6.2). */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { failure, runCases } from './support/cases.ts';

const world = MPI.COMM_WORLD;
const { rank, size } = world;
const everybody = world.group();
const me = everybody.include([rank]);
/** The other one of each pair; the last of an odd number has none. */
const other = (rank ^ 1) < size ? rank ^ 1 : MPI.PROC_NULL;

await runCases({
  'a pair': async (way) => {
    if (other === MPI.PROC_NULL) return;
    const remote = everybody.include([other]);
    const comm = await way.wait(MPI.createIntercommFromGroups(me, 0, remote, 0, 'tag'));
    assert.deepEqual([comm.isInter, comm.size, comm.remoteSize], [true, 1, 1]);
    const { data } = await way.call(comm, 'sendrecv', rank, 0, 1, 0, 1);
    assert.equal(data, other);
    comm.free();
  },
  'one group, again and again, under several names': async (way) => {
    for (let round = 0; round < 20; round++) {
      const requests = ['a', 'b'].map((tag) => MPI.createFromGroup(everybody, tag));
      for (const request of rank % 2 === 0 ? requests : requests.toReversed()) {
        const comm = await way.wait(request);
        assert.equal(comm?.rank, rank);
        comm.free();
      }
    }
    assert.equal(await way.wait(MPI.createFromGroup(MPI.Group.EMPTY, 'a')), null);
  },
  'two groups whose leaders alone know the other': async (way) => {
    if (size < 2) return;
    const isLeft = rank === 0;
    const rest = everybody.exclude([0]);
    const [own, far] = isLeft ? [me, rest] : [rest, everybody.include([0])];
    const leader = own.size - 1;
    const knows = own.rank === leader;
    const remoteLeader = knows ? far.size - 1 : -1;
    for (let round = 0; round < 3; round++) {
      const comm = await way.wait(
        MPI.createIntercommFromGroups(own, leader, knows ? far : null, remoteLeader, 'parts'),
      );
      assert.deepEqual([comm.rank, comm.remoteSize], [own.rank, far.size]);
      await way.call(comm, 'barrier');
      comm.free();
    }
  },
  'bad arguments are refused, by everybody where the leader gives them': async (way) => {
    const foreign = everybody.exclude([rank]);
    await failure('MPI_ERR_GROUP', () =>
      size > 1 ? MPI.createFromGroup(foreign, 'x') : MPI.createFromGroup(null as never, 'x'),
    );
    await failure('MPI_ERR_ARG', () => MPI.createFromGroup(everybody, 7 as unknown as string));
    await failure('MPI_ERR_COMM', () => MPI.createIntercommFromGroups(everybody, 0, everybody, 0, 'overlap'));
    await failure('MPI_ERR_GROUP', () => MPI.createIntercommFromGroups(everybody, 0, null, 0, 'unknown'));
    await failure('MPI_ERR_RANK', () => MPI.createIntercommFromGroups(everybody, 0, me, 1, 'no such leader'));
    const after = await way.wait(MPI.createFromGroup(everybody, 'overlap'));
    assert.equal(await way.call(after!, 'bcast', 'fine', 0), 'fine');
    after!.free();
  },
});
