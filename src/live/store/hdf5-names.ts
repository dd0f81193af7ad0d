/**
 * The names of the files that a store makes of one: `out.h5`, `out-part2.h5`; of a run `out-run0007.h5`, `out-run0007-part2.h5`;
 * of a later session of a journal `out-session2-run0007.h5`.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** What one series of files holds, part after part. */
export interface SeriesName {
  /** Undefined where all runs go into the same files. */
  readonly run: number | undefined;
  /** From 1. */
  readonly session: number;
}

export function partPath(path: string, { run, session }: SeriesName, part: number): string {
  const [stem, ending] = split(path);
  const ofSession = session === 1 ? '' : `-session${session}`;
  const ofRun = run === undefined ? '' : `-run${String(run).padStart(4, '0')}`;
  return `${stem}${ofSession}${ofRun}${part === 1 ? '' : `-part${part}`}${ending}`;
}

/** Files that a store of this name has made, the first part of each run first. */
export function filesOf(path: string): string[] {
  const folder = dirname(path);
  const [stem, ending] = split(basename(path));
  const numbers = /^(?:-session(?<session>\d+))?(?:-run(?<run>\d{4,}))?(?:-part(?<part>\d+))?$/;
  const found: { name: string; order: number[] }[] = [];
  const isFolder = statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  for (const name of isFolder ? readdirSync(folder) : []) {
    if (name.length < stem.length + ending.length || !name.startsWith(stem) || !name.endsWith(ending))
      continue;
    const groups = numbers.exec(name.slice(stem.length, name.length - ending.length))?.groups;
    if (groups === undefined) continue;
    const order = ['session', 'run', 'part'].map((group) => Number(groups[group] ?? 0));
    found.push({ name, order });
  }
  found.sort((a, b) => compare(a.order, b.order));
  return found.map(({ name }) => join(folder, name));
}

function split(path: string): [stem: string, ending: string] {
  const [, stem = path, ending = ''] = /^(.*?)(\.[^./]+)?$/s.exec(path) ?? [];
  return [stem, ending];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((value, index) => value !== b[index]);
  return place < 0 ? 0 : (a[place] ?? 0) - (b[place] ?? 0);
}
