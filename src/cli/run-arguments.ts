/**
 * The command line of `parley run`, parsed and checked; nothing is looked up or started here.
 *
 *     [job options] [-n N] [group options] program args… : [-n M] [group options] program2 args…
 *
 * Options end at the program: what comes behind it is the program's own, up to a `:` that stands alone.
 */
import { Command, CommanderError, Option } from 'commander';
import { SLOTS_VARIABLE } from '../pmi/slot-count.ts';
import type { ProgramGroup } from '../runtime/job-spec.ts';
import { parseDuration } from './duration.ts';
import { UsageError } from './usage-error.ts';
import { parseWarmCount, warmCount } from './warm-count.ts';

/** What the command line asks for. */
export interface RunArguments {
  readonly groups: readonly ProgramGroup[];
  readonly slots: number;
  /** Whether spawned processes may be more than the slots. */
  readonly oversubscribe: boolean;
  /** Node processes that wait ready for spawns. */
  readonly warm: number;
  readonly stdin: number | 'all' | 'none';
  /** Null where it depends on whether a terminal is watching. */
  readonly label: boolean | null;
  readonly outputDirectory: string | null;
  readonly timeLimitMs: number | null;
  readonly graceMs: number | null;
  readonly keepGoing: boolean;
  readonly statusFile: string | null;
}

/** What a command line is read against. */
export interface RunDefaults {
  /** Processor cores that this process may use. */
  readonly cores: number;
  readonly variables: NodeJS.ProcessEnv;
}

/** Asked for instead of a job. */
export interface HelpRequest {
  readonly help: string;
}

/** Most processes of one job: far more than a host takes, and a slip of the finger stays harmless. */
const PROCESSES_MAX = 4096;

const EXAMPLES = `
Examples:
  parley run -n 4 app.ts               4 ranks of a TypeScript program
  parley run -n 1 master.ts : -n 3 client.ts --port 80
  parley run -n 2 --timeout 90s -x DEBUG=1 node --expose-gc app.js
Exit code: 0, or that of the first rank that failed (128+N for signal N);
2 usage, 110 time limit, 126 program not executable, 127 not found.`;

/** Reads the command line; throws {@link UsageError}. */
export function parseRunArguments(
  args: readonly string[],
  defaults: RunDefaults,
): RunArguments | HelpRequest {
  const parts = splitGroups(args);
  const first = commandOf(jobOptions());
  const help = parse(first, parts[0] ?? []);
  if (help !== null) return { help };
  const groups = parts.map((part, index) =>
    groupOf(index === 0 ? first : later(part), parts.length, defaults),
  );

  const size = groups.reduce((sum, group) => sum + group.count, 0);
  if (size > PROCESSES_MAX)
    throw new UsageError(`-n: ${size} processes are too many: at most ${PROCESSES_MAX}`);
  const options = first.opts<JobOptions>();
  return {
    groups,
    slots: slotsOf(options.slots, defaults),
    oversubscribe: options.oversubscribe !== false,
    warm: options.warm === undefined ? warmCount(defaults.variables) : parseWarmCount(options.warm, '--warm'),
    stdin: parseStdin(options.stdin, size),
    label: options.label ?? null,
    outputDirectory: options.output ?? null,
    timeLimitMs: options.timeout === undefined ? null : parseDuration(options.timeout, '--timeout'),
    graceMs: options.grace === undefined ? null : parseDuration(options.grace, '--grace'),
    keepGoing: options.keepGoing === true,
    statusFile: options.statusFile ?? null,
  };
}

interface GroupOptions {
  readonly n?: string;
  readonly x?: readonly string[];
  readonly wdir?: string;
}

interface JobOptions {
  readonly slots?: string;
  readonly oversubscribe?: boolean;
  readonly warm?: string;
  readonly stdin: string;
  readonly label?: boolean;
  readonly output?: string;
  readonly timeout?: string;
  readonly grace?: string;
  readonly keepGoing?: boolean;
  readonly statusFile?: string;
}

function groupOptions(): Option[] {
  return [
    new Option('-n <count>', 'number of processes (default: the cores)'),
    new Option('-x <name[=value]>', 'set a variable, or insist that it is set').argParser(collect),
    new Option('--wdir <dir>', 'start the program in this directory'),
  ];
}

