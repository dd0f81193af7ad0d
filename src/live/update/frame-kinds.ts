/** What a frame is: the codes are frozen on the wire and in journals. */

export const DATA = 1;
export const BEGIN_RUN = 2;
/** Carries how many updates the client has issued in the run, so that a loss is provable. */
export const END_RUN = 3;
export const BEGIN_STEP = 4;
export const END_STEP = 5;
/** Says that the client lives, and how much waits in its queue. */
export const HEARTBEAT = 6;
/** The client leaves in good order: nothing of it follows. */
export const BYE = 7;
/** First frame of a client: who it is. */
export const HELLO = 8;
/** Written by the master into its journal: what it has found out about a client. */
export const NOTE = 9;

export const KIND_MAX = 9;

const NAMES: readonly string[] = [
  'nothing',
  'data',
  'begin of run',
  'end of run',
  'begin of step',
  'end of step',
  'heartbeat',
  'bye',
  'hello',
  'note',
];

export const kindName = (kind: number): string => NAMES[kind] ?? `kind ${kind}`;
