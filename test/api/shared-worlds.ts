/**
 * Launches that rank programs share: those that want as many ranks and the same options run one after the other in one world
 * (programs/several.ts), since starting the ranks takes longer than most programs do. The test run reads files that want
 * nothing else in one process (in-shared-worlds.ts), so that they share across files.
 *
 * The program in which a shared launch fails has failed, and so does its test; those behind it are launched by themselves.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ParleyRun } from '../harness/parley-run.ts';
import { runRanks, startRanks, type RunRanksOptions } from '../harness/run-ranks.ts';
import { BEGINS, IS_OVER, WAY_VARIABLE } from '../programs/support/several-marks.ts';

/** What each program may take: with that, one that hangs is ended and explained. */
const PROGRAM_MS = 60_000;
const CASE = /^ok (.+)$/gm;
/** Whoever asks for tests by their titles does not want their neighbours. */
const IS_FILTERED = process.execArgv.some((option) => /^--test-(name-pattern|only)/.test(option));

/** One launch, and the programs that share it. */
class SharedWorld {
  readonly #options: RunRanksOptions;
  readonly #programs: string[] = [];
  /** Of programs that are to run their cases in one way. */
  readonly #ways = new Map<string, string>();
  #run: ParleyRun | undefined;

  constructor(options: RunRanksOptions) {
    this.#options = options;
  }

  add(program: string, way: string): void {
    this.#programs.push(program);
    if (way !== '') this.#ways.set(program, way);
  }

  /** Each launch is one test, and each case that a program tells of a test below it. */
  define(program: string): void {
    const { ranks = 0 } = this.#options;
    test(`${program} holds at ${ranks} rank${ranks === 1 ? '' : 's'}`, async (context) => {
      const stdout = await this.#outputOf(program);
      const titles = Array.from(stdout.matchAll(CASE), ([, title]) => title ?? '');
      assert.ok(titles.length > 0, `the program told of no case:\n${stdout}`);
      for (const title of titles) await context.test(title, () => undefined);
    });
  }

  defineAll(): void {
    for (const program of this.#programs) this.define(program);
  }

  async #outputOf(program: string): Promise<string> {
    if (IS_FILTERED || this.#programs.length === 1) return await this.#outputAlone(program);
    const run = (this.#run ??= this.#start());
    const isLast = program === this.#programs.at(-1);
    try {
      const [, text = ''] = await run.waitForOutput(partOf(program));
      if (isLast) await expectWell(run);
      return text;
    } catch (error) {
      if (run.stdout.includes(`${BEGINS} ${program}\n`)) throw error;
      return await this.#outputAlone(program);
    } finally {
      if (isLast) run.release();
    }
  }

  async #outputAlone(program: string): Promise<string> {
    const env = { ...this.#options.env, [WAY_VARIABLE]: this.#ways.get(program) ?? '' };
    return (await runRanks(program, { ...this.#options, env })).stdout;
  }

  #start(): ParleyRun {
    const timeoutMs = PROGRAM_MS * this.#programs.length;
    const args = this.#programs.map((program) => {
      const way = this.#ways.get(program);
      return way === undefined ? program : `${program}=${way}`;
    });
    return startRanks('several', { ...this.#options, args, timeoutMs });
  }
}

/** The worlds that the files of this process want. */
export class SharedWorlds {
  readonly #worlds = new Map<string, SharedWorld>();
  #isCollecting = false;

  /** @param way the only one in which the program is to run its cases; empty for all */
  want(program: string, options: RunRanksOptions, way = ''): void {
    // Arguments are a program's own.
    const key = JSON.stringify(options.args === undefined ? options : [program, options, this.#worlds.size]);
    const world = this.#worlds.get(key) ?? new SharedWorld(options);
    this.#worlds.set(key, world);
    world.add(program, way);
    if (!this.#isCollecting) world.define(program);
  }

  /** No test is defined until all is wanted; then those of one world after those of another. */
  async collect(reading: () => Promise<void>): Promise<void> {
    this.#isCollecting = true;
    await reading();
    for (const world of this.#worlds.values()) world.defineAll();
  }
}

/** From its beginning to its end; what stands in between is the match. */
function partOf(program: string): RegExp {
  return new RegExp(`^${BEGINS} ${program}\\n([^]*?)^${IS_OVER} ${program}$`, 'm');
}

async function expectWell(run: ParleyRun): Promise<void> {
  const { code, stderr } = await run.ended;
  assert.equal(code, 0, run.describe());
  assert.doesNotMatch(stderr, /Warning: /, run.describe());
  await run.expectClean();
}

/** Of this process. */
export const sharedWorlds: SharedWorlds = new SharedWorlds();
