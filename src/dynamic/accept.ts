/** Accepting a client at a port (MPI_Comm_accept, MPI-4.1 §11.9.2). `port` and `options` count at the root alone. */
import type { CommunicatorCore } from '../communicators/communicator-core.ts';
import { outcome, type Steps } from '../engine/task.ts';
import type { WaitOptions } from '../engine/request.ts';
import { armWaitOptions, hasFired } from '../engine/wait-options.ts';
import { errorOf, tellFailure, type ToldFailure } from '../communicators/told-failure.ts';
import { meetAsGroup, type Telling } from './meet.ts';
import { PortClosedError } from './port-closed-error.ts';
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
  const met = yield* meetAsGroup(
    core,
    'accept',
    root,
    function* () {
      const open = find().ports.find(port, 'accept');
      const intent = (): string => `accept a client at ${publicPortName(open.address)}`;
      if (hasFired(options, intent)) throw options.signal.reason;
      const contextId = maker.contextIds.next();
      const accepting = open.accept(group.ids, contextId, maker.contextIds.next());
      armWaitOptions(accepting, options, driver, clock, intent);
      const caller = yield* outcome(accepting);
      return { group: caller.group, contextId };
    },
    TELLING,
  );
  return met.core;
}

/** A failed accept as it is told to the others: they have to know whether the port was closed. */
interface ToldAcceptFailure extends ToldFailure {
  readonly closed?: true;
}

const TELLING: Telling = {
  tell: (error): ToldAcceptFailure =>
    error instanceof PortClosedError ? { ...tellFailure(error), closed: true } : tellFailure(error),
  restore: (told: ToldAcceptFailure) =>
    told.closed === true ? new PortClosedError(told.why) : errorOf(told),
};
