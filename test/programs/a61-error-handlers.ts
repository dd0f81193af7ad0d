/** Error handlers: called once with communicator and error, inherited, apart from each other (MPI-4.1 §9.3). */
import assert from 'node:assert/strict';
import * as MPI from 'parley';
import { runCases } from './support/cases.ts';
import { WAYS } from './support/way.ts';

const { COMM_WORLD: world } = MPI;
const OTHER = MPI.errorClass('MPI_ERR_OTHER');
const ROUNDS = world.size === 1 ? 100 : 10;

/** A handler that notes its calls. */
function notingHandler(): {
  calls: [MPI.Communicator, MPI.MPIError][];
  handler: (comm: MPI.Communicator, error: MPI.MPIError) => void;
} {
  const calls: [MPI.Communicator, MPI.MPIError][] = [];
  return { calls, handler: (comm, error) => void calls.push([comm, error]) };
}

function checkOnce(calls: [MPI.Communicator, MPI.MPIError][], comm: MPI.Communicator): void {
  assert.equal(calls.length, 1);
  assert.equal(calls[0]![0], comm);
  assert.ok(calls[0]![1] instanceof MPI.MPIError);
  assert.equal(calls[0]![1].errorClass, OTHER);
  calls.length = 0;
}

await runCases(
  {
    'a handler is called once, with its communicator and the error': () => {
      const { calls, handler } = notingHandler();
      assert.equal(world.getErrhandler(), MPI.ERRORS_RETURN);
      world.setErrhandler(handler);
      assert.equal(world.getErrhandler(), handler);
      world.callErrhandler(OTHER);
      checkOnce(calls, world);
      world.setErrhandler(MPI.ERRORS_RETURN);
      world.callErrhandler(OTHER);
      assert.equal(calls.length, 0);
    },
    'a duplicate has a handler of its own, which its duplicates inherit': async (way) => {
      for (let round = 0; round < ROUNDS; round++) {
        const first = await way.call(world, 'dup');
        const noting = notingHandler();
        first.setErrhandler(noting.handler);
        first.callErrhandler(OTHER);
        checkOnce(noting.calls, first);
        const second = await way.call(first, 'dup');
        assert.equal(second.getErrhandler(), noting.handler);
        first.setErrhandler(MPI.ERRORS_ARE_FATAL);
        second.callErrhandler(OTHER);
        checkOnce(noting.calls, second);
        assert.equal(world.getErrhandler(), MPI.ERRORS_RETURN);
        for (const comm of [first, second]) await way.call(comm, 'disconnect');
      }
    },
  },
  WAYS.slice(0, 2),
);
