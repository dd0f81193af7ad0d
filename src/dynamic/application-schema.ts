/**
 * Application schemas (the info key `file`): a text file that says which programs a spawn starts, one line for each group
 * of processes.
 *
 *     # a master and three slaves
 *     -np 1 master.ts
 *     -np 3 -wd /tmp -x LEVEL=2 slave.ts --fast "two words"
 *
 * `-np N` (or `-n N`, `-c N`; 1 by default), `-wd DIR` (or `-wdir DIR`), `-x NAME[=VALUE]`; then the program and its arguments. Quotes
 * keep words together, # at the beginning of a word begins a comment.
 */
import { readFileSync } from 'node:fs';
import { MPIError } from '../errors/mpi-error.ts';
import type { SpawnCommand } from './spawn-options.ts';

/** The commands of a schema file; what `base` says of the processes counts where a line does not say it. */
export function readSchema(path: string, base: SpawnCommand): SpawnCommand[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new MPIError('MPI_ERR_ARG', `Cannot read the application schema "${path}": ${code}`, { cause });
  }
  const commands = text.split(/\r?\n/).flatMap((line, index) => {
    const words = wordsOf(line, `${path}:${String(index + 1)}`);
    return words.length === 0 ? [] : [commandOf(words, base, `${path}:${String(index + 1)}`)];
  });
  if (commands.length > 0) return commands;
  throw new MPIError(
    'MPI_ERR_ARG',
    `Cannot spawn from the application schema "${path}": it names no program`,
  );
}

function commandOf(words: readonly string[], base: SpawnCommand, place: string): SpawnCommand {
  const { file: _file, args: _args, maxprocs: _maxprocs, ...inherited } = base;
  const env: Record<string, string | undefined> = { ...base.env };
  let maxprocs = 1;
  let wdir = base.wdir;
  let at = 0;
  for (; words[at]?.startsWith('-') === true; at += 2) {
    const [option, value] = [words[at], words[at + 1]];
    if (value === undefined) throw malformed(place, `${String(option)} wants a value`);
    if (option === '-np' || option === '-n' || option === '-c') maxprocs = countOf(value, place);
    else if (option === '-wd' || option === '-wdir') wdir = value;
    else if (option === '-x') assign(env, value, place);
    else throw malformed(place, `the option ${String(option)} is unknown; -np, -wd and -x are known`);
  }
  const command = words[at];
  if (command === undefined) throw malformed(place, 'no program is named');
  const args = words.slice(at + 1);
  return { ...inherited, command, args, maxprocs, env, ...(wdir === undefined ? {} : { wdir }) };
}

function assign(env: Record<string, string | undefined>, setting: string, place: string): void {
  const sign = setting.indexOf('=');
  // Without a value it is inherited anyway.
  if (sign < 0) return;
  if (sign === 0) throw malformed(place, `-x ${setting} names no variable`);
  env[setting.slice(0, sign)] = setting.slice(sign + 1);
}

function countOf(text: string, place: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw malformed(place, `"${text}" is no number of processes: a whole number from 1 is wanted`);
}

const WORD = /(?<comment>(?<!\S)#.*)|"(?<double>[^"]*)"|'(?<single>[^']*)'|(?<plain>[^\s"']+)|(?<open>["'])/g;

function wordsOf(line: string, place: string): string[] {
  const words: string[] = [];
  let end = -1;
  for (const match of line.matchAll(WORD)) {
    const { double, single, plain, comment, open } = match.groups ?? {};
    if (comment !== undefined) break;
    if (open !== undefined) throw malformed(place, 'a quote is not closed');
    const text = double ?? single ?? plain ?? '';
    // Parts that touch each other are one word: --name="two words".
    if (match.index === end) words.push((words.pop() ?? '') + text);
    else words.push(text);
    end = match.index + match[0].length;
  }
  return words;
}

function malformed(place: string, why: string): MPIError {
  return new MPIError('MPI_ERR_ARG', `Cannot read the application schema, ${place}: ${why}`);
}
