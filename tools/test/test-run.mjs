/**
 * One run over a list of test files: which run side by side and which alone, a line for each, a look at what is
 * left behind, and the closing lines.
 */
import path from 'node:path';
import { groupOf } from './grouping.mjs';
import { removeTraces, runFile } from './run-file.mjs';

/** More than this is said at the end: a suite that takes longer is not run often enough. */
const BUDGET_MS = 5 * 60_000;
const SLOWEST_SHOWN = 5;
/** Reads several files as one (test/api/in-shared-worlds.ts). */
const IN_SHARED_WORLDS = path.resolve(import.meta.dirname, '../../build/test/api/in-shared-worlds.js');
/** Files that start processes side by side: their programs have several ranks each. */
const PROCESSES_JOBS_MAX = 2;

/** One run over a list of files, and what came out so far. */
export class TestRun {
  #options;
  #results = [];
  #number = 0;
  #marks = new Set();
  #started = performance.now();

  constructor(options) {
    this.#options = options;
    process.once('exit', () => this.#marks.forEach(removeTraces));
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => this.#stop(signal));
  }

  /**
   * Runs all so many times.
   * @param {{ file: string, source: string }[]} files compiled, and for the reader
   */
  async all(files, times) {
    const { jobs } = this.#options;
    const groups = { sharing: [], together: [], processes: [], alone: [] };
    for (const { file, source } of files) groups[groupOf(file)].push({ words: [file], source });
    // What takes longest comes first.
    groups.processes.unshift(...sharing(groups.sharing));
    await this.#group(groups.together, times, jobs);
    await this.#group(groups.processes, times, Math.min(jobs, PROCESSES_JOBS_MAX));
    await this.#group(groups.alone, times, 1);
    return this.#summary();
  }

  async #group(entries, times, jobs) {
    const rest = Array.from({ length: times }, () => entries).flat();
    const worker = async () => {
      for (let entry = rest.shift(); entry !== undefined; entry = rest.shift()) await this.#file(entry);
    };
    await Promise.all(Array.from({ length: jobs }, worker));
  }

  async #file({ words, source }) {
    const { nodeOptions, verbose, graceMs } = this.#options;
    const mark = `parley-test-${process.pid}-${Date.now()}-${String(this.#number++).padStart(4, '0')}`;
    this.#marks.add(mark);
    const lines = [];
    const onTest = verbose ? (line) => lines.push(`    ${line}`) : undefined;
    const result = await runFile({ words, mark, nodeOptions, graceMs, onTest });
    this.#marks.delete(mark);
    this.#results.push({ file: source, ...result });
    const good = result.failures.length === 0;
    // With a filter on titles most files have nothing to say.
    if (good && !verbose && nodeOptions.length > 0 && result.counts.pass === 0) return;
    print(
      `${good ? '✔' : '✘'} ${source.padEnd(56)} ${String(result.counts.tests).padStart(4)} ${seconds(result.ms)}`,
    );
    for (const what of result.skipped) print(`  ﹣ skipped: ${what}`);
    if (lines.length > 0) print(lines.join('\n'));
    for (const { title, error } of result.failures) print(`\n  ✘ ${title}\n${indent(error, 6)}\n`);
    const output = result.output.trimEnd();
    if (!good && output !== '') print(`  what ${source} printed (its end):\n${indent(output, 6)}\n`);
  }

  #summary() {
    const failing = this.#results.filter(({ failures }) => failures.length > 0);
    const slowest = [...this.#results].sort((a, b) => b.ms - a.ms).slice(0, SLOWEST_SHOWN);
    print(`\nslowest: ${slowest.map(({ file, ms }) => `${file} ${seconds(ms).trim()}`).join(', ')}`);
    const total = performance.now() - this.#started;
    if (total > BUDGET_MS) print(`over budget: ${BUDGET_MS / 1000} s are meant; make the slowest faster`);
    if (failing.length > 0) print('\nfailing:');
    for (const { file, failures } of failing) {
      for (const { title } of failures) print(`  ✘ ${file}: ${title}`);
    }
    print('');
    for (const name of ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo']) {
      print(`ℹ ${name} ${this.#sum(name)}`);
    }
    print(`ℹ duration_ms ${total.toFixed(0)}`);
    if (this.#sum('pass') + this.#sum('fail') === 0) print('\nno test ran: none has such a title');
    return failing.length > 0 || this.#sum('pass') === 0 ? 1 : 0;
  }

  #sum(name) {
    return this.#results.reduce((sum, { counts }) => sum + counts[name], 0);
  }

  #stop(signal) {
    print(`stopped by ${signal}`);
    process.exit(signal === 'SIGINT' ? 130 : 143);
  }
}

/** Those that share their launches are one entry: a process that reads them all. */
function sharing(entries) {
  if (entries.length <= 1) return entries;
  const files = entries.flatMap(({ words }) => words);
  return [{ words: [IN_SHARED_WORLDS, ...files], source: `${files.length} files that share worlds` }];
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2).padStart(7)} s`;
}

function indent(text, width) {
  return text.replace(/^(?=.)/gm, ' '.repeat(width));
}

function print(text) {
  process.stdout.write(`${text}\n`);
}
