/**
 * One run of the command `parley` in a test: started in a process group of its own, with a directory of its own for
 * shared memory, so that afterwards it can be told exactly what it has left. Both outputs are kept, and can be
 * waited for while it runs.
 */
import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { JOB_VARIABLE } from '#pmi/job-environment.js';
import { SHARED_MEMORY_VARIABLE } from '#pmi/job-directory.js';
import {
  endMarkedProcesses,
  markedProcesses,
  sendSignal,
  waitForNoProcess,
  type MarkedProcess,
} from './leftovers.ts';

/** The checkout (this file runs as build/test/harnes./parley-run.ts). */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

export interface ParleyRunOptions {
  /** Added to the environment of this process; undefined takes a variable out. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Written to the standard input, which then ends. Without it the test writes to {@link ParleyRun.stdin}. */
  readonly input?: string;
  /** After this the run is killed, and is a failure whatever was expected. */
  readonly timeoutMs?: number;
}

/** How a run ended. */
export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

const TIMEOUT_MS = 100_000;

/** Runs of tests that failed in the midst of them: nothing of them outlives the test file. */
const UNRELEASED = new Set<ParleyRun>();
process.once('exit', () => {
  for (const run of UNRELEASED) run.release();
});

/** Starts `node bin/parley.js …args`. */
export function startParley(args: readonly string[], options: ParleyRunOptions = {}): ParleyRun {
  return new ParleyRun([process.execPath, join(ROOT, 'bin/parley.js'), ...args], options);
}

/** A command under way; `await run.ended` tells how it ended, {@link ParleyRun.expectClean} that nothing is left. */
export class ParleyRun {
  readonly command: readonly string[];
  readonly ended: Promise<RunResult>;
  /** The run's own directory for shared memory; its name is the mark of the run's processes. */
  readonly sharedMemory: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #output = { stdout: '', stderr: '' };
  readonly #listeners = new Set<() => void>();
  #timedOutMs: number | undefined;
  #hasEnded = false;

  /** Runs any command line; tests start with {@link startParley} as a rule. */
  constructor(command: readonly string[], options: ParleyRunOptions = {}) {
    const { env, cwd = ROOT, input, timeoutMs = TIMEOUT_MS } = options;
    this.command = command;
    this.sharedMemory = mkdtempSync(join(process.env[SHARED_MEMORY_VARIABLE] ?? '/dev/shm', 'parley-run-'));
    const [program, ...args] = command;
    this.#child = spawn(program ?? '', args, {
      cwd,
      env: {
        ...process.env,
        [SHARED_MEMORY_VARIABLE]: this.sharedMemory,
        PARLEY_TEST_RUN: this.sharedMemory,
        ...env,
      },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // A program that ends without reading its input is no failure of the test.
    this.#child.stdin.on('error', () => undefined);
    if (input !== undefined) this.#child.stdin.end(input);
    for (const name of ['stdout', 'stderr'] as const) {
      this.#child[name].setEncoding('utf8').on('data', (text: string) => {
        this.#output[name] += text;
        for (const listener of this.#listeners) listener();
      });
    }
    const timer = setTimeout(() => {
      this.#timedOutMs = timeoutMs;
      endMarkedProcesses(this.sharedMemory);
    }, timeoutMs);
    UNRELEASED.add(this);
    this.ended = this.#end().finally(() => {
      this.#hasEnded = true;
      clearTimeout(timer);
      for (const listener of this.#listeners) listener();
    });
    // Whoever does not wait for the end hears of a failure by what it waits for instead.
    this.ended.catch(() => undefined);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get stdin(): Writable {
    return this.#child.stdin;
  }

  /** What it has printed so far. */
  get stdout(): string {
    return this.#output.stdout;
  }

  get stderr(): string {
    return this.#output.stderr;
  }

  /** Resolves once an output matches (with the match); rejects where the run ends before it does. */
  waitForOutput(pattern: RegExp, from: 'stdout' | 'stderr' = 'stdout'): Promise<RegExpExecArray> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(this.#output[from]);
        if (match === null && !this.#hasEnded) return;
        this.#listeners.delete(look);
        if (match !== null) resolve(match);
        else reject(new Error(`It ended before ${from} matched ${String(pattern)}.\n${this.describe()}`));
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** Sends a signal to the command itself; false where it is gone. */
  kill(signal: NodeJS.Signals): boolean {
    return sendSignal(this.pid, signal);
  }

  /** Every process of the run that is there now, helpers of the launcher among them. */
  processes(): MarkedProcess[] {
    return markedProcesses(this.sharedMemory);
  }

  /** The process of each rank that is there now. */
  rankProcesses(): Map<number, MarkedProcess> {
    const ranks = new Map<number, MarkedProcess>();
    for (const found of this.processes()) {
      const job = found.environment[JOB_VARIABLE];
      // A rank's own children inherit its environment; the rank is the one that was there first.
      const rank = job === undefined ? undefined : (JSON.parse(job) as { rank: number }).rank;
      if (rank !== undefined && found.pid < (ranks.get(rank)?.pid ?? Infinity)) ranks.set(rank, found);
    }
    return ranks;
  }

  /** Asserts that the run has ended and has left no process and no file in shared memory. Ends what it finds. */
  async expectClean(graceMs?: number): Promise<void> {
    await this.ended;
    const processes = await waitForNoProcess(this.sharedMemory, graceMs);
    const files = readdirSync(this.sharedMemory, { recursive: true }).map(String);
    this.release();
    if (processes.length === 0 && files.length === 0) return;
    const left = [
      ...processes.map(({ pid, command }) => `process ${pid}: ${command}`),
      ...files.map((file) => `file ${file}`),
    ];
    throw new Error(`It left behind:\n  ${left.join('\n  ')}\n${this.describe()}`);
  }

  /** Ends every process of the run and removes its directory. */
  release(): void {
    UNRELEASED.delete(this);
    endMarkedProcesses(this.sharedMemory);
    rmSync(this.sharedMemory, { recursive: true, force: true });
  }

  /** The command and both outputs, for messages. */
  describe(): string {
    const command = this.command
      .map((word) => (word.startsWith(ROOT) ? relative(ROOT, word) : word))
      .join(' ');
    return `command: ${command}\n─── stdout\n${this.stdout}\n─── stderr\n${this.stderr}\n───`;
  }

  async #end(): Promise<RunResult> {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (...exit) => resolve(exit));
    });
    if (this.#timedOutMs !== undefined) {
      throw new Error(`It did not end within ${this.#timedOutMs / 1000} s.\n${this.describe()}`);
    }
    return { code, signal, ...this.#output };
  }
}
