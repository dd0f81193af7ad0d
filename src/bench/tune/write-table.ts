/** Writes what the tuning found over the table of algorithms. */
import { writeFile } from 'node:fs/promises';
import { describeMachine } from '../machine.ts';
import { formatBytes } from '../sizes.ts';
import { renderTableFile } from './table-file.ts';
import type { Tuning } from './tune-algorithms.ts';

export async function writeTable(file: string, tuning: Tuning, date: Date): Promise<void> {
  const { processor, cores, node } = describeMachine();
  const verbs = tuning.measured.map(({ verb }) => verb);
  const [first = 0, last = 0] = [tuning.sizes[0], tuning.sizes.at(-1)];
  const origin = wrapped(
    `Written by \`npm run bench -- --tune\` on ${date.toISOString().slice(0, 10)}; ${processor}, ${cores} cores, ` +
      `Node ${node}. Measured by forcing each algorithm on ${listOf(tuning.ranks.map(String))} ranks, for ${formatBytes(first)} to ` +
      `${formatBytes(last)}: ${listOf(verbs)}. The rows of other verbs, and for more ranks, are written by hand, and stay.`,
    112,
  );
  await writeFile(file, renderTableFile(tuning.table, origin));
}

const listOf = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length >= width) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}
