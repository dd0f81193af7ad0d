/**
 * Runs the cases of a rank program one after the other, each with both ways of waiting, and tells of each that held
 * on all ranks by one line of rank 0:
 *
 *     ok <title> (blocking)
 *
 * A case that fails is an uncaught error, which names it; so the job ends with its stack.
 */
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { COMM_WORLD, MPIError } from 'parley';
import { WAY_VARIABLE } from './several-marks.ts';
import { WAYS, type Way } from './way.ts';

export type Cases = Readonly<Record<string, (way: Way) => Promise<void> | void>>;

/** @param only the ways that these cases are about */
export async function runCases(cases: Cases, only?: readonly Way[]): Promise<void> {
  const { rank } = COMM_WORLD;
  const wanted = process.env[WAY_VARIABLE] ?? '';
  const ways = only ?? (wanted === '' ? WAYS : WAYS.filter(({ name }) => name === wanted));
  // Apart from what the cases send, however they go wrong.
  const control = await COMM_WORLD.dup();
  for (const [title, run] of Object.entries(cases)) {
    for (const way of ways) {
      const label = only === undefined || only.length > 1 ? `${title} (${way.name})` : title;
      try {
        await run(way);
        assert.deepEqual(COMM_WORLD.iprobe(), undefined, 'a message is left');
        await control.barrier();
      } catch (cause) {
        throw new Error(`rank ${rank}: ${label}`, { cause });
      }
      if (rank === 0) console.log(`ok ${label}`);
    }
  }
}

/** For cases that are the same whoever waits how, or that choose by themselves. */
export async function runCasesOnce(cases: Cases): Promise<void> {
  await runCases(cases, WAYS.slice(1, 2));
}

/** Asserts that `call` throws, or that what it returns rejects with, an error of this class; gives it back. */
export async function failure(code: string, call: () => unknown): Promise<MPIError> {
  let result: unknown;
  try {
    result = await call();
  } catch (error) {
    assert.ok(error instanceof MPIError, `${code} is wanted where ${String(error)} came`);
    assert.equal(error.code, code, error.message);
    return error;
  }
  assert.fail(`${code} is wanted where a result came: ${inspect(result)}`);
}
