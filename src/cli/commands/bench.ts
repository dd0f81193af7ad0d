/**
 * `parley bench`: measures this library, and others beside it, on this machine.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, InvalidArgumentError, Option } from 'commander';
import { PEER_IDS, type PeerId } from '../../bench/participants/participant.ts';
import { SECTIONS, type Section } from '../../bench/plan.ts';

interface BenchCommandOptions {
  peers?: true | PeerId[];
  rounds?: number;
  only: Section[];
  quick?: true;
  pin?: true;
  output?: string;
  json?: true;
}

const EXAMPLES = `
Examples:
  parley bench                          this library alone, about a minute
  parley bench --peers                  beside all others (root installs what is missing), about four minutes
  parley bench --quick --only latency --peers open-mpi,mpi4py
  parley bench --json --only start-up > start-up.json
`;

export function createBenchCommand(): Command {
  return new Command('bench')
    .summary('measure latency, bandwidth, idle processor time and start-up, beside other libraries')
    .description(
      `Measures this library on this machine and, with --peers, Open MPI, MPICH and LAM/MPI (C) and mpi4py beside it,
alternating in rounds. Prints tables of medians, and writes latest.json and plots (SVG).`,
    )
    .addOption(
      new Option(
        '--peers [list]',
        `measure these as well: ${PEER_IDS.join(', ')}; all by default; Debian packages that are missing are installed by root`,
      ).argParser((text) => parseList(text, PEER_IDS)),
    )
    .addOption(
      new Option('--rounds <n>', 'rounds of alternation (default: 5; with --quick 2)').argParser(parseRounds),
    )
    .addOption(
      new Option('--only <list>', `measure only these: ${SECTIONS.join(', ')}`)
        .argParser((text) => parseList(text, SECTIONS))
        .default([...SECTIONS], 'all'),
    )
    .option('--quick', 'fewer sizes and rounds')
    .option(
      '--pin',
      'bind each rank to a processor (rank modulo processors) instead of leaving it to the system',
    )
    .option(
      '--output <directory>',
      'where to write (default: bench/results in a checkout, else ./parley-bench)',
    )
    .option('--json', 'print the results as JSON instead of tables')
    .addHelpText('after', EXAMPLES)
    .action(bench);
}

async function bench(options: BenchCommandOptions): Promise<void> {
  // Loaded here, so that no other command waits for it.
  const { runBenchmark } = await import('../../bench/run-benchmark.ts');
  const { renderTables } = await import('../../bench/report/tables.ts');
  const { writeResults } = await import('../../bench/report/write-results.ts');
  const interruption = new AbortController();
  const interrupt = (): void => {
    interruption.abort(new Error('the benchmark was interrupted'));
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const progress = progressLine(process.stderr);
  try {
    const results = await runBenchmark({
      scale: options.quick ? 'quick' : 'full',
      rounds: options.rounds ?? (options.quick ? 2 : 5),
      sections: options.only,
      peers: options.peers === true ? PEER_IDS : (options.peers ?? []),
      pin: options.pin ?? false,
      signal: interruption.signal,
      onProgress: progress.show,
      now: () => new Date(),
    });
    progress.clear();
    const written = await writeResults(results, options.output ?? defaultOutput());
    process.stdout.write(
      options.json
        ? `${JSON.stringify(results, null, 2)}\n`
        : renderTables(results, process.stdout.isTTY ? process.stdout.columns : 120),
    );
    process.stderr.write(`Wrote ${written.join(', ')}\n`);
    if (results.failures.some(({ participant }) => participant.startsWith('parley'))) process.exitCode = 1;
  } catch (error) {
    progress.clear();
    if (!interruption.signal.aborted) throw error;
    process.exitCode = 130;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function defaultOutput(): string {
  // The package from the registry has no tsconfig.json: only a checkout does.
  const isCheckout = existsSync(new URL('../../../tsconfig.json', import.meta.url));
  return isCheckout ? fileURLToPath(new URL('../../../bench/results', import.meta.url)) : 'parley-bench';
}

/** One line that is written over on a terminal; nothing elsewhere. */
function progressLine(stream: NodeJS.WriteStream): { show: (text: string) => void; clear: () => void } {
  if (!stream.isTTY) return { show: () => undefined, clear: () => undefined };
  return {
    show: (text) => stream.write(`\r\u001b[K${text.slice(0, stream.columns - 1)}`),
    clear: () => stream.write('\r\u001b[K'),
  };
}

function parseList<Name extends string>(text: string, names: readonly Name[]): Name[] {
  return text.split(',').map((part) => {
    const name = names.find((candidate) => candidate === part.trim());
    if (name === undefined) {
      throw new InvalidArgumentError(`"${part}" is not among ${names.join(', ')}.`);
    }
    return name;
  });
}

function parseRounds(text: string): number {
  const rounds = Number(text);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000) {
    throw new InvalidArgumentError(`"${text}" is not a whole number of rounds, 1..1000.`);
  }
  return rounds;
}
