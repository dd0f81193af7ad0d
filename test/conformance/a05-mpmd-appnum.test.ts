/** A05 MPMD appnum: a start of several commands numbers them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startParley } from '../harness/parley-run.ts';
import { programFile } from '../harness/run-ranks.ts';

const PROGRAM = programFile('a05-mpmd-appnum');

interface Told {
  readonly rank: number;
  readonly appNumber: number;
  readonly argument: string;
}

async function launch(...counts: number[]): Promise<Told[]> {
  const commands = counts.flatMap((count, index) => [
    ...(index === 0 ? [] : [':']),
    '-n',
    String(count),
    PROGRAM,
    `command ${index}`,
  ]);
  const run = startParley(['run', ...commands], { input: '' });
  const { code, stdout } = await run.ended;
  await run.expectClean();
  assert.equal(code, 0, run.describe());
  return JSON.parse(stdout) as Told[];
}

for (const counts of [[1, 2], [3], [2, 1, 2], [1, 1, 1, 1, 1]]) {
  test(`A05 MPMD appnum: commands of ${counts.join(' and ')} processes`, async () => {
    const wanted = counts.flatMap((count, index) => Array.from({ length: count }, () => index));
    const told = await launch(...counts);
    assert.deepEqual(
      told,
      wanted.map((appNumber, rank) => ({ rank, appNumber, argument: `command ${appNumber}` })),
    );
  });
}
