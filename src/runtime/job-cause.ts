/** How ranks end, what made a job fail, and the exit code that says so (docs: the table of exit codes). */
import { constants } from 'node:os';

/** How one rank has ended. */
export type RankOutcome =
  | {
      readonly kind: 'exited';
      readonly code: number;
      /** How far it had come with MPI. */
      readonly mpi: MpiProgress;
    }
  | { readonly kind: 'killed'; readonly signal: NodeJS.Signals; readonly mpi: MpiProgress }
  | { readonly kind: 'notStarted' };

/** How far a process has come with MPI: not begun, between start and finalising, behind it. */
export type MpiProgress = 'never' | 'running' | 'finalised';

/** What went wrong first in a job. */
export type JobCause =
  | { readonly kind: 'exited'; readonly rank: number; readonly code: number }
  | { readonly kind: 'killed'; readonly rank: number; readonly signal: NodeJS.Signals }
  /** It exited with 0, but in a way that left MPI running. */
  | { readonly kind: 'notFinalised'; readonly rank: number }
  /** It exited with 0 without starting MPI, while another rank has started it. */
  | { readonly kind: 'withoutMpi'; readonly rank: number }
  /** It has called abort for the whole job. */
  | { readonly kind: 'abort'; readonly rank: number; readonly code: number }
  /** A process of another job, which it is connected to, has called abort for both. */
  | { readonly kind: 'abortOfOthers'; readonly code: number }
  | { readonly kind: 'notStarted'; readonly rank: number; readonly reason: string }
  | { readonly kind: 'timeLimit' }
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'terminated'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'outputLost'; readonly code: string };

/** Exit codes of `parley run` that are its own. */
export const EXIT_CODE = {
  /** A rank left MPI running or never started it, or the job could not have what it needs. */
  failure: 1,
  usage: 2,
  timeLimit: 110,
  notExecutable: 126,
  notFound: 127,
  /** Added to a signal's number. */
  signalBase: 128,
} as const;

/** The exit code for a job that ended of `cause`; 0 for none. */
export function exitCodeOf(cause: JobCause | null): number {
  if (cause === null) return 0;
  switch (cause.kind) {
    case 'exited':
      return cause.code;
    case 'abort':
    case 'abortOfOthers':
      // A shell sees one byte; an abort is never a success.
      return (cause.code & 0xff) === 0 ? 1 : cause.code & 0xff;
    case 'killed':
    case 'terminated':
      return signalCode(cause.signal);
    case 'interrupted':
      return signalCode('SIGINT');
    case 'outputLost':
      return cause.code === 'EPIPE' ? signalCode('SIGPIPE') : EXIT_CODE.failure;
    case 'timeLimit':
      return EXIT_CODE.timeLimit;
    case 'notStarted':
      return EXIT_CODE.notExecutable;
    case 'notFinalised':
    case 'withoutMpi':
      return EXIT_CODE.failure;
  }
}

function signalCode(signal: NodeJS.Signals): number {
  return EXIT_CODE.signalBase + constants.signals[signal];
}
