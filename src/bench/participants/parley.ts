/**
 * Our own library, started by its own launcher as a user starts it. It takes part twice: once waiting as MPI_Recv does,
 * once awaiting with a live event loop. A third time it spawns processes that wait ready.
 */
import { fileURLToPath } from 'node:url';
import { COLLECTIVE_KINDS, decodeCase, DYNAMIC_KINDS, LIVE_KINDS, type CaseKind } from '../bench-case.ts';
import type { Command } from '../run-job.ts';
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
      ...COLLECTIVE_KINDS,
      ...DYNAMIC_KINDS,
      ...LIVE_KINDS,
      'idle',
      'start-up',
    ]),
    ownParticipant(workspace, version, 'awaiting', ['latency', 'object', ...LIVE_KINDS, 'idle']),
    warmParticipant(workspace, version),
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
    settings: 'defaults',
    kinds: new Set(kinds),
    command: (ranks, cases) =>
      workspace.pin
        ? launch(ranks, placed(workspace, process.execPath, [RANK_PROGRAM, waiting, ...cases]))
        : ownCommand(ranks, waiting, cases),
    close: () => Promise.resolve(),
  };
}

function warmParticipant(workspace: Workspace, version: string): Participant {
  const cold = ownParticipant(workspace, version, 'blocking', ['spawn']);
  return {
    ...cold,
    id: 'parley-warm',
    label: 'Parley, warm',
    settings: '--warm N, the most that are spawned at once; with time to fill up between two spawns',
    command: (ranks, cases) => {
      const most = Math.max(...cases.map((text) => decodeCase(text).window));
      return { ...cold.command(ranks, cases), env: { PARLEY_WARM: String(most) } };
    },
  };
}

/** The command that runs these cases (encoded) with so many of our ranks. */
export function ownCommand(
  ranks: number,
  waiting: 'blocking' | 'awaiting',
  cases: readonly string[],
): Command {
  return launch(ranks, [RANK_PROGRAM, waiting, ...cases]);
}

function launch(ranks: number, program: readonly string[]): Command {
  return { file: process.execPath, args: [LAUNCHER, 'run', '-n', String(ranks), '--no-label', ...program] };
}
