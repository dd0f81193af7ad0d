/** The command line, read and checked. */
import { parseArgs } from 'node:util';

export interface VonHamosArguments {
  /** Of each run; Infinity until somebody stops it. */
  readonly events: number;
  readonly runs: number;
  /** Events each second, all clients together; 0: as fast as possible. */
  readonly rate: number;
  readonly folder: string;
  readonly seed: number;
  /** Milliseconds between two updates of a client. */
  readonly everyMs: number;
  /** False: the laser is blocked. */
  readonly pump: boolean;
  readonly view: boolean;
  /** The page is there until Ctrl-C, also when the run has ended. */
  readonly stay: boolean;
  /** One status line that is drawn over again; else a line for each second. */
  readonly bar: boolean;
}

export const HELP = `An X-ray emission spectrometer, live: clients reduce frames, a master shows and stores the spectra.

  parley run -n RANKS examples/vonhamos/vonhamos.ts [options]

      --events N    of each run (1200; with --view until it is stopped)
      --runs N      one after the other (1)
      --rate HZ     events each second, all clients together (120; 0: as fast as possible)
      --out DIR     where the journal and the HDF5 file go (out/vonhamos)
      --every MS    a client pushes its partial sums after so many milliseconds (100)
      --seed N      another seed, other photons (0)
      --blocked     something is in the way of the laser: the difference has to vanish
      --view        serve a page that shows everything, and print its address
      --stay        the page stays when the run has ended, until Ctrl-C
      --bar         one status line that is drawn over again, as for a terminal
  -h, --help        show this`;

/** A command line that cannot be run, and why. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Reads the arguments after the program's name; null where help is asked for. */
export function parseArguments(argv: readonly string[]): VonHamosArguments | null {
  const values = parse(argv);
  if (values.help === true) return null;
  return {
    events:
      values.events === undefined
        ? values.view || values.stay
          ? Infinity
          : 1200
        : whole('--events', values.events, 1),
    runs: whole('--runs', values.runs, 1),
    rate: whole('--rate', values.rate, 0),
    folder: values.out,
    seed: whole('--seed', values.seed, 0),
    everyMs: whole('--every', values.every, 0),
    pump: !values.blocked,
    view: values.view || values.stay,
    stay: values.stay,
    bar: values.bar,
  };
}

function parse(argv: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        events: { type: 'string' },
        runs: { type: 'string', default: '1' },
        rate: { type: 'string', default: '120' },
        out: { type: 'string', default: 'out/vonhamos' },
        seed: { type: 'string', default: '0' },
        every: { type: 'string', default: '100' },
        blocked: { type: 'boolean', default: false },
        view: { type: 'boolean', default: false },
        stay: { type: 'boolean', default: false },
        bar: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function whole(option: string, text: string, least: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new UsageError(`${option} is "${text}"; wanted is a whole number, at least ${least}`);
}
