/** What the tuning measured, as text: for each verb and number of ranks, µs by size and algorithm, the best marked. */
import { formatBytes } from '../sizes.ts';
import type { TimesAtRanks } from '../tune/best-algorithms.ts';
import type { Tuning } from '../tune/tune-algorithms.ts';
import { alignColumns } from './align-columns.ts';
import { formatNumber } from './number-format.ts';

export function renderTuning({ measured, failures }: Tuning): string {
  const parts = measured.flatMap(({ verb, times }) =>
    times.map((atRanks) => `${verb}, ${atRanks.ranks} ranks, µs\n${renderTimes(atRanks)}`),
  );
  if (failures.length > 0) parts.push(`Failed:\n${failures.join('\n')}`);
  return `${parts.join('\n\n')}\n`;
}

function renderTimes({ sizes }: TimesAtRanks): string {
  const names = [...(sizes[0]?.seconds.keys() ?? [])];
  const lines = sizes.map(({ bytes, seconds }) => {
    const best = Math.min(...seconds.values());
    const cells = names.map((name) => {
      const value = seconds.get(name) ?? Infinity;
      return `${formatNumber(value * 1e6)}${value === best ? ' *' : '  '}`;
    });
    return [formatBytes(bytes), ...cells];
  });
  return alignColumns([['', ...names.map((name) => `${name}  `)], ...lines]);
}
