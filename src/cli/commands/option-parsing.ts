/** Command lines of options alone, as most commands have them. */
import { Command, CommanderError, type Option } from 'commander';
import { UsageError } from '../usage-error.ts';

/** What a command says of itself. */
export interface CommandOptions {
  /** `parley ps` */
  readonly name: string;
  readonly description: string;
  readonly options: readonly Option[];
  /** Examples and exit codes, below the options. */
  readonly epilogue: string;
}

/** Options by their names; those with a value have that, the others true. */
export type GivenOptions = Readonly<Record<string, string | true | undefined>>;

/** The options that are given, or the help text where that is asked for. Throws {@link UsageError}. */
export function parseOptions(
  args: readonly string[],
  { name, description, options, epilogue }: CommandOptions,
): { readonly given: GivenOptions } | { readonly help: string } {
  const command = new Command(name)
    .description(description)
    .helpOption('-h, --help', 'show this')
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .configureHelp({ helpWidth: 80 });
  for (const option of options) command.addOption(option);
  try {
    command.parse(args, { from: 'user' });
    return { given: command.opts<GivenOptions>() };
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed')
      return { help: `${command.helpInformation()}${epilogue}\n` };
    throw new UsageError(error.message.replace(/^error: /, ''));
  }
}
