/**
 * Commands that are started apart, as people do it in several terminals: all on a host of their own, where they find each
 * other and nobody else does.
 */
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { ParleyRun, ROOT, startParley, type ParleyRunOptions } from '../harness/parley-run.ts';
import { makeSharedMemory } from '../runtime/shared-memory.ts';

/** Node reads TypeScript by itself from 22.18 on. */
const TYPESCRIPT = 'typescript' in process.features ? [] : ['--import', import.meta.resolve('tsx')];

export class Terminals {
  readonly #place = makeSharedMemory();
  readonly #runs: ParleyRun[] = [];

  /** `npx parley run …` */
  launch(args: readonly string[], options: ParleyRunOptions = {}): ParleyRun {
    return this.#keep(startParley(['run', '--no-label', ...args], this.#at(options)));
  }

  /** `node program …`; a program of the checkout or a file, in either language. */
  node(program: string, args: readonly string[] = [], options: ParleyRunOptions = {}): ParleyRun {
    const loader = program.endsWith('.ts') ? TYPESCRIPT : [];
    const command = [process.execPath, ...loader, resolve(ROOT, program), ...args];
    return this.#keep(new ParleyRun(command, this.#at(options)));
  }

  /** Asserts that all have ended well and left nothing behind. */
  async expectWell(): Promise<void> {
    for (const run of this.#runs) {
      assert.equal((await run.ended).code, 0, run.describe());
      await run.expectClean();
    }
    assert.deepEqual(readdirSync(this.#place), []);
  }

  /** Ends what is still there. */
  close(): void {
    for (const run of this.#runs) run.release();
    rmSync(this.#place, { recursive: true, force: true });
  }

  #keep(run: ParleyRun): ParleyRun {
    this.#runs.push(run);
    return run;
  }

  #at(options: ParleyRunOptions): ParleyRunOptions {
    return { input: '', ...options, env: { PARLEY_SHM_DIR: this.#place, ...options.env } };
  }
}

/** What a run has printed, in an order that does not depend on who was first. */
export async function sortedLines(run: ParleyRun): Promise<string[]> {
  return (await run.ended).stdout.split('\n').slice(0, -1).sort();
}
