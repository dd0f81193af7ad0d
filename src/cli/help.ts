/** The texts of `parley --help` and of slips at the command's name. */
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import type { CommandEntry } from './commands.ts';

/** What `parley --help` prints. */
export function helpText(commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map(({ name }) => name.length));
  const rows = commands.map(({ name, summary }) => `  ${name.padEnd(width)}   ${summary}`);
  return `Usage: parley <command> [options]

MPI for TypeScript: message passing between processes.

Commands:
${rows.join('\n')}

Options:
  -h, --help      show this; parley <command> --help for a command's options
  -V, --version   print the version

Examples:
  parley run -n 4 app.ts             4 ranks of a TypeScript program
  parley run -n 2 ./simulate input   any other program, twice
  node app.ts                        a world of one: no launcher is needed`;
}

/** What to say where there is no such command. */
export function unknownCommandText(
  name: string,
  args: readonly string[],
  commands: readonly CommandEntry[],
): string {
  const kind = name.startsWith('-') ? 'option' : 'command';
  if (kind === 'command' && (existsSync(name) || extname(name) !== '')) {
    return `"${name}" is no command; did you mean: parley run ${[name, ...args].join(' ')}`;
  }
  const near = commands.find((command) => isNear(name, command.name));
  return `unknown ${kind} "${name}"${near === undefined ? '' : `; did you mean: parley ${near.name}`}`;
}

/** Whether two words differ by one slip: a letter too many, too few, wrong, or two swapped. */
function isNear(written: string, meant: string): boolean {
  let start = 0;
  while (start < meant.length && written[start] === meant[start]) start++;
  const [left, right] = [written.slice(start), meant.slice(start)];
  const swapped = `${left.charAt(1)}${left.charAt(0)}${left.slice(2)}`;
  return (
    left.slice(1) === right ||
    left === right.slice(1) ||
    left.slice(1) === right.slice(1) ||
    swapped === right
  );
}
