/**
 * What takes part in the benchmark: a library with a launcher and a rank program that runs the common cases.
 */
import { DYNAMIC_KINDS, type CaseKind } from '../bench-case.ts';
import type { Command } from '../run-job.ts';

export type ParticipantId =
  'parley' | 'parley-awaiting' | 'parley-warm' | 'open-mpi' | 'mpich' | 'lam' | 'mpi4py' | 'node';
export type PeerId = 'open-mpi' | 'mpich' | 'lam' | 'mpi4py';
export const PEER_IDS: readonly PeerId[] = ['open-mpi', 'mpich', 'lam', 'mpi4py'];

export interface Participant {
  readonly id: ParticipantId;
  readonly label: string;
  /** Undefined where it does not say. */
  readonly version: string | undefined;
  /** What is set for it, and what it does by itself, where ranks share processors; for the reader of the results. */
  readonly settings: string;
  /** The kinds of case that its rank program knows, and `start-up` for being launched without one. */
  readonly kinds: ReadonlySet<CaseKind | 'start-up'>;
  /** The command that runs these cases (encoded) with so many ranks. */
  command(ranks: number, cases: readonly string[]): Command;
  /** After a job that did not come to its end: ends what that has left behind where no signal to it reaches. */
  sweep?(): Promise<void>;
  /** Ends whatever serves it, such as a daemon. */
  close(): Promise<void>;
}

/** Where the programs of a run are built, and whether each rank is bound to a processor. */
export interface Workspace {
  /** A temporary directory that other users may read. */
  readonly directory: string;
  /** The `bench/peers` directory of this package. */
  readonly peerSources: string;
  readonly pin: boolean;
}

/** A library that can be asked for. */
export interface Peer {
  readonly id: PeerId;
  readonly label: string;
  /** Debian's packages that it takes. */
  readonly packages: readonly string[];
  /** What it cannot take part without and this system lacks: programs, modules. */
  missing(): Promise<readonly string[]>;
  /** Builds its rank program and starts what serves it. */
  prepare(workspace: Workspace, signal: AbortSignal | undefined): Promise<Participant>;
}

/** The program and its arguments, behind `pin.sh` where ranks are bound to processors. */
export function placed(
  workspace: Workspace,
  program: string,
  args: readonly string[],
): [string, ...string[]] {
  return workspace.pin ? [`${workspace.directory}/pin.sh`, program, ...args] : [program, ...args];
}

/** What the C programs do with every library. */
export const C_KINDS: ReadonlySet<CaseKind | 'start-up'> = new Set([
  'latency',
  'window',
  'idle',
  'barrier',
  'bcast',
  'reduce',
  'allreduce',
  'allgather',
  'alltoall',
  'start-up',
]);

/** The same with dynamic processes, which MPICH's launcher does not start more of. */
export const ALL_C_KINDS: ReadonlySet<CaseKind | 'start-up'> = new Set([...C_KINDS, ...DYNAMIC_KINDS]);
