/** A run of the launcher from its start to its end, which must leave nothing behind. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { ROOT, startParley, type ParleyRunOptions, type RunResult } from '../harness/parley-run.ts';

/** A rank that does what its arguments say (see test/fixtures/runtime/steps.ts). */
export const STEPS: string = join(ROOT, 'build/test/fixtures/runtime/steps.js');

/** `parley run …args` to its end. */
export async function finishedRun(args: readonly string[], options?: ParleyRunOptions): Promise<RunResult> {
  const run = startParley(['run', ...args], options);
  const result = await run.ended;
  await run.expectClean();
  return result;
}

/** The same for a run that must end with this code; says all that was printed where it does not. */
export async function expectExit(
  code: number,
  args: readonly string[],
  options?: ParleyRunOptions,
): Promise<RunResult> {
  const result = await finishedRun(args, options);
  assert.equal(result.code, code, `parley run ${args.join(' ')}\n${result.stdout}\n${result.stderr}`);
  return result;
}
