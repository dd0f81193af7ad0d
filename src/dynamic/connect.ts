/**
 * Connecting to a port (MPI_Comm_connect, MPI-4.1 §11.9.3). The client looks whether the port is open, which takes no
 * answer of its owner, then asks at the owner's door and waits until somebody accepts; it takes the welcome, and says so. `port` and `options` count at the
 * root alone.
 */
import type { CommunicatorCore } from '../communicators/communicator-core.ts';
import { outcome, type Steps } from '../engine/task.ts';
import type { WaitOptions } from '../engine/request.ts';
import { armWaitOptions, hasFired } from '../engine/wait-options.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { ProcessFailedError } from '../errors/process-failed-error.ts';
import type { ContextId } from '../model/context-id.ts';
import { jobOf } from '../model/process-id.ts';
import { answerIn, converse, knock } from '../p2p/door.ts';
import { areProcessIds, isContextId, isRecord } from '../pmi/agent-messages.ts';
import { portState } from '../pmi/port-file.ts';
import { isWelcomeId, takeWelcome } from '../pmi/welcome-file.ts';
import { meetAsGroup, type OtherSide } from './meet.ts';
import { parsePortName, type PortAddress, publicPortName } from './port-name.ts';
import type { FindSurroundings } from './surroundings.ts';

export function* connect(
  core: CommunicatorCore,
  find: FindSurroundings,
  port: string,
  root: number,
  options: WaitOptions,
): Steps<CommunicatorCore> {
  const met = yield* meetAsGroup(core, 'connect', root, () => callAt(core, find, port, options));
  return met.core;
}

function* callAt(
  core: CommunicatorCore,
  find: FindSurroundings,
  port: string,
  options: WaitOptions,
): Steps<OtherSide> {
  const { maker, group } = core;
  const { engine } = maker;
  const address = parsePortName(port, 'connect to');
  const intent = (): string => `connect to ${publicPortName(address)}`;
  if (hasFired(options, intent)) throw options.signal.reason;
  const { directory } = find();
  checkOpen(address, directory);
  const replyTo = maker.contextIds.next();
  const { id, secret } = address;
  const question = { kind: 'connect', port: id, secret, replyTo, group: group.ids };
  const talk = converse(engine, address.owner, replyTo, `the way to ${publicPortName(address)}`, question);
  const from = engine.clock.now();
  try {
    for (let answer = talk.answer; ; answer = talk.next()) {
      armWaitOptions(answer, options, engine.driver, engine.clock, intent, 'MPI_ERR_PORT', from);
      const welcome = read((yield* outcome(answer)).data, address);
      // What was taken back is for nobody: the client waits on.
      if (!takeWelcome(directory, jobOf(address.owner), welcome.id)) continue;
      answerIn(engine, address.owner, welcome.confirmTo, null);
      return welcome;
    }
  } catch (error) {
    if (error instanceof ProcessFailedError)
      throw refusal(address, 'the process that had opened it has ended');
    knock(engine, address.owner, { kind: 'giveUp', port: id, replyTo });
    throw error;
  } finally {
    talk.close();
  }
}

function checkOpen(address: PortAddress, ownDirectory: string): void {
  switch (portState(ownDirectory, jobOf(address.owner), address.id)) {
    case 'open':
      return;
    case 'closed':
      throw refusal(address, 'nobody has it open (its job is still there); was it closed?');
    case 'jobOver':
      throw refusal(
        address,
        'the job that has opened it is over, or runs on another host or as another user',
      );
  }
}

interface ReadWelcome extends OtherSide {
  readonly confirmTo: ContextId;
  readonly id: string;
}

function read(reply: unknown, address: PortAddress): ReadWelcome {
  if (isRecord(reply) && reply['kind'] === 'welcome') {
    const { group, contextId, confirmTo, id } = reply;
    if (areProcessIds(group) && isContextId(contextId) && isContextId(confirmTo) && isWelcomeId(id))
      return { group, contextId, confirmTo, id };
  }
  switch (isRecord(reply) ? reply['why'] : undefined) {
    case 'closed':
      throw refusal(address, 'it has been closed');
    case 'secret':
      throw refusal(address, 'the name is not the one that openPort gave: its secret is wrong');
    case 'overlap':
      throw new MPIError(
        'MPI_ERR_COMM',
        `Cannot connect to ${publicPortName(address)}: a process is in both groups, the one that connects and the one that accepts`,
      );
    case 'full':
      throw refusal(address, 'too many clients wait there already; try again later');
    default:
      throw refusal(address, 'its owner answers what no parley of this version says');
  }
}

function refusal(address: PortAddress, why: string): MPIError {
  return new MPIError('MPI_ERR_PORT', `Cannot connect to ${publicPortName(address)}: ${why}`);
}
