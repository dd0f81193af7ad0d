/**
 * The longest message: 2 GiB, into a buffer or (`value`) as a value, awaiting or (`blocking`) blocking; and one byte
 * more, which is refused.
 */
import assert from 'node:assert/strict';
import { COMM_WORLD as world } from 'parley';
import { failure } from './support/cases.ts';

const BYTES = 2 ** 31;
const STEP = 2 ** 20 - 1;
const blocks = process.argv.includes('blocking');
const asValue = process.argv.includes('value');

/** Differs from place to place, also where the parts of the message meet. */
function mark(data: Uint8Array): void {
  for (let place = 0; place < data.length; place += STEP) data[place] = 1 + (place % 251);
  data[data.length - 1] = 99;
}

function check(data: Uint8Array): void {
  assert.equal(data.length, BYTES);
  for (let place = 0; place < data.length; place += STEP) assert.equal(data[place], 1 + (place % 251));
  assert.equal(data[data.length - 1], 99);
  // Between the marks nothing was written.
  for (let place = 1; place < data.length - 1; place += STEP) assert.equal(data[place], 0);
}

if (world.rank === 0) {
  const data = new Uint8Array(BYTES);
  mark(data);
  if (blocks) world.sendSync(data, 1);
  else await world.send(data, 1);
  const error = await failure('MPI_ERR_COUNT', () => world.send(new Uint8Array(BYTES + 1), 1));
  assert.match(
    error.message,
    /Cannot send 2147483649 bytes to rank 1 .* has 2147483648 at most; send it in parts/,
  );
} else if (asValue) {
  const { data } = blocks ? world.recvSync<Uint8Array>(0) : await world.recv<Uint8Array>(0);
  check(data);
  console.log('ok 2 GiB');
} else {
  const buffer = new Uint8Array(BYTES);
  const status = blocks ? world.recvIntoSync(buffer, 0) : await world.recvInto(buffer, 0);
  assert.deepEqual([status.count, status.bytes], [BYTES, BYTES]);
  check(buffer);
  console.log('ok 2 GiB');
}
