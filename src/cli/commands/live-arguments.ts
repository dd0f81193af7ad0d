/** The command line of `parley live`. */
import { Command, CommanderError, Option } from 'commander';
import { UsageError } from '../usage-error.ts';

interface JournalArguments {
  readonly journal: string;
  readonly skipDamage: boolean;
}

export type LiveArguments =
  | (JournalArguments & { readonly task: 'export'; readonly file: string; readonly perRun: boolean })
  | (JournalArguments & { readonly task: 'replay'; readonly speed: number })
  | { readonly task: 'recover'; readonly files: readonly string[] };

const USAGE = `Usage: parley live export [options] <journal> <file.h5>
       parley live replay [options] <journal>
       parley live recover <file.h5>...

What a master of parley/live has stored:
  export  write the updates of a journal into HDF5, one row each
  replay  play a journal through the same master again, and tell what happens
  recover make good HDF5 files of those whose master was killed

parley live export --help and so on: the options.`;

export function parseLiveArguments(args: readonly string[]): LiveArguments | { readonly help: string } {
  const [task, ...rest] = args;
  if (task === undefined || task === '--help' || task === '-h') return { help: USAGE };
  const command = commandOf(task);
  try {
    command.parse(rest, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return { help: command.helpInformation().trimEnd() };
    throw new UsageError(error.message.replace(/^error: /, ''));
  }
  if (task === 'recover') return { task, files: command.args };
  const [journal = '', file = ''] = command.args;
  const options = command.opts<{
    readonly perRun?: true;
    readonly speed?: string;
    readonly skipDamage?: true;
  }>();
  const skipDamage = options.skipDamage === true;
  if (task === 'export') return { task, journal, skipDamage, file, perRun: options.perRun === true };
  return {
    task: 'replay',
    journal,
    skipDamage,
    speed: options.speed === undefined ? Infinity : parseSpeed(options.speed),
  };
}

const skipDamageOption = (): Option =>
  new Option('--skip-damage', 'pass over what is damaged before the end of the journal, and say how much');

function commandOf(task: string): Command {
  const command = new Command(`parley live ${task}`)
    .helpOption('-h, --help', 'show this')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .configureHelp({ helpWidth: 80 });
  if (task === 'export')
    return command
      .description('Writes every update of a journal into an HDF5 file, one row each.')
      .argument('<journal>', 'a journal, also of a master that was killed, or that still writes')
      .argument('<file.h5>', 'the file to make; further columns go to file-part2.h5 and so on')
      .addOption(new Option('--per-run', 'make a file for each run: file-run0001.h5'))
      .addOption(skipDamageOption());
  if (task === 'replay')
    return command
      .description('Plays a journal through the same master again, and prints its runs and clients.')
      .argument('<journal>', 'a journal')
      .addOption(new Option('--speed <x>', '1: as it was recorded; 2: twice as fast (as fast as possible)'))
      .addOption(skipDamageOption());
  if (task === 'recover')
    return command
      .description(
        'Makes good HDF5 files, which every program opens, of those whose master was killed: all whole rows that were written. Each in its place, with its further parts and those of its runs; what is good stays as it is.',
      )
      .argument('<file.h5...>', 'as openHdf5 or parley live export was told them');
  throw new UsageError(`live: "${task}" is not among export, replay, recover`);
}

function parseSpeed(text: string): number {
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (speed > 0 && Number.isFinite(speed)) return speed;
  throw new UsageError(`--speed: "${text}" is no speed: a number above 0 is wanted`);
}
