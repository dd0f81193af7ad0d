/** What one process says about a collective before it runs, so that all can be compared (judge.ts). Plain data. */
import type { ErrorClassName } from '../../errors/error-classes.ts';

/** Elements that a process sends to its peers, or expects of them. On an intercommunicator these are the other group's. */
export interface Flow {
  readonly elementType: number;
  /** As many to each, or so many to each. */
  readonly counts: number | readonly number[];
  /** Only to this one. */
  readonly peer?: number;
}

/** Why something does not run. */
export interface Complaint {
  readonly code: ErrorClassName;
  readonly text: string;
}

export interface CollectiveCall {
  /** The verb's name without `Sync`: the two ways of waiting are one operation. */
  readonly verb: string;
  /** As the process has passed it; the name of its type where it is no number. */
  readonly root?: number | string;
  /** What must be the same at every process that takes part, by its name in errors. */
  readonly same?: Readonly<Record<string, string>>;
  /** What must be the same in each group. */
  readonly sameInGroup?: Readonly<Record<string, string>>;
  readonly sends?: Flow;
  readonly expects?: Flow;
  /** The process' own arguments are refused, whatever the others say. */
  readonly complaint?: Complaint;
}

/** Why the collective does not run. */
export interface Disagreement extends Complaint {
  /** The attempt, e.g. `broadcast`. */
  readonly action: string;
  /** It is what processes refuse of their own arguments: each of these has its own error. */
  readonly refused?: true;
}
