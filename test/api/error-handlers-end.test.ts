/** Error handlers that end processes, and one that fails itself. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runRanks } from '../harness/run-ranks.ts';

const PROGRAM = 'error-handlers-end';
const RANK = 6;
const TRUNCATE = 15;

/** By argument: title, exit code, what is said. */
const ENDS: Readonly<Record<string, readonly [title: string, exitCode: number, said: RegExp]>> = {
  'fatal-of-self': [
    'a verb on the communicator of one process',
    RANK,
    /rank 0 of "MPI_COMM_SELF" ends every/,
  ],
  'fatal-request': [
    'a request on a communicator that has inherited the handler',
    TRUNCATE,
    /rank 1 of a communicator of 2 processes ends every .*ERRORS_ARE_FATAL says: MPIError: Cannot receive all 5 bytes/,
  ],
  abort: [
    'a communicator of all whose handler is ERRORS_ABORT',
    RANK,
    /"MPI_COMM_WORLD" ends the processes of it, as ERRORS_ABORT/,
  ],
};

describe('an error ends every process, with its class as exit code and its stack,', () => {
  for (const [way, [title, exitCode, said]] of Object.entries(ENDS)) {
    it(`of ${title}`, async () => {
      const { stderr } = await runRanks(PROGRAM, { args: [way], exitCode });
      assert.match(stderr, said);
      assert.match(stderr, /\n\s+at /);
    });
  }
});

it('ERRORS_ABORT of COMM_SELF ends one process, where the launcher lets the others live', async () => {
  const launcherArgs = ['--keep-going'];
  const { stdout, stderr } = await runRanks(PROGRAM, {
    args: ['abort-of-self'],
    launcherArgs,
    exitCode: null,
  });
  assert.equal(stdout, 'ok rank 0 goes on\n');
  assert.match(stderr, /"MPI_COMM_SELF" ends the processes of it/);
});

it('what a handler throws is an uncaught exception, and the operation fails with its own error', async () => {
  const { stdout } = await runRanks(PROGRAM, { ranks: 1, args: ['throwing-handler'] });
  assert.equal(stdout, 'ok caught: MPI_ERR_RANK\nok uncaught: the handler is clumsy\n');
});
