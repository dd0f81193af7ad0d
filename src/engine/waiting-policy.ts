/**
 * How long each stage of waiting lasts (driver.ts). Counted in polls, since reading a clock costs as much as several.
 *
 * Where every rank has a core of its own, polling is the fastest way to learn of an answer. But others may want that core
 * too, the peer that is waited for among them: so a few microseconds of it are followed by offers of the processor, which
 * cost little where nobody takes them. Where ranks share cores the processor is offered almost at once.
 */
export interface WaitingPolicy {
  /** Polls of a blocked thread before it offers the processor. */
  readonly spins: number;
  /** Offers of the processor before a blocked thread sleeps. */
  readonly yields: number;
  /** Offers taken by others, one after the other, before the thread moves to another core; Infinity where all are wanted. */
  readonly patience: number;
  /** Polls of an awaited operation before it goes to the event loop. */
  readonly awaitSpins: number;
  /** Offers of the processor after them. */
  readonly awaitYields: number;
  /** Turns of the event loop with a poll in each before it sleeps. */
  readonly awaitTurns: number;
}

const DEDICATED = {
  spins: 500,
  yields: 500,
  awaitSpins: 500,
  awaitYields: 50,
  awaitTurns: 20,
};
const SHARED = { spins: 40, yields: 60, patience: Infinity, awaitSpins: 40, awaitYields: 10, awaitTurns: 4 };
/** Two on one core must not leave it at once, for the same one: so each has a patience of its own. */
const PATIENCES = 7;
const PATIENCE_STEP = 2;

/** The policy for `ranks` processes on `cores` cores, of which `pid` is one. `PARLEY_SPINS` sets the polls, 0 allowed. */
export function waitingPolicy(
  ranks: number,
  cores: number,
  variables: NodeJS.ProcessEnv,
  pid: number,
): WaitingPolicy {
  const patience = PATIENCE_STEP * (1 + (pid % PATIENCES));
  const policy = ranks > cores ? SHARED : { ...DEDICATED, patience };
  const asked = variables['PARLEY_SPINS'];
  if (asked === undefined || !/^\d+$/.test(asked)) return policy;
  const spins = Number(asked);
  return { ...policy, spins, awaitSpins: spins };
}
