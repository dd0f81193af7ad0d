/**
 * Publishing: what the last run measured goes into `bench/results/`, one JSON file for each section and the plots, and
 * the tables of docs/performance.md are written anew from those files. A section that the run has not measured stays
 * as it was published before.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drawCharts } from '../report/charts.ts';
import type { BenchResults } from '../results.ts';
import { SECTIONS, type Section } from '../row.ts';
import { type PublishedResults, withTables } from './performance-tables.ts';

/** Where things are in a checkout. */
export interface PublishPaths {
  /** What the run wrote: `latest.json`. */
  readonly run: string;
  readonly results: string;
  readonly page: string;
}

/** The paths of the files that were written. */
export async function publish(paths: PublishPaths): Promise<string[]> {
  const run = await readResults(join(paths.run, 'latest.json'));
  await mkdir(paths.results, { recursive: true });
  const written: string[] = [];
  const write = async (path: string, text: string): Promise<void> => {
    await writeFile(path, text);
    written.push(path);
  };
  for (const section of SECTIONS) {
    const part = ofSection(run, section);
    if (part.rows.length === 0) continue;
    await write(join(paths.results, `${section}.json`), `${JSON.stringify(part, null, 2)}\n`);
  }
  const published = await readPublished(paths.results);
  for (const results of published.values()) {
    for (const [name, text] of drawCharts(results)) {
      if (name !== 'overview.svg') await write(join(paths.results, name), text);
    }
  }
  await write(paths.page, withTables(await readFile(paths.page, 'utf8'), published));
  return written;
}

/** The sections that have been published. */
export async function readPublished(directory: string): Promise<PublishedResults> {
  const names: string[] = await readdir(directory).catch(() => []);
  const published = new Map<Section, BenchResults>();
  for (const section of SECTIONS.filter((name) => names.includes(`${name}.json`))) {
    published.set(section, await readResults(join(directory, `${section}.json`)));
  }
  return published;
}

async function readResults(path: string): Promise<BenchResults> {
  const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
  return parsed as BenchResults;
}

function ofSection(results: BenchResults, section: Section): BenchResults {
  const rows = results.rows.filter((row) => row.section === section);
  const ids = new Set(rows.map((row) => row.id));
  return {
    ...results,
    rows,
    participants: results.participants.filter(({ id }) => rows.some((row) => row.values[id] !== undefined)),
    targets: results.targets.filter(({ row }) => ids.has(row)),
    // What a program said before it ended may name files of this machine.
    failures: results.failures
      .filter((failure) => failure.rows.some((id) => ids.has(id)))
      .map((failure) => ({ ...failure, message: failure.message.split('\n', 1)[0] ?? '' })),
  };
}
