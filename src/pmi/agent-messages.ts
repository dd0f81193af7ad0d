/** What processes ask of their agent, and what it answers. Both sides check what they get before they believe it. */
import type { ContextId } from '../model/context-id.ts';
import type { ProcessId } from '../model/process-id.ts';

/** One command of a spawn, as the root of the spawning communicator gives it. */
export interface SpawnedCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Processes wanted. */
  readonly maxprocs: number;
  /** Numbers that would do as well, the largest first; just `maxprocs` unless `soft` says otherwise. */
  readonly counts: readonly number[];
  readonly workingDirectory: string;
  /** Directories to look the command up in, ahead of PATH; '' for none. */
  readonly path: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** Start a job whose processes have the asking communicator's as parents. */
export interface SpawnRequest {
  readonly kind: 'spawn';
  readonly replyTo: ContextId;
  /** The spawning group. */
  readonly parents: readonly ProcessId[];
  /** Of the intercommunicator between parents and children. */
  readonly contextId: ContextId;
  readonly commands: readonly SpawnedCommand[];
  /** Where the root is: relative names are looked up from there. */
  readonly directory: string;
  /** The root's own Node, which runs Node programs. */
  readonly node: {
    readonly execPath: string;
    readonly options: readonly string[];
    readonly typeScriptLoader: string | null;
  };
  readonly lifetime: 'independent' | 'parent';
  /** Name of the error handler that the children's world starts with; '' for the default. */
  readonly errorHandler: string;
}

/** The end of a spawn that nobody waits for any more. */
export interface SpawnWithdrawal {
  readonly kind: 'withdrawSpawn';
  readonly replyTo: ContextId;
}

export type AgentRequest = SpawnRequest | SpawnWithdrawal;

/** The answer to a {@link SpawnRequest}; `codes` has an error class for each process asked for. */
export type SpawnReply =
  | { readonly kind: 'spawned'; readonly children: readonly ProcessId[]; readonly codes: readonly number[] }
  | { readonly kind: 'notSpawned'; readonly codes: readonly number[]; readonly why: string };

/** What a spawned process finds in its job's directory. */
export interface ParentRecord {
  readonly parents: readonly ProcessId[];
  readonly contextId: ContextId;
}

const PROCESS_ID = /^[0-9a-f]{32}\.\d{1,9}$/;
/** Processes in one spawn: more than any host holds. */
const PROCESSES_MAX = 65_536;

export function isProcessId(value: unknown): value is ProcessId {
  return typeof value === 'string' && PROCESS_ID.test(value);
}

export function areProcessIds(value: unknown): value is ProcessId[] {
  return (
    Array.isArray(value) && value.length > 0 && value.length <= PROCESSES_MAX && value.every(isProcessId)
  );
}

export function isContextId(value: unknown): value is ContextId {
  if (!isRecord(value)) return false;
  return Number.isInteger(value['high']) && Number.isInteger(value['low']);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** Whether what came to an agent's door is a request. */
export function isAgentRequest(value: unknown): value is AgentRequest {
  if (!isRecord(value) || !isContextId(value['replyTo'])) return false;
  if (value['kind'] === 'withdrawSpawn') return true;
  const { commands } = value;
  return (
    value['kind'] === 'spawn' &&
    areProcessIds(value['parents']) &&
    isContextId(value['contextId']) &&
    (value['lifetime'] === 'independent' || value['lifetime'] === 'parent') &&
    typeof value['errorHandler'] === 'string' &&
    typeof value['directory'] === 'string' &&
    isNode(value['node']) &&
    Array.isArray(commands) &&
    commands.length > 0 &&
    commands.every(isCommand) &&
    commands.reduce((sum, { maxprocs }) => sum + maxprocs, 0) <= PROCESSES_MAX
  );
}

function isNode(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { execPath, options, typeScriptLoader } = value;
  return (
    typeof execPath === 'string' &&
    areTexts(options) &&
    (typeScriptLoader === null || typeof typeScriptLoader === 'string')
  );
}

const areTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((text) => typeof text === 'string');

function isCommand(value: unknown): value is SpawnedCommand {
  if (!isRecord(value)) return false;
  const { command, args, maxprocs, counts, workingDirectory, path, variables } = value;
  const isCount = (count: unknown): boolean => Number.isSafeInteger(count) && Number(count) >= 0;
  return (
    typeof command === 'string' &&
    areTexts(args) &&
    isCount(maxprocs) &&
    Array.isArray(counts) &&
    counts.every(isCount) &&
    typeof workingDirectory === 'string' &&
    typeof path === 'string' &&
    isRecord(variables) &&
    Object.values(variables).every((text) => typeof text === 'string')
  );
}

export function isParentRecord(value: unknown): value is ParentRecord {
  return isRecord(value) && areProcessIds(value['parents']) && isContextId(value['contextId']);
}
