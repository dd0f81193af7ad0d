/** `parley bench`: measures this library, and others beside it, on this machine. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, Option } from 'commander';
import { PEER_IDS, type PeerId } from '../../bench/participants/participant.ts';
import { SECTIONS, type Section } from '../../bench/plan.ts';
import { renderTables } from '../../bench/report/tables.ts';
import { writeResults } from '../../bench/report/write-results.ts';
import { runBenchmark } from '../../bench/run-benchmark.ts';
import { print } from '../print.ts';
import { UsageError } from '../usage-error.ts';

interface BenchArguments {
  readonly peers: readonly PeerId[];
  readonly rounds: number;
  readonly sections: readonly Section[];
  readonly quick: boolean;
  readonly pin: boolean;
  readonly output: string;
  readonly json: boolean;
}

const ROUNDS_MAX = 1000;
const WIDTH_WITHOUT_TERMINAL = 120;
const INTERRUPTED = 130;

const EXAMPLES = `
Examples:
  parley bench                    this library alone, about a minute
  parley bench --peers            beside all the others, about four minutes
  parley bench --quick --only latency --peers open-mpi,mpi4py
  parley bench --json --only start-up > start-up.json

--peers takes what is installed; what is missing root gets from Debian's packages.
Exit code: 0, also where another library fails or is ahead; 1 where this one fails.`;

/** Runs the command; resolves to the exit code. */
export async function bench(args: readonly string[]): Promise<number> {
  const options = parseBenchArguments(args);
  if ('help' in options) {
    await print(process.stdout, `${options.help}\n`);
    return 0;
  }
  const interruption = new AbortController();
  const interrupt = (): void => {
    interruption.abort(new Error('the benchmark was interrupted'));
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const progress = progressLine(process.stderr);
  try {
    const results = await runBenchmark({
      scale: options.quick ? 'quick' : 'full',
      rounds: options.rounds,
      sections: options.sections,
      peers: options.peers,
      pin: options.pin,
      signal: interruption.signal,
      onProgress: progress.show,
      now: () => new Date(),
    });
    progress.clear();
    const written = await writeResults(results, options.output);
    const width = process.stdout.isTTY ? process.stdout.columns : WIDTH_WITHOUT_TERMINAL;
    const text = options.json ? `${JSON.stringify(results, null, 2)}\n` : renderTables(results, width);
    await print(process.stdout, text);
    await print(process.stderr, `parley: wrote ${written.join(', ')}\n`);
    return results.failures.some(({ participant }) => participant.startsWith('parley')) ? 1 : 0;
  } catch (error) {
    progress.clear();
    if (!interruption.signal.aborted) throw error;
    return INTERRUPTED;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function parseBenchArguments(args: readonly string[]): BenchArguments | { readonly help: string } {
  const command = benchCommand();
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return { help: `${command.helpInformation()}${EXAMPLES}` };
    throw new UsageError(error.message.replace(/^error: /, ''));
  }
  const options = command.opts<{
    peers?: true | string;
    rounds?: string;
    only?: string;
    quick?: true;
    pin?: true;
    output?: string;
    json?: true;
  }>();
  const { peers = '', only, quick = false } = options;
  return {
    peers: peers === true ? PEER_IDS : parseList(peers, PEER_IDS, '--peers'),
    rounds: options.rounds === undefined ? (quick ? 2 : 5) : parseRounds(options.rounds),
    sections: only === undefined ? SECTIONS : parseList(only, SECTIONS, '--only'),
    quick,
    pin: options.pin ?? false,
    output: options.output ?? defaultOutput(),
    json: options.json ?? false,
  };
}

function benchCommand(): Command {
  return new Command('parley bench')
    .description(
      'Measures this library on this machine, and others beside it in turn. Prints tables of medians; writes latest.json and plots.',
    )
    .helpOption('-h, --help', 'show this')
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .configureHelp({ helpWidth: 80 })
    .allowExcessArguments(false)
    .addOption(new Option('--peers [list]', `measure these as well: ${PEER_IDS.join(', ')} (all)`))
    .addOption(new Option('--rounds <n>', 'rounds of alternation (5; with --quick 2)'))
    .addOption(new Option('--only <list>', `only these: ${SECTIONS.join(', ')}`))
    .addOption(new Option('--quick', 'fewer sizes and rounds'))
    .addOption(new Option('--pin', 'bind rank r to processor r modulo processors'))
    .addOption(
      new Option('--output <dir>', 'where to write (bench/results in a checkout, else parley-bench)'),
    )
    .addOption(new Option('--json', 'print the results as JSON, not as tables'));
}

function parseList<Name extends string>(text: string, names: readonly Name[], option: string): Name[] {
  const parts = text.split(',').filter((part) => part !== '');
  return parts.map((part) => {
    const name = names.find((candidate) => candidate === part);
    if (name === undefined) throw new UsageError(`${option}: "${part}" is not among ${names.join(', ')}`);
    return name;
  });
}

function parseRounds(text: string): number {
  const rounds = /^\d+$/.test(text) ? Number(text) : 0;
  if (rounds >= 1 && rounds <= ROUNDS_MAX) return rounds;
  throw new UsageError(`--rounds: "${text}" is no number of rounds: 1..${ROUNDS_MAX} is wanted`);
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
