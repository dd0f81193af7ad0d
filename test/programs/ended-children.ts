/**
 * Children that have come and gone while their parent computed: it has looked at nothing between its spawn and their job's end,
 * and gets everything that they had sent. The argument says how they end.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as MPI from 'parley';
import { failure } from './support/cases.ts';
import { spawnPart } from './support/children.ts';
import { WAYS } from './support/way.ts';

const { COMM_WORLD: world } = MPI;
const [, , how = ''] = process.argv;
const LOOK_MS = 2;
const MESSAGES = 200;

const base = join(process.env['PARLEY_SHM_DIR'] ?? '/dev/shm', `parley-${String(process.getuid?.())}`);
const jobs = (): string[] => readdirSync(base).filter((name) => existsSync(join(base, name, 'parent')));

/** The thread is busy with something else. */
function computeUntil(isOver: () => boolean): void {
  const word = new Int32Array(new SharedArrayBuffer(4));
  while (!isOver()) Atomics.wait(word, 0, 0, LOOK_MS);
}

for (const way of WAYS.slice(0, 2)) {
  assert.deepEqual(jobs(), []);
  const spawning = spawnPart(WAYS[1]!, world, `send much, then ${how}`, {
    args: [String(MESSAGES)],
    maxprocs: 2,
  });
  computeUntil(() => jobs().length === 1);
  computeUntil(() => jobs().length === 0);
  const children = await spawning;
  for (const child of [1, 0]) {
    for (let k = 0; k < MESSAGES; k++) {
      const { data } = await way.call(children, 'recv', child, 3);
      assert.deepEqual(data, k % 10 === 0 ? new Float64Array(500).fill(k) : { k, child });
    }
    const error = await failure('MPI_ERR_PROC_FAILED', () => way.call(children, 'recv', child, 3));
    assert.match(
      error.message,
      how === 'go' ? /it has left: its process has ended/ : /it has failed: its process is gone/,
    );
  }
  children.free();
  console.log(`ok ${way.name}`);
}
