/** How many Node processes wait ready for spawns: `--warm N`, or PARLEY_WARM=N for agents that nobody starts by hand. */
import { UsageError } from './usage-error.ts';

const VARIABLE = 'PARLEY_WARM';
/** Each takes some 50 MB. */
const COUNT_MAX = 256;

/** The number that the environment asks for; 0 where it says nothing. */
export function warmCount(variables: NodeJS.ProcessEnv): number {
  const text = variables[VARIABLE];
  return text === undefined || text === '' ? 0 : parseWarmCount(text, VARIABLE);
}

/** Reads a number that `source` gives; throws {@link UsageError}. */
export function parseWarmCount(text: string, source: string): number {
  const count = /^\d+$/.test(text) ? Number(text) : NaN;
  if (count <= COUNT_MAX) return count;
  throw new UsageError(
    `${source}: "${text}" is no number of waiting processes: 0 to ${String(COUNT_MAX)} is wanted`,
  );
}
