/**
 * Joining: two processes that have a connected stream socket between them, and nothing else, get an intercommunicator
 * (MPI_Comm_join, MPI-4.1 §11.10.6). The socket only introduces them; messages go as they do between all processes of the
 * host.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { Socket } from 'node:net';
import { dirname, join as joinPath } from 'node:path';
import { CommunicatorCore, type CommunicatorMaker } from '../communicators/communicator-core.ts';
import type { WaitOptions } from '../engine/request.ts';
import { outcome, type Steps } from '../engine/task.ts';
import { armWaitOptions, hasFired } from '../engine/wait-options.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { jobOf } from '../model/process-id.ts';
import { settle } from '../pmi/agreement-file.ts';
import { currentPlace } from '../pmi/process-identity.ts';
import { BorrowedSocket } from './borrowed-socket.ts';
import { JoinHandshake, type JoinOutcome } from './join-handshake.ts';
import type { JoinHello } from './join-message.ts';
import type { FindSurroundings } from './surroundings.ts';

export function* join(
  maker: CommunicatorMaker,
  find: FindSurroundings,
  socket: Socket,
  options: WaitOptions,
): Steps<CommunicatorCore> {
  const { engine } = maker;
  const intent = (): string => 'join over this socket';
  if (hasFired(options, intent)) throw options.signal.reason;
  checkSocket(socket);
  const base = dirname(find().directory);
  const own = helloOf(maker, base);
  const handshake = new JoinHandshake(
    engine.driver,
    socket,
    own,
    (other) => whyOutOfReach(own, other),
    (other, wish) => settleBetween(base, own, other, wish),
  );
  handshake.shakeHands();
  armWaitOptions(handshake, options, engine.driver, engine.clock, intent);
  const { process, contextId } = yield* outcome(handshake);
  return new CommunicatorCore(maker, contextId, [engine.self], [process], '');
}

/** The files of the one with the smaller nonce are where both look. */
function settleBetween(base: string, own: JoinHello, other: JoinHello, wish: JoinOutcome): JoinOutcome {
  const { process, nonce } = own.nonce < other.nonce ? own : other;
  return settle(joinPath(base, jobOf(process)), `join-${nonce}`, wish) === 'joined' ? 'joined' : 'over';
}

function checkSocket(socket: unknown): void {
  const problem = !(socket instanceof Socket)
    ? `it is ${socket === null ? 'null' : `a ${typeof socket}`}; a net.Socket is wanted`
    : socket.destroyed || !socket.writable || socket.readableEnded
      ? 'it is closed'
      : BorrowedSocket.isBorrowed(socket)
        ? 'another join is under way there'
        : null;
  if (problem === null) return;
  throw new MPIError('MPI_ERR_ARG', `Cannot join over this socket: ${problem}`);
}

function helloOf({ engine, contextIds }: CommunicatorMaker, base: string): JoinHello {
  const { host, bootId } = currentPlace();
  const { dev, ino } = statSync(base, { bigint: true });
  return {
    kind: 'hello',
    nonce: randomBytes(16).toString('hex'),
    process: engine.self,
    contextId: contextIds.next(),
    host: host.slice(0, 255),
    bootId,
    userId: process.getuid?.() ?? 0,
    base: base.slice(-255),
    device: String(dev),
    inode: String(ino),
  };
}

/** Why the other end cannot be reached through shared memory; '' where it can. */
function whyOutOfReach(own: JoinHello, other: JoinHello): string {
  if (other.bootId !== own.bootId)
    return `it is on another host (${JSON.stringify(other.host)}, and this one is ${JSON.stringify(own.host)}), and no way leads there`;
  if (other.userId !== own.userId)
    return `it belongs to user ${String(other.userId)}, and this process to user ${String(own.userId)}: they may not share memory`;
  if (other.device !== own.device || other.inode !== own.inode)
    return `its jobs are in ${JSON.stringify(other.base)}, which is not this process' ${JSON.stringify(own.base)}: give both the same PARLEY_SHM_DIR, or the same /dev/shm`;
  if (!existsSync(joinPath(own.base, jobOf(other.process), 'segment')))
    return 'its job is over, or its files are not to be seen here';
  return '';
}
