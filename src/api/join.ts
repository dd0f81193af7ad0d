/** Joining over a socket, for programs (MPI-4.1 §11.10.6). */
import type { Socket } from 'node:net';
import { join as joinOver } from '../dynamic/join.ts';
import type { Request, WaitOptions } from '../engine/request.ts';
import type { Steps } from '../engine/task.ts';
import type { MakingProcess } from './from-groups.ts';
import { Intercommunicator } from './intracommunicator.ts';

export function join(
  process: MakingProcess,
  socket: Socket,
  options: WaitOptions,
): Request<Intercommunicator> {
  const verb = { verb: 'join', label: () => '' };
  return process.maker.engine.start(joined(process, socket, options), null, null, verb);
}

function* joined(process: MakingProcess, socket: Socket, options: WaitOptions): Steps<Intercommunicator> {
  const core = yield* joinOver(process.maker, process.surroundings, socket, options);
  return new Intercommunicator(process, core, process.newAttributes());
}
