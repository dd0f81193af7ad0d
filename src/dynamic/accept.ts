/** Accepting a client at a port (MPI_Comm_accept, MPI-4.1 §11.9.2). `port` and `options` count at the root alone. */
import type { CommunicatorCore } from '../communicators/communicator-core.ts';
import { outcome, type Steps } from '../engine/task.ts';
import type { WaitOptions } from '../engine/request.ts';
import { armWaitOptions, hasFired } from '../engine/wait-options.ts';
import { meetAsGroup } from './meet.ts';
import { publicPortName } from './port-name.ts';
import type { FindSurroundings } from './surroundings.ts';

export function* accept(
  core: CommunicatorCore,
  find: FindSurroundings,
  port: string,
  root: number,
  options: WaitOptions,
): Steps<CommunicatorCore> {
  const { maker, group } = core;
  const { driver, clock } = maker.engine;
  const met = yield* meetAsGroup(core, 'accept', root, function* () {
    const open = find().ports.find(port, 'accept');
    const intent = (): string => `accept a client at ${publicPortName(open.address)}`;
    if (hasFired(options, intent)) throw options.signal.reason;
    const contextId = maker.contextIds.next();
    const accepting = open.accept(group.ids, contextId);
    armWaitOptions(accepting, options, driver, clock, intent);
    const caller = yield* outcome(accepting);
    return { group: caller.group, contextId };
  });
  return met.core;
}
