/** Rank 1 leaves without a word, in the way that the arguments name; the others go on (launched with --keep-going). */
import assert from 'node:assert/strict';
import { COMM_WORLD as world } from 'parley';
import { failure } from './support/cases.ts';
import { WAYS } from './support/way.ts';

const { rank, size } = world;
const [end = 'exit', wayName = 'awaiting'] = process.argv.slice(2);
const way = WAYS.find(({ name }) => name === wayName) ?? WAYS[1]!;
/** More than anybody takes unasked. */
const LONG = 2 ** 24;

/** What is sent to the dead may be lost, but nobody waits for it for ever. */
async function sendToTheDead(data: unknown): Promise<void> {
  try {
    await way.call(world, 'send', data, 1, 2);
  } catch (error) {
    assert.equal((error as { code?: string }).code, 'MPI_ERR_PROC_FAILED');
  }
}

if (rank === 1) {
  if (end === 'kill') process.kill(process.pid, 'SIGKILL');
  process.exit(1);
}
if (rank === 0) {
  const posted = world.recv(1, 7);
  await failure('MPI_ERR_PROC_FAILED', () => way.call(world, 'recv', 1));
  await failure('MPI_ERR_PROC_FAILED', () => way.wait(posted));
  await failure('MPI_ERR_PROC_FAILED', () => way.call(world, 'recvInto', new Int32Array(1), 1, 3));
  await failure('MPI_ERR_PROC_FAILED', () => way.call(world, 'probe', 1, 3));
  await failure('MPI_ERR_PROC_FAILED', () => way.call(world, 'ssend', 1, 1));
}
await sendToTheDead(new Uint8Array(LONG));
await sendToTheDead(1);
if (size > 2) {
  const other = 2 - rank;
  const { data } = await way.call(world, 'sendrecv', rank, other, 5, other, 5);
  assert.equal(data, other);
  const [sent, received] = [world.send(new Uint8Array(LONG).fill(rank), other, 6), world.recv(other, 6)];
  assert.deepEqual((await way.wait(received)).data, new Uint8Array(LONG).fill(other));
  await way.wait(sent);
}
if (rank === 0) console.log('ok the others went on');
