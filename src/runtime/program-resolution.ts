/**
 * From the name of a program to the file that runs and the arguments before the program's own.
 *
 *   x.ts  x.mts  x.cts   this Node; through tsx where Node itself cannot strip types
 *   x.js  x.mjs  x.cjs   this Node
 *   a/b  ./b  /a/b       that file, executed
 *   b                    the first executable file of that name on PATH
 *
 * Nothing is started here, and nothing is guessed: a program that is not found says where it was looked for.
 */
import { accessSync, constants, statSync, type Stats } from 'node:fs';
import { delimiter, extname, join, resolve } from 'node:path';
import type { NodeRuntime } from '../pmi/node-runtime.ts';
import { EXIT_CODE } from './job-cause.ts';
import { LaunchError } from './launch-error.ts';

/** What to execute. */
export interface ResolvedProgram {
  /** Absolute path of the executable. */
  readonly file: string;
  /** Name under which it is told that it runs. */
  readonly argv0: string;
  /** Arguments that come before the program's own. */
  readonly leadingArgs: readonly string[];
  /** The program as its user named it. */
  readonly name: string;
  /** The last of the leading arguments, where Node runs that file; null for any other executable. */
  readonly script: string | null;
}

const TYPESCRIPT = new Set(['.ts', '.mts', '.cts']);
const JAVASCRIPT = new Set(['.js', '.mjs', '.cjs']);

/** Where programs are looked for. */
export interface ProgramPlace {
  /** Directories to look in before anywhere else, colon-separated; '' for none. */
  readonly first: string;
  /** From where relative names count. */
  readonly directory: string;
  /** The value of PATH. */
  readonly path: string | undefined;
}

/** Finds a program; throws {@link LaunchError} with 127 where there is none and 126 where it cannot be executed. */
export function resolveProgram(name: string, place: ProgramPlace, node: NodeRuntime): ResolvedProgram {
  const extension = extname(name);
  const found = name.includes('/') ? undefined : findFirst(name, place);
  if (found !== undefined) return resolveProgram(found, { ...place, first: '' }, node);
  if (TYPESCRIPT.has(extension) || JAVASCRIPT.has(extension)) {
    const loader = TYPESCRIPT.has(extension) ? node.typeScriptLoader : null;
    const loading = loader === null || node.options.includes(loader) ? [] : ['--import', loader];
    const leadingArgs = [...node.options, ...loading];
    const script = nodeProgram(name, place.directory);
    leadingArgs.push(script);
    return { file: node.execPath, argv0: node.execPath, leadingArgs, name, script };
  }
  const file = name.includes('/') ? executableFile(name, place.directory) : executableOnPath(name, place);
  return { file, argv0: name, leadingArgs: [], name, script: null };
}

function nodeProgram(name: string, directory: string): string {
  const file = resolve(directory, name);
  const status = statusOf(file);
  if (status === null) throw notFound(name, `there is no ${quote(file)}`);
  if (status.isDirectory()) throw notExecutable(name, `${quote(file)} is a directory`);
  if (!isAllowed(file, constants.R_OK)) throw notExecutable(name, `${quote(file)} is not readable`);
  return file;
}

function executableFile(name: string, directory: string): string {
  const file = resolve(directory, name);
  const status = statusOf(file);
  if (status === null) throw notFound(name, `there is no ${quote(file)}`);
  const obstacle = obstacleOf(file, status);
  if (obstacle !== null) throw notExecutable(name, obstacle);
  return file;
}

/** A file of this name in the directories that come before all others. */
function findFirst(name: string, { first, directory }: ProgramPlace): string | undefined {
  if (first === '') return undefined;
  const files = first.split(delimiter).map((place) => join(resolve(directory, place), name));
  return files.find((file) => statusOf(file)?.isFile() === true);
}

function executableOnPath(name: string, place: ProgramPlace): string {
  const directories = (place.path ?? '').split(delimiter);
  let obstacle: string | null = null;
  for (const directory of directories) {
    const file = join(resolve(place.directory, directory), name);
    const status = statusOf(file);
    if (status === null) continue;
    const found = obstacleOf(file, status);
    if (found === null) return file;
    if (!status.isDirectory()) obstacle ??= found;
  }
  if (obstacle !== null) throw notExecutable(name, obstacle);
  const here = join(place.directory, name);
  const hint =
    statusOf(here)?.isFile() === true ? `; did you mean ./${name}, the file in this directory?` : '';
  const where = place.path === undefined ? 'PATH is not set' : `looked on PATH: ${place.path}`;
  throw notFound(name, `${where}${hint}`);
}

/** Why a file cannot be executed; null where it can. */
function obstacleOf(file: string, status: Stats): string | null {
  if (status.isDirectory()) return `${quote(file)} is a directory`;
  if (isAllowed(file, constants.X_OK)) return null;
  return `${quote(file)} is not executable; allow it by: chmod +x ${file}`;
}

function isAllowed(file: string, mode: number): boolean {
  try {
    accessSync(file, mode);
    return true;
  } catch {
    return false;
  }
}

function statusOf(file: string): Stats | null {
  try {
    return statSync(file);
  } catch {
    return null;
  }
}

function notFound(name: string, reason: string): LaunchError {
  return new LaunchError(EXIT_CODE.notFound, `cannot find the program ${quote(name)}: ${reason}`);
}

function notExecutable(name: string, reason: string): LaunchError {
  return new LaunchError(EXIT_CODE.notExecutable, `cannot execute ${quote(name)}: ${reason}`);
}

function quote(text: string): string {
  return `"${text}"`;
}
