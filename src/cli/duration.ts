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

/** How long something has lasted: `840 ms`, `3.2 s`, `5 min 12 s`, `2 h 5 min`, `3 d 4 h`. */
export function formatAge(milliseconds: number): string {
  const elapsed = Math.max(0, Math.round(milliseconds));
  if (elapsed < 60_000) return formatDuration(elapsed);
  const seconds = Math.floor(elapsed / 1000);
  const [minutes, hours, days] = [60, 3600, 86_400].map((unit) => Math.floor(seconds / unit)) as [
    number,
    number,
    number,
  ];
  if (hours === 0) return `${minutes} min ${seconds % 60} s`;
  return days === 0 ? `${hours} h ${minutes % 60} min` : `${days} d ${hours % 24} h`;
}

/** The reverse of {@link parseDuration}, for messages. */
export function formatDuration(milliseconds: number): string {
  return milliseconds < 1000 ? `${milliseconds} ms` : `${Number((milliseconds / 1000).toFixed(1))} s`;
}