function jobOptions(): Option[] {
  return [
    ...groupOptions(),
    new Option('--stdin <who>', 'rank that reads the input, "all" or "none"').default('0', '0'),
    new Option('--output <dir>', 'write dir/rank.N.out and dir/rank.N.err instead'),
    new Option('--label', 'label lines by rank (default on terminals), --no-label'),
    new Option('--no-label').hideHelp(),
    new Option('--timeout <time>', 'end the job after 90, 90s, 2m, 500ms'),
    new Option('--grace <time>', 'from asking processes to end to killing (1500ms)'),
    new Option('--keep-going', "a rank's failure does not end the others"),
    new Option('--slots <count>', 'room for processes (PARLEY_SLOTS; by default the cores)'),
    new Option('--no-oversubscribe', 'refuse to spawn more processes than slots'),
    new Option('--warm <count>', 'keep Node processes ready to be spawned (PARLEY_WARM)'),
    new Option('--status-file <file>', 'say as JSON how the job ended'),
  ];
}

function commandOf(options: readonly Option[]): Command {
  const command = new Command('parley run')
    .usage('[options] program [args…] [: -n M program2 [args…]]')
    .argument('[program]')
    .argument('[args...]')
    .helpOption('-h, --help', 'show this')
    .passThroughOptions()
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    // The usage line has told of the arguments.
    .configureHelp({ helpWidth: 80, visibleArguments: () => [] });
  options.forEach((option) => command.addOption(option));
  return command;
}

/** Returns the help text where that was asked for. */
function parse(command: Command, part: readonly string[]): string | null {
  try {
    command.parse(part, { from: 'user' });
    return null;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed')
      return command.helpInformation().trimEnd() + '\n' + EXAMPLES;
    throw new UsageError(
      error.message.replace(/^error: /, '').replace(/\s*\n\(D(?<rest>.*)\)$/, ' (d$<rest>)'),
    );
  }
}

/** A group after a `:` has options of its own only. */
function later(part: readonly string[]): Command {
  const command = commandOf(groupOptions());
  try {
    if (parse(command, part) !== null) throw new UsageError('--help belongs before the first program');
  } catch (error) {
    const option = /unknown option '(?<option>--[\w-]+)/.exec(String(error))?.groups?.['option'];
    if (option === undefined || !jobOptions().some(({ long }) => long === option)) throw error;
    throw new UsageError(`${option} is about the whole job: it belongs before the first program`);
  }
  return command;
}

function groupOf(command: Command, groups: number, defaults: RunDefaults): ProgramGroup {
  const [program, ...args] = command.args;
  if (program === undefined || program === '') {
    throw new UsageError(groups === 1 ? 'no program is named' : 'no program is named beside a ":"');
  }
  const options = command.opts<GroupOptions>();
  if (options.n === undefined && groups > 1) {
    throw new UsageError(`with several programs each wants its number of processes: -n N ${program}`);
  }
  return {
    program,
    args,
    count: options.n === undefined ? defaults.cores : parseCount(options.n, '-n'),
    variables: parseVariables(options.x ?? [], defaults.variables),
    workingDirectory: options.wdir ?? null,
    path: '',
  };
}

function splitGroups(args: readonly string[]): string[][] {
  const parts: string[][] = [[]];
  for (const arg of args) {
    if (arg === ':') parts.push([]);
    else parts.at(-1)?.push(arg);
  }
  return parts;
}

function parseCount(text: string, option: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : 0;
  if (count >= 1 && Number.isSafeInteger(count)) return count;
  const hint = option === '-n' && text === 'p' ? ' (-np is spelt -n here)' : '';
  throw new UsageError(
    `${option}: "${text}" is no number of processes: a whole number from 1 is wanted${hint}`,
  );
}

/** What the option says, or else the environment. */
function slotsOf(option: string | undefined, { cores, variables }: RunDefaults): number {
  if (option !== undefined) return parseCount(option, '--slots');
  const set = variables[SLOTS_VARIABLE] ?? '';
  return set === '' ? cores : parseCount(set, SLOTS_VARIABLE);
}

function parseVariables(settings: readonly string[], inherited: NodeJS.ProcessEnv): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const setting of settings) {
    const sign = setting.indexOf('=');
    const name = sign < 0 ? setting : setting.slice(0, sign);
    if (name === '') throw new UsageError(`-x: "${setting}" names no variable: NAME or NAME=VALUE is wanted`);
    const value = sign < 0 ? inherited[name] : setting.slice(sign + 1);
    if (value === undefined) {
      throw new UsageError(
        `-x: the variable ${name} is not set here; set it, or give its value: -x ${name}=VALUE`,
      );
    }
    variables[name] = value;
  }
  return variables;
}

function parseStdin(text: string, size: number): number | 'all' | 'none' {
  if (text === 'all' || text === 'none') return text;
  const rank = /^\d+$/.test(text) ? Number(text) : NaN;
  if (rank < size) return rank;
  throw new UsageError(`--stdin: "${text}" is no reader: a rank 0..${size - 1}, "all" or "none" is wanted`);
}

function collect(value: string, previous: readonly string[] | undefined): string[] {
  return [...(previous ?? []), value];
}
