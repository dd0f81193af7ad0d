/** The collectives that are in trouble at this process (notices.ts). */
import type { ErrorClassName } from '../errors/error-classes.ts';

/** What the others are sent. */
export interface Notice {
  /** Where it began, e.g. `rank 3`. */
  readonly troubleAt: string;
  readonly code: ErrorClassName;
  readonly why: string;
}

export interface Trouble {
  /** What this process' program gets. */
  readonly error: unknown;
  readonly notice: Notice;
}

/** Of one end of a communicator: by their tags, as long as they run. */
export type Troubles = Map<number, Trouble>;
