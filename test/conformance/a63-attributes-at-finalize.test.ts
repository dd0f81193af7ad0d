/** A63 attribute order at finalize: the latest first, each once, before anything else, however MPI ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runRanks } from '../harness/run-ranks.ts';

const PROGRAM = 'a63-attributes-at-finalize';
const ORDER = Array.from({ length: 20 }, (_, place) => 19 - place).join(' ');

function checkOrder(stdout: string, ranks: number): void {
  const told = stdout.split('\n').filter((line) => line.startsWith('ok'));
  assert.deepEqual(
    told.sort(),
    Array.from({ length: ranks }, (_, rank) => `ok rank ${rank}: ${ORDER}`),
  );
}

test('finalize deletes the attributes of COMM_SELF first, the latest first, at each of 5 ranks', async () => {
  const { stdout } = await runRanks(PROGRAM, { ranks: 5, args: ['finalize'] });
  checkOrder(stdout, 5);
  assert.equal(stdout.match(/^finalized true$/gm)?.length, 5);
  assert.doesNotMatch(stdout, /only|finalize:/);
});

test('a program that runs off its end does the same', async () => {
  const { stdout } = await runRanks(PROGRAM, { ranks: 2, args: ['at-the-end'] });
  checkOrder(stdout, 2);
});

test('so does process.exit(0)', async () => {
  const { stdout } = await runRanks(PROGRAM, { ranks: 2, args: ['exit'] });
  checkOrder(stdout, 2);
});

test('a callback that throws stops none of the others, and finalize rejects when MPI has been left', async () => {
  const { stdout } = await runRanks(PROGRAM, { ranks: 1, args: ['finalize', '7'] });
  checkOrder(stdout, 1);
  assert.match(stdout, /^finalize: Cannot delete the attribute under the key number 7: .*callback 7 throws/m);
  assert.match(stdout, /^finalized true$/m);
});

for (const end of ['at-the-end', 'exit']) {
  test(`a callback that throws makes a failure of a program that ends by itself (${end})`, async () => {
    const { stdout, stderr } = await runRanks(PROGRAM, { ranks: 1, args: [end, '7'], exitCode: 1 });
    checkOrder(stdout, 1);
    assert.match(stderr, /callback 7 throws/);
  });
}
