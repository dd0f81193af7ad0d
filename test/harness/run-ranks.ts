/**
 * Runs a rank program under the real launcher, as most tests of the public API do:
 *
 *     const { stdout } = await runRanks('ring', { ranks: 4, args: ['--sync'] });
 *
 * `test/programs/ring.ts` is then each rank's program. The run must end with exit code 0 (or the one that is asked
 * for), without a process warning, and leave nothing behind; else the test fails with both outputs.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, startParley } from './parley-run.ts';
import type { ParleyRun, ParleyRunOptions, RunResult } from './parley-run.ts';

export interface RunRanksOptions extends ParleyRunOptions {
  readonly ranks?: number;
  /** Arguments of the program. */
  readonly args?: readonly string[];
  /** Options of `parley run`. */
  readonly launcherArgs?: readonly string[];
  /** The expected exit code, 0 by default; null for any. */
  readonly exitCode?: number | null;
}

const TIMEOUT_MS = 100_000;
/** The launcher's own time limit comes first, since it explains what the ranks wait for. */
const LAUNCHER_AHEAD_MS = 5000;
const WARNING = /^\(node:\d+\) .*Warning: .*/m;

/** Runs the program to its end. */
export async function runRanks(program: string, options: RunRanksOptions = {}): Promise<RunResult> {
  const run = startRanks(program, options);
  try {
    const result = await run.ended;
    const { exitCode = 0 } = options;
    if (exitCode !== null && result.code !== exitCode) {
      throw new Error(
        `It ended with ${ending(result)} where exit code ${exitCode} is wanted.\n${run.describe()}`,
      );
    }
    const warning = WARNING.exec(result.stderr);
    if (warning !== null) throw new Error(`A process warned: ${warning[0]}\n${run.describe()}`);
    await run.expectClean();
    return result;
  } finally {
    run.release();
  }
}

/** Starts the program, for tests that do something while it runs; they end with `await run.expectClean()`. */
export function startRanks(program: string, options: RunRanksOptions = {}): ParleyRun {
  const { ranks = 2, args = [], launcherArgs = [], exitCode: _, ...rest } = options;
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const limit = `${timeoutMs}ms`;
  return startParley(
    [
      'run',
      '-n',
      String(ranks),
      '--no-label',
      '--timeout',
      limit,
      ...launcherArgs,
      programFile(program),
      ...args,
    ],
    { ...rest, timeoutMs: timeoutMs + LAUNCHER_AHEAD_MS },
  );
}

/** A name is a program of test/programs/ (compiled); everything with a slash or an ending is a file of the checkout. */
export function programFile(program: string): string {
  if (/[/.]/.test(program)) return join(ROOT, program);
  const file = join(ROOT, 'build/test/programs', `${program}.js`);
  if (!existsSync(file)) throw new Error(`There is no test/programs/${program}.ts, or it is not compiled`);
  return file;
}

function ending({ code, signal }: RunResult): string {
  return signal === null ? `exit code ${code}` : `signal ${signal}`;
}
