/** From what a program says to the order that its agent gets: checked, complete, with the root's own surroundings. */
import { resolve } from 'node:path';
import { ERROR_CLASSES } from '../errors/error-classes.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { SpawnError } from '../errors/spawn-error.ts';
import type { SpawnedCommand } from '../pmi/agent-messages.ts';
import { readSchema } from './application-schema.ts';
import { parseSoft } from './soft.ts';
import type { SpawnOrder } from './spawn.ts';
import { checkPlacement, misplacement, type SpawnCommand, type SpawnOptions } from './spawn-options.ts';

/** What of the root's process its children inherit. */
export interface Inheritance {
  readonly variables: NodeJS.ProcessEnv;
  readonly directory: string;
  readonly node: SpawnOrder['node'];
}

/** The order for one command; where it names an application schema, for what is in that. */
export function orderOne(command: unknown, options: SpawnOptions, inheritance: Inheritance): SpawnOrder {
  const whole = { ...options, command: command as string };
  checkPlacement(whole, true);
  const { root: _root, signal: _signal, timeout: _timeout, ...placement } = whole;
  return order([placement], inheritance);
}

export function orderSeveral(commands: unknown, inheritance: Inheritance): SpawnOrder {
  if (!Array.isArray(commands) || commands.length === 0)
    throw new MPIError('MPI_ERR_ARG', 'Cannot spawn: a list of at least one command is wanted');
  for (const command of commands as SpawnCommand[]) checkPlacement(command, false);
  return order(commands as SpawnCommand[], inheritance);
}

function order(commands: readonly SpawnCommand[], inheritance: Inheritance): SpawnOrder {
  const resolved = commands.flatMap((command) =>
    command.file === undefined ? command : readSchema(resolve(inheritance.directory, command.file), command),
  );
  const complete = resolved.map((command) => completed(command, inheritance));
  checkPlaces(resolved, complete);
  return {
    commands: complete,
    directory: inheritance.directory,
    node: inheritance.node,
    lifetime: theOne('lifetime', commands) ?? 'independent',
    errorHandler: theOne('mpi_initial_errhandler', commands) ?? '',
  };
}

function completed(command: SpawnCommand, { variables, directory }: Inheritance): SpawnedCommand {
  const { command: name, args = [], maxprocs = 1, wdir, path = '', soft, env = {} } = command;
  if (typeof name !== 'string' || name === '')
    throw new MPIError('MPI_ERR_ARG', `Cannot spawn ${describe(name)}: the name of a program is wanted`);
  if (!Array.isArray(args) || args.some((argument) => typeof argument !== 'string'))
    throw new MPIError(
      'MPI_ERR_ARG',
      `Cannot spawn "${name}" with args ${describe(args)}: a list of strings is wanted`,
    );
  const least = soft === undefined ? 1 : 0;
  if (!Number.isSafeInteger(maxprocs) || maxprocs < least) {
    throw new MPIError(
      'MPI_ERR_ARG',
      `Cannot spawn ${String(maxprocs)} processes of "${name}": a whole number from ${String(least)} is wanted`,
    );
  }
  const workingDirectory = wdir === undefined ? directory : resolve(directory, wdir);
  return {
    command: name,
    args,
    maxprocs,
    counts: soft === undefined ? [maxprocs] : parseSoft(soft, maxprocs),
    workingDirectory,
    path,
    variables: environmentOf({
      ...variables,
      ...env,
      ...(wdir === undefined ? {} : { PWD: workingDirectory }),
    }),
  };
}

function checkPlaces(wishes: readonly SpawnCommand[], commands: readonly SpawnedCommand[]): void {
  const misplaced = wishes.map(misplacement).find((why) => why !== null);
  if (misplaced === undefined) return;
  const names = commands.map(({ command }) => JSON.stringify(command)).join(', ');
  const processes = commands.reduce((sum, { maxprocs }) => sum + maxprocs, 0);
  const codes = Array<number>(processes).fill(ERROR_CLASSES.MPI_ERR_SPAWN[0]);
  throw new SpawnError(`Cannot spawn ${names}: ${misplaced}`, codes);
}

/** An option that is about all processes of a spawn: where several commands give it they have to agree. */
function theOne<K extends 'lifetime' | 'mpi_initial_errhandler'>(
  key: K,
  commands: readonly SpawnCommand[],
): SpawnCommand[K] {
  const values = new Set(commands.flatMap((command) => command[key] ?? []));
  if (values.size > 1) {
    throw new MPIError(
      'MPI_ERR_INFO_VALUE',
      `Cannot spawn with ${key} ${[...values].join(' and ')}: the processes share one world, and it`,
    );
  }
  const [value] = values;
  return value as SpawnCommand[K];
}

function environmentOf(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) if (value !== undefined) environment[name] = value;
  return environment;
}

function describe(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value) : value === null ? 'null' : `a ${typeof value}`;
}
