/** What the master of a stream tells: one discriminated union, for loops and listeners. */
import type { MPIError } from '../../index.ts';
import type { Update, UpdateOrigin } from '../update/update.ts';

/** How a client took part in a run. */
export interface RunShare extends UpdateOrigin {
  /** Updates that have come. */
  readonly received: number;
  /** Updates that the client says it issued; undefined where it never ended the run. */
  readonly issued: number | undefined;
  /** Updates that the client has dropped by its declared policy, as far as it could say. */
  readonly discarded: number;
  /** Updates that are known not to have come, whatever the reason. */
  readonly lost: number;
  /** `'ended'`: in good order; `'left'`, `'failed'`, `'silent'`: the run was closed without its word. */
  readonly ending: 'ended' | 'left' | 'failed' | 'silent';
}

/** What became of a run. Its sums are those of all clients, however many came and went while it was under way. */
export interface RunReport {
  readonly run: number;
  readonly received: number;
  /** Updates that are known to be missing; further ones may be of clients in `unfinished`. */
  readonly lost: number;
  /** True where every client ended it and nothing is missing. */
  readonly complete: boolean;
  /** Those that are in the table of clients; of those that are gone it keeps the last 256. */
  readonly clients: readonly RunShare[];
  /**
   * Names of the clients that never ended it: also those that the table does not show any more, 1024 of them at most. One that came late,
   * as through a port, and had failed before the run began is none of them; one that was expected from the start is.
   */
  readonly unfinished: readonly string[];
}

export type RunEvent =
  | { readonly type: 'runBegun'; readonly run: number }
  | { readonly type: 'stepBegun'; readonly run: number; readonly step: number }
  | { readonly type: 'stepEnded'; readonly run: number; readonly step: number }
  | { readonly type: 'runEnded'; readonly run: number; readonly report: RunReport };

export type ClientEvent =
  | { readonly type: 'clientJoined'; readonly client: UpdateOrigin }
  /** It has said bye. */
  | { readonly type: 'clientLeft'; readonly client: UpdateOrigin }
  /** Its process has ended without a bye, or has broken the rules of the wire. */
  | { readonly type: 'clientFailed'; readonly client: UpdateOrigin; readonly error: MPIError }
  /** No sign of life for a while. */
  | { readonly type: 'clientSilent'; readonly client: UpdateOrigin; readonly lastSeen: number }
  | { readonly type: 'clientBack'; readonly client: UpdateOrigin };

export type MasterEvent =
  | Update
  | RunEvent
  | ClientEvent
  /** A store cannot go on: nothing more is acknowledged as stored. */
  | { readonly type: 'storeFailed'; readonly error: Error };
