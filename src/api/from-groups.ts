/** Communicators that have no parent: their processes know each other by a group (MPI-4.1 §7.4.2, §7.6.2). */
import type { CommunicatorMaker } from '../communicators/communicator-core.ts';
import * as making from '../communicators/from-groups.ts';
import type { Request } from '../engine/request.ts';
import type { Steps } from '../engine/task.ts';
import type { Group } from '../model/group.ts';
import { Intercommunicator, Intracommunicator } from './intracommunicator.ts';
import type { ProcessContext } from './process-context.ts';

/** A process as far as it makes communicators. */
export interface MakingProcess extends ProcessContext {
  readonly maker: CommunicatorMaker;
}

export function createFromGroup(
  process: MakingProcess,
  group: Group,
  stringTag: string,
): Request<Intracommunicator | null> {
  return process.maker.engine.start(fromGroup(process, group, stringTag));
}

function* fromGroup(
  process: MakingProcess,
  group: Group,
  stringTag: string,
): Steps<Intracommunicator | null> {
  const core = yield* making.createFromGroup(process.maker, group, stringTag);
  return core === null ? null : new Intracommunicator(process, core, process.newAttributes());
}

export function createIntercommFromGroups(
  process: MakingProcess,
  localGroup: Group,
  localLeader: number,
  remoteGroup: Group | null,
  remoteLeader: number,
  stringTag: string,
): Request<Intercommunicator> {
  return process.maker.engine.start(
    fromGroups(process, localGroup, localLeader, remoteGroup, remoteLeader, stringTag),
  );
}

function* fromGroups(
  process: MakingProcess,
  localGroup: Group,
  localLeader: number,
  remoteGroup: Group | null,
  remoteLeader: number,
  stringTag: string,
): Steps<Intercommunicator> {
  const { maker } = process;
  const core = yield* making.createIntercommFromGroups(
    maker,
    localGroup,
    localLeader,
    remoteGroup,
    remoteLeader,
    stringTag,
  );
  return new Intercommunicator(process, core, process.newAttributes());
}
