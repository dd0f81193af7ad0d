/** `parley bench`: measures this library, and others beside it, on this machine. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PublishPaths } from '../../bench/publish/publish.ts';
import { publish } from '../../bench/publish/publish.ts';
import { renderBreakdown } from '../../bench/report/breakdown-table.ts';
import { renderTables } from '../../bench/report/tables.ts';
import { renderTuning } from '../../bench/report/tuning-report.ts';
import { writeResults } from '../../bench/report/write-results.ts';
import { runBenchmark } from '../../bench/run-benchmark.ts';
import { tuneAlgorithms } from '../../bench/tune/tune-algorithms.ts';
import { writeTable } from '../../bench/tune/write-table.ts';
import { print } from '../print.ts';
import { UsageError } from '../usage-error.ts';
import { type BenchArguments, parseBenchArguments } from './bench-arguments.ts';

const WIDTH_WITHOUT_TERMINAL = 120;
const INTERRUPTED = 130;

/** Runs the command; resolves to the exit code. */
export async function bench(args: readonly string[]): Promise<number> {
  const options = parseBenchArguments(args);
  if ('help' in options) {
    await print(process.stdout, `${options.help}\n`);
    return 0;
  }
  if (options.task === 'publish') return publishResults(options);
  const interruption = new AbortController();
  const interrupt = (): void => {
    interruption.abort(new Error('the benchmark was interrupted'));
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const progress = progressLine(process.stderr);
  const watched = { signal: interruption.signal, onProgress: progress.show, clear: progress.clear };
  try {
    return await (options.task === 'tune' ? tune(options, watched) : measure(options, watched));
  } catch (error) {
    progress.clear();
    if (!interruption.signal.aborted) throw error;
    return INTERRUPTED;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

interface Watched {
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
  readonly clear: () => void;
}

async function measure(options: BenchArguments, { signal, onProgress, clear }: Watched): Promise<number> {
  const { rounds, sections, peers, pin, json } = options;
  const scale = options.quick ? 'quick' : 'full';
  const now = (): Date => new Date();
  const results = await runBenchmark({ scale, rounds, sections, peers, pin, signal, onProgress, now });
  clear();
  const written = await writeResults(results, options.output ?? defaultOutput());
  const width = process.stdout.isTTY ? process.stdout.columns : WIDTH_WITHOUT_TERMINAL;
  await print(process.stdout, json ? `${JSON.stringify(results, null, 2)}\n` : renderTables(results, width));
  if (options.breakdown && !json) await print(process.stdout, `\n${renderBreakdown(results)}`);
  await print(process.stderr, `parley: wrote ${written.join(', ')}\n`);
  return results.failures.some(({ participant }) => participant.startsWith('parley')) ? 1 : 0;
}

async function tune(options: BenchArguments, { signal, onProgress, clear }: Watched): Promise<number> {
  const file = inCheckout('src/collectives/tuning/algorithm-table.ts', '--tune');
  const scale = options.quick ? 'quick' : 'full';
  const tuning = await tuneAlgorithms({ scale, rounds: options.rounds, signal, onProgress });
  clear();
  await writeTable(file, tuning, new Date());
  await print(process.stdout, renderTuning(tuning));
  await print(process.stderr, `parley: wrote ${file}\n`);
  return tuning.failures.length > 0 ? 1 : 0;
}

async function publishResults({ output }: BenchArguments): Promise<number> {
  const paths: PublishPaths = {
    run: output ?? defaultOutput(),
    results: inCheckout('bench/results', '--publish'),
    page: inCheckout('docs/performance.md', '--publish'),
  };
  const written = await publish(paths);
  await print(process.stderr, `parley: wrote ${written.join(', ')}\n`);
  return 0;
}

const ROOT = new URL('../../../', import.meta.url);

/** The package from the registry has no tsconfig.json: only a checkout does. */
const isCheckout = (): boolean => existsSync(new URL('tsconfig.json', ROOT));

function inCheckout(path: string, option: string): string {
  if (isCheckout()) return fileURLToPath(new URL(path, ROOT));
  throw new UsageError(`${option} writes ${path}, which only a checkout of the sources has`);
}

function defaultOutput(): string {
  return isCheckout() ? fileURLToPath(new URL('out/bench', ROOT)) : 'parley-bench';
}

/** One line that is written over on a terminal; nothing elsewhere. */
function progressLine(stream: NodeJS.WriteStream): { show: (text: string) => void; clear: () => void } {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  return {
    show: (text) => stream.write(`\r\u001b[K${text.slice(0, stream.columns - 1)}`),
    clear: () => stream.write('\r\u001b[K'),
  };
}
