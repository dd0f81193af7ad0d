/** The command line of `parley bench`. */
import { Command, CommanderError, Option } from 'commander';
import { PEER_IDS, type PeerId } from '../../bench/participants/participant.ts';
import { SECTIONS, type Section } from '../../bench/row.ts';
import { UsageError } from '../usage-error.ts';

export interface BenchArguments {
  readonly task: 'measure' | 'tune' | 'publish';
  readonly peers: readonly PeerId[];
  readonly rounds: number;
  readonly sections: readonly Section[];
  readonly quick: boolean;
  readonly pin: boolean;
  /** Undefined: the place where results go by default. */
  readonly output: string | undefined;
  readonly json: boolean;
  readonly breakdown: boolean;
}

const ROUNDS_MAX = 1000;
const ROUNDS = { measure: { full: 5, quick: 2 }, tune: { full: 3, quick: 1 } };

const EXAMPLES = `
Examples:
  parley bench                    this library alone, some minutes a round
  parley bench --peers            beside all the others, about ten minutes a round
  parley bench collectives --peers open-mpi,mpich
  parley bench latency --quick --peers open-mpi,mpi4py
  parley bench start-up --json > start-up.json

--peers takes what is installed; what is missing root gets from Debian's packages.
In a checkout: --tune measures each algorithm of each collective and rewrites the
table that the library chooses by; --publish puts the results of the run before
into bench/results and docs/performance.md.
Exit code: 0, also where another library fails or is ahead; 1 where this one fails.`;

interface Options {
  readonly peers?: true | string;
  readonly rounds?: string;
  readonly quick?: true;
  readonly pin?: true;
  readonly output?: string;
  readonly json?: true;
  readonly breakdown?: true;
  readonly tune?: true;
  readonly publish?: true;
}

export function parseBenchArguments(args: readonly string[]): BenchArguments | { readonly help: string } {
  const command = benchCommand();
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return { help: `${command.helpInformation()}${EXAMPLES}` };
    throw new UsageError(error.message.replace(/^error: /, ''));
  }
  const options = command.opts<Options>();
  const { peers = '', quick = false } = options;
  const task = options.publish ? 'publish' : options.tune ? 'tune' : 'measure';
  const rounds = ROUNDS[task === 'tune' ? 'tune' : 'measure'][quick ? 'quick' : 'full'];
  if (task !== 'measure' && command.args.length > 0) {
    throw new UsageError(`--${task} takes no groups: leave out ${command.args.join(' ')}`);
  }
  return {
    task,
    peers: peers === true ? PEER_IDS : parseNames(peers.split(','), PEER_IDS, '--peers'),
    rounds: options.rounds === undefined ? rounds : parseRounds(options.rounds),
    sections: command.args.length === 0 ? SECTIONS : parseNames(command.args, SECTIONS, 'bench'),
    quick,
    pin: options.pin ?? false,
    output: options.output,
    json: options.json ?? false,
    breakdown: options.breakdown ?? false,
  };
}

function benchCommand(): Command {
  return new Command('parley bench')
    .description(
      'Measures this library on this machine, and others beside it in turn. Prints tables of medians; writes latest.json and plots.',
    )
    .argument('[groups...]', `only these: ${SECTIONS.join(', ')} (all)`)
    .helpOption('-h, --help', 'show this')
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .configureHelp({ helpWidth: 80 })
    .addOption(new Option('--peers [list]', `measure these as well: ${PEER_IDS.join(', ')} (all)`))
    .addOption(new Option('--rounds <n>', 'rounds of alternation (5; with --quick 2; for --tune 3, 1)'))
    .addOption(new Option('--quick', 'fewer sizes and rounds'))
    .addOption(new Option('--pin', 'bind rank r to processor r modulo processors'))
    .addOption(new Option('--output <dir>', 'where to write (out/bench in a checkout, else parley-bench)'))
    .addOption(new Option('--json', 'print the results as JSON, not as tables'))
    .addOption(new Option('--breakdown', 'print as well where the time of our own collectives goes'))
    .addOption(new Option('--tune', "rewrite the collectives' table of algorithms").conflicts('publish'))
    .addOption(new Option('--publish', 'measure nothing; publish the results of the run before'));
}

function parseNames<Name extends string>(
  texts: readonly string[],
  names: readonly Name[],
  where: string,
): Name[] {
  return texts
    .filter((text) => text !== '')
    .map((text) => {
      const name = names.find((candidate) => candidate === text);
      if (name === undefined) throw new UsageError(`${where}: "${text}" is not among ${names.join(', ')}`);
      return name;
    });
}

function parseRounds(text: string): number {
  const rounds = /^\d+$/.test(text) ? Number(text) : 0;
  if (rounds >= 1 && rounds <= ROUNDS_MAX) return rounds;
  throw new UsageError(`--rounds: "${text}" is no number of rounds: 1..${ROUNDS_MAX} is wanted`);
}
