/**
 * Our own library, started by its own launcher as a user starts it. It takes part twice: once waiting as MPI_Recv does,
 * once awaiting with a live event loop.
 */
import { fileURLToPath } from 'node:url';
import type { CaseKind } from '../bench-case.ts';
import { placed, type Participant, type Workspace } from './participant.ts';

const LAUNCHER = fileURLToPath(new URL('../../../bin/parley.js', import.meta.url));
const RANK_PROGRAM = fileURLToPath(new URL('../ranks/main.js', import.meta.url));

/** `version` is this package's. */
export function ownParticipants(workspace: Workspace, version: string): Participant[] {
  return [
    ownParticipant(workspace, version, 'blocking', [
      'latency',
      'object',
      'window',
      'barrier',
      'allreduce',
      'idle',
      'start-up',
    ]),
    ownParticipant(workspace, version, 'awaiting', ['latency', 'object', 'idle']),
  ];
}

function ownParticipant(
  workspace: Workspace,
  version: string,
  waiting: 'blocking' | 'awaiting',
  kinds: readonly (CaseKind | 'start-up')[],
): Participant {
  return {
    id: waiting === 'blocking' ? 'parley' : 'parley-awaiting',
    label: waiting === 'blocking' ? 'Parley' : 'Parley, await',
    version,
    kinds: new Set(kinds),
    command: (ranks, cases) => {
      const program = workspace.pin
        ? placed(workspace, process.execPath, [RANK_PROGRAM, waiting, ...cases])
        : [RANK_PROGRAM, waiting, ...cases];
      return {
        file: process.execPath,
        args: [LAUNCHER, 'run', '-n', String(ranks), '--no-label', ...program],
      };
    },
    close: () => Promise.resolve(),
  };
}
