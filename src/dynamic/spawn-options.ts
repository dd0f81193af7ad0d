/**
 * What may be said of the processes to be spawned: the standard's reserved info keys (MPI-4.1 §11.8.4) under their own
 * names, beside what Node calls by its own. An unknown key is an error: nothing is ignored in silence.
 */
import { arch, hostname } from 'node:os';
import { MPIError } from '../errors/mpi-error.ts';
import type { WaitOptions } from '../engine/request.ts';

/** Options that are about the spawn as a whole. */
export interface SpawnCommonOptions extends WaitOptions {
  /** Rank of the process whose arguments count; 0 by default. */
  root?: number;
}

/** Options that each command of a spawn has for itself. */
export interface SpawnPlacement {
  /** Comma-separated hosts of the universe. */
  host?: string;
  /** Architecture as `os.arch()` names it. */
  arch?: string;
  /** Working directory of the new processes; the parent root's own by default. */
  wdir?: string;
  /** Directories to look the command up in, colon-separated, ahead of PATH. */
  path?: string;
  /** An application schema file; command, args and maxprocs are ignored then. */
  file?: string;
  /** Acceptable numbers of processes: `a`, `a:b`, `a:b:c`, comma-separated; the largest possible is started. */
  soft?: string;
  /** Added to the environment that the new processes inherit; undefined takes a variable away. */
  env?: Readonly<Record<string, string | undefined>>;
  /** `'independent'` (default): they outlive the parents. `'parent'`: they end with them. */
  lifetime?: 'independent' | 'parent';
  /** `mpi_errors_return` (default), `mpi_errors_are_fatal` or `mpi_errors_abort`. */
  mpi_initial_errhandler?: string;
}

/** Options of {@link Intracommunicator.spawn}. */
export interface SpawnOptions extends SpawnCommonOptions, SpawnPlacement {
  /** Arguments of the command; none by default. */
  args?: readonly string[];
  /** How many processes; 1 by default. */
  maxprocs?: number;
}

/** One command of {@link Intracommunicator.spawnMultiple}. */
export interface SpawnCommand extends SpawnPlacement {
  command: string;
  args?: readonly string[];
  maxprocs?: number;
}

const COMMON_KEYS = ['root', 'signal', 'timeout'];
const TEXT_KEYS = ['host', 'arch', 'wdir', 'path', 'file', 'soft', 'lifetime', 'mpi_initial_errhandler'];
const PLACEMENT_KEYS = [...TEXT_KEYS, 'env', 'args', 'maxprocs'];
const ERROR_HANDLERS = ['mpi_errors_return', 'mpi_errors_are_fatal', 'mpi_errors_abort'];
const LIFETIMES = ['independent', 'parent'];
const LOCAL_HOSTS = new Set(['localhost', '127.0.0.1', '::1']);

/** Throws MPI_ERR_INFO_KEY for an unknown key of the options of a whole spawn. */
export function checkCommonOptions(options: SpawnCommonOptions): void {
  checkKeys(options, COMMON_KEYS);
}

/** Throws MPI_ERR_INFO_KEY or MPI_ERR_INFO_VALUE for what cannot be meant. */
export function checkPlacement(
  command: SpawnCommand | (SpawnOptions & { command: string }),
  alone: boolean,
): void {
  checkKeys(command, ['command', ...PLACEMENT_KEYS, ...(alone ? COMMON_KEYS : [])]);
  for (const key of TEXT_KEYS) {
    const value = (command as unknown as Record<string, unknown>)[key];
    if (value !== undefined && typeof value !== 'string') throw badValue(key, value, 'a string');
  }
  checkVariables(command.env);
  const { lifetime, mpi_initial_errhandler: handler } = command;
  if (lifetime !== undefined && !LIFETIMES.includes(lifetime))
    throw badValue('lifetime', lifetime, '"independent" or "parent"');
  if (handler !== undefined && !ERROR_HANDLERS.includes(handler))
    throw badValue('mpi_initial_errhandler', handler, ERROR_HANDLERS.join(', '));
}

function checkVariables(variables: unknown): void {
  if (variables === undefined) return;
  if (typeof variables !== 'object' || variables === null) throw badValue('env', variables, 'an object');
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined && typeof value !== 'string')
      throw badValue(`env.${name}`, value, 'a string, or undefined,');
  }
}

/** Why the processes cannot be where they are wanted; null where they can. */
export function misplacement(command: SpawnPlacement): string | null {
  if (command.arch !== undefined && command.arch !== arch())
    return `the architecture ${JSON.stringify(command.arch)} is wanted, and this host is ${arch()}`;
  const names = command.host?.split(',').map((name) => name.trim()) ?? [];
  const strangers = names.filter((name) => name !== hostname() && !LOCAL_HOSTS.has(name));
  if (strangers.length === 0) return null;
  return `the host ${strangers.map((name) => JSON.stringify(name)).join(', ')} is not in this universe, which is ${hostname()} alone`;
}

function checkKeys(options: object, known: readonly string[]): void {
  const unknown = Object.keys(options).filter((key) => !known.includes(key));
  if (unknown.length === 0) return;
  throw new MPIError(
    'MPI_ERR_INFO_KEY',
    `Cannot spawn with the option ${unknown.map((key) => JSON.stringify(key)).join(', ')}: the options are ${known.join(', ')}`,
  );
}

function badValue(key: string, value: unknown, wanted: string): MPIError {
  const shown = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return new MPIError('MPI_ERR_INFO_VALUE', `Cannot spawn with ${key} ${shown}: ${wanted} is wanted`);
}
