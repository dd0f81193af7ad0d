/** Where the time of our own rows went, as text: what the system counted at rank 0, for one operation. */
import type { BenchResults } from '../results.ts';
import { alignColumns } from './align-columns.ts';
import { formatNumber } from './number-format.ts';

export function renderBreakdown({ rows }: BenchResults): string {
  const lines = rows.flatMap(({ label, values, breakdown }) => {
    const wall = values.parley?.values.at(-1);
    if (breakdown === undefined || wall === undefined) return [];
    const { user, system, waits, preemptions } = breakdown;
    return [[label, ...[wall, user, system, waits, preemptions].map(formatNumber)]];
  });
  if (lines.length === 0) return '';
  const head = ['', 'time', 'user', 'system', 'waits', 'preemptions'];
  return `Where ours goes: µs and counts of one operation at rank 0, last round\n${alignColumns([head, ...lines])}\n`;
}
