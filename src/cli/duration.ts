/** Durations on the command line: `90`, `90s`, `1.5m`, `500ms`, `2h`. */
import { UsageError } from './usage-error.ts';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
/** The longest that a timer of Node takes. */
const DURATION_MS_MAX = 2 ** 31 - 1;

/** Milliseconds of a duration; `option` is named in the error. */
export function parseDuration(text: string, option: string): number {
  const { number, unit } = /^(?<number>\d+(?:\.\d+)?)(?<unit>ms|s|m|h)?$/.exec(text)?.groups ?? {};
  const milliseconds = Number(number) * (UNIT_MS[unit ?? 's'] ?? NaN);
  if (milliseconds > 0 && milliseconds <= DURATION_MS_MAX) return Math.max(1, Math.round(milliseconds));
  throw new UsageError(
    `${option}: "${text}" is no duration: seconds, or a number with a unit such as 500ms, 90s, 2m or 1h, is wanted (24 days at most)`,
  );
}

/** The reverse, for messages. */
export function formatDuration(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${Number((milliseconds / 1000).toFixed(1))} s`;
}
