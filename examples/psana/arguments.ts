/** The command line of the psana programs, read and checked. */
import { parseArgs } from 'node:util';

export interface PsanaArguments {
  /** Where frames come from, e.g. "exp=xpptut15:run=54". */
  readonly source: string;
  readonly detector: string | undefined;
  /** Events of each run to analyse; undefined for all. */
  readonly events: number | undefined;
  /** Folder for the results. */
  readonly output: string;
  readonly seed: number;
  /** Events each second; undefined for as fast as possible. */
  readonly rate: number | undefined;
  /** An update after so many events of a client … */
  readonly every: number;
  /** … or so many seconds. */
  readonly interval: number;
  /** Seconds for which a client may be silent; 0 for ever. */
  readonly patience: number;
  /** Progress on standard error instead of a line for each update. */
  readonly progress: boolean;
  /** Draw progress as a bar though standard error is no terminal itself. */
  readonly bar: boolean;
}

export const HELP = `Clients analyse frames of a detector and send what they find to one master.

  parley run -n RANKS examples/psana/mpi_driver.ts SOURCE [DETECTOR] [options]

  SOURCE      exp=NAME:run=N      simulated frames of a CSPAD panel (also run=54,60-62)
              file=FRAMES.npy     frames from a file of numpy, one (2-D) or a stack (3-D)
  DETECTOR    cspad; for a file it can be left out

  -n, --noe N         events to analyse in each run (default: all)
      --output DIR    where results go (out/psana)
      --every N       a client sends an update after N events of its own (2) …
      --interval S    … or after S seconds (1), whichever comes first
      --rate HZ       events each second, all clients together (as fast as possible)
      --seed N        another seed, other simulated frames (0)
      --patience S    seconds for which a client may be silent before the master
                      stops waiting for it (30; 0: for ever)
      --progress      progress and rate instead of a line for each update
      --bar           progress as a bar also where standard error is no terminal
  -h, --help          show this

  parley run -n 3 examples/psana/mpi_driver.ts exp=xpptut15:run=54 cspad -n 10
  parley run -n 2 examples/psana/mpi_driver.ts file=frames.npy`;

/** A command line that cannot be run, and why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the arguments after the program's name; null where help is asked for. */
export function parseArguments(argv: readonly string[]): PsanaArguments | null {
  const { values, positionals } = parse(argv);
  if (values.help === true) return null;
  const [source, detector, ...rest] = positionals;
  if (source === undefined) {
    throw new UsageError(
      'no source is named; wanted is, for example, exp=xpptut15:run=54 cspad -n 10 (--help shows more)',
    );
  }
  if (rest.length > 0)
    throw new UsageError(`"${rest.join(' ')}" is too much; wanted is SOURCE [DETECTOR] [options]`);
  return {
    source,
    detector,
    events: optional(values.noe, (text) => wholeNumber('--noe', text, 1)),
    output: values.output,
    seed: wholeNumber('--seed', values.seed, 0),
    rate: optional(values.rate, (text) => positiveNumber('--rate', text)),
    every: wholeNumber('--every', values.every, 1),
    interval: positiveNumber('--interval', values.interval),
    patience: values.patience === '0' ? 0 : positiveNumber('--patience', values.patience),
    progress: values.progress,
    bar: values.bar,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        noe: { type: 'string', short: 'n' },
        output: { type: 'string', default: 'out/psana' },
        seed: { type: 'string', default: '0' },
        rate: { type: 'string' },
        every: { type: 'string', default: '2' },
        interval: { type: 'string', default: '1' },
        patience: { type: 'string', default: '30' },
        progress: { type: 'boolean', default: false },
        bar: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function optional<T>(text: string | undefined, read: (text: string) => T): T | undefined {
  return text === undefined ? undefined : read(text);
}

function wholeNumber(option: string, text: string, least: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${option} is "${text}"; wanted is a whole number, at least ${least}`);
}

function positiveNumber(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new UsageError(`${option} is "${text}"; wanted is a number above 0`);
}
