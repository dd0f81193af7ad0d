/**
 * Writes a run's results into a directory: `latest.json`, `latest.txt` with the tables, and the plots.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BenchResults } from '../results.ts';
import { drawCharts } from './charts.ts';
import { renderTables } from './tables.ts';

const TEXT_WIDTH = 140;

/** The paths of the files. */
export async function writeResults(results: BenchResults, directory: string): Promise<string[]> {
  const files = new Map([
    ['latest.json', `${JSON.stringify(results, null, 2)}\n`],
    ['latest.txt', renderTables(results, TEXT_WIDTH)],
    ...drawCharts(results),
  ]);
  await mkdir(directory, { recursive: true });
  const paths: string[] = [];
  for (const [name, text] of files) {
    const path = join(directory, name);
    await writeFile(path, text);
    paths.push(path);
  }
  return paths;
}
