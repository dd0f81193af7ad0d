/** Entry of the command `parley`: finds the command, runs it, and ends with its exit code. */
import { readFileSync } from 'node:fs';
import { EXIT_CODE } from '../runtime/job-cause.ts';
import { COMMANDS } from './commands.ts';
import { helpText, unknownCommandText } from './help.ts';
import { print } from './print.ts';
import { UsageError } from './usage-error.ts';

async function main(args: readonly string[]): Promise<number> {
  const [first, ...rest] = args;
  if (first === '--version' || first === '-V') {
    await print(process.stdout, `${ownVersion()}\n`);
    return 0;
  }
  // "parley help run" is "parley run --help".
  const [name, ...operands] = first === 'help' && rest[0] !== undefined ? [rest[0], '--help'] : args;
  if (name === '--help' || name === '-h' || name === 'help') {
    await print(process.stdout, `${helpText(COMMANDS)}\n`);
    return 0;
  }
  if (name === undefined) {
    await print(process.stderr, `${helpText(COMMANDS)}\n`);
    return EXIT_CODE.usage;
  }
  const command = COMMANDS.find((entry) => entry.name === name);
  if (command === undefined)
    return await complain(unknownCommandText(name, operands, COMMANDS), 'parley --help');
  try {
    return await (
      await command.load()
    )(operands);
  } catch (error) {
    if (error instanceof UsageError) return await complain(error.message, `parley ${name} --help`);
    throw error;
  }
}

async function complain(message: string, help: string): Promise<number> {
  await print(process.stderr, `parley: ${message}\nparley: see: ${help}\n`);
  return EXIT_CODE.usage;
}

function ownVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return String((JSON.parse(text) as { readonly version: unknown }).version);
}

// The input may still be open, so the process ends itself. Commands resolve when their output is out.
process.exit(await main(process.argv.slice(2)));
