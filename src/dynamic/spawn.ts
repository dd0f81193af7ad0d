/**
 * Spawning: a group of processes has a new job started, whose processes have it as their parents (MPI_Comm_spawn,
 * MPI_Comm_spawn_multiple, MPI-4.1 §11.8). Commands and options count at the root alone, which asks its agent; parents and
 * children go on when all children have started MPI. Either all start or none is left.
 *
 *     root ── spawn: commands, group, context ──► agent ── starts ──► children
 *          ◄── spawned: who they are ────────────       ◄── are up ──
 */
import type { CommunicatorCore } from '../communicators/communicator-core.ts';
import type { ToldFailure } from '../communicators/told-failure.ts';
import { errorOf, tellFailure } from '../communicators/told-failure.ts';
import { outcome, type Steps } from '../engine/task.ts';
import type { WaitOptions } from '../engine/request.ts';
import { armWaitOptions, hasFired } from '../engine/wait-options.ts';
import { errorClassNumber } from '../errors/error-classes.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { ProcessFailedError } from '../errors/process-failed-error.ts';
import { SpawnError } from '../errors/spawn-error.ts';
import { converse, knock } from '../p2p/door.ts';
import { areProcessIds, isRecord, type SpawnedCommand, type SpawnRequest } from '../pmi/agent-messages.ts';
import { meetAsGroup, type OtherSide } from './meet.ts';
import type { FindSurroundings } from './surroundings.ts';

/** What the root asks for, checked and complete. */
export interface SpawnOrder {
  readonly commands: readonly SpawnedCommand[];
  readonly directory: string;
  readonly node: SpawnRequest['node'];
  readonly lifetime: SpawnRequest['lifetime'];
  readonly errorHandler: string;
}

interface Children extends OtherSide {
  readonly codes: readonly number[];
}

/** A failed spawn as it is told to the others: with the codes. */
interface ToldSpawnFailure extends ToldFailure {
  readonly codes?: readonly number[];
}

/** `order` is asked for at the root alone, and throws where it is wrong. */
export function* spawn(
  core: CommunicatorCore,
  find: FindSurroundings,
  root: number,
  order: () => SpawnOrder,
  options: WaitOptions,
): Steps<{ core: CommunicatorCore; codes: readonly number[] }> {
  const met = yield* meetAsGroup(core, 'spawn', root, () => start(core, find, order, options), {
    tell: (error): ToldSpawnFailure =>
      error instanceof SpawnError ? { ...tellFailure(error), codes: error.errcodes } : tellFailure(error),
    restore: (told: ToldSpawnFailure) =>
      told.codes === undefined ? errorOf(told) : new SpawnError(told.why, told.codes),
  });
  return { core: met.core, codes: met.side.codes };
}

function* start(
  core: CommunicatorCore,
  find: FindSurroundings,
  order: () => SpawnOrder,
  options: WaitOptions,
): Steps<Children> {
  const { maker, group } = core;
  const { engine } = maker;
  const wanted = order();
  const names = wanted.commands.map(({ command }) => JSON.stringify(command)).join(', ');
  const intent = (): string => `spawn ${names}`;
  if (hasFired(options, intent)) throw options.signal.reason;
  const { agent } = find();
  const [replyTo, contextId] = [maker.contextIds.next(), maker.contextIds.next()];
  const agentPeer = engine.peer(agent);
  const request: SpawnRequest = { kind: 'spawn', replyTo, contextId, parents: group.ids, ...wanted };
  const talk = converse(engine, agent, replyTo, 'the way to the agent', request);
  armWaitOptions(talk.answer, options, engine.driver, engine.clock, intent);
  try {
    const { data } = yield* outcome(talk.answer);
    return read(data, contextId, names);
  } catch (error) {
    if (error instanceof SpawnError) throw error;
    if (error instanceof ProcessFailedError) throw agentLost(names, wanted, agentPeer.end?.description);
    knock(engine, agent, { kind: 'withdrawSpawn', replyTo });
    throw error;
  } finally {
    talk.close();
  }
}

function read(reply: unknown, contextId: OtherSide['contextId'], names: string): Children {
  if (isRecord(reply) && areCodes(reply['codes'])) {
    const { children, codes, why } = reply;
    if (areProcessIds(children)) return { group: children, contextId, codes };
    if (typeof why === 'string') throw new SpawnError(`Cannot spawn ${names}: ${why}`, codes);
  }
  throw new MPIError(
    'MPI_ERR_INTERN',
    `Cannot spawn ${names}: the agent answers what none of this version says`,
  );
}

/** What it had started has ended with it. */
function agentLost(names: string, { commands }: SpawnOrder, how: string = 'is gone'): SpawnError {
  const processes = commands.reduce((sum, { maxprocs }) => sum + maxprocs, 0);
  return new SpawnError(
    `Cannot spawn ${names}: the agent that starts processes for this one ${how}, and what it had started has ended with it; ` +
      'a spawn that begins now has a new agent',
    Array<number>(processes).fill(errorClassNumber('MPI_ERR_SPAWN') ?? 0),
  );
}

const areCodes = (value: unknown): value is number[] =>
  Array.isArray(value) && value.every((code) => typeof code === 'number');
