/** Time as the engine sees it, so that a simulated world can have its own. */
export interface Clock {
  /** Milliseconds since some time in the past; never goes back. */
  now(): number;
}

export const systemClock: Clock = { now: () => performance.now() };
