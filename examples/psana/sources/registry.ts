/**
 * Which source a command line names: the first key of `key=value:key=value` says of what kind it is. To add a kind, add
 * a line to SOURCES.
 */
import { openNpySource } from './npy-run.ts';
import { openSimulation } from './simulated-run.ts';
import type { Source } from './source.ts';

interface SourceKind {
  readonly key: string;
  readonly usage: string;
  open(specification: string, seed: number): Promise<Source>;
}

const SOURCES: readonly SourceKind[] = [
  { key: 'exp', usage: 'exp=NAME:run=N (simulated frames; also run=54,60-62)', open: openExperiment },
  { key: 'file', usage: 'file=FRAMES.npy (frames from a file)', open: openFile },
];

/** The source that this specification names, e.g. "exp=xpptut15:run=54" or "file=frames.npy". */
export async function openSource(specification: string, seed: number): Promise<Source> {
  const key = specification.slice(0, Math.max(0, specification.indexOf('=')));
  const kind = SOURCES.find((source) => source.key === key);
  if (kind === undefined) {
    const known = SOURCES.map((source) => source.usage).join(' or ');
    throw new Error(
      `Cannot open source "${specification}": no kind of source is called so; wanted is ${known}`,
    );
  }
  return await kind.open(specification, seed);
}

async function openFile(specification: string): Promise<Source> {
  const file = specification.slice('file='.length);
  if (file === '')
    throw new Error(`Cannot open source "${specification}": a file name is wanted, as in file=frames.npy`);
  return await openNpySource(file);
}

async function openExperiment(specification: string, seed: number): Promise<Source> {
  const match = /^exp=([A-Za-z0-9_-]+):run=([0-9,-]+)$/.exec(specification);
  const [, experiment, list] = match ?? [];
  const runs = list === undefined ? undefined : parseRuns(list);
  if (experiment === undefined || runs === undefined) {
    throw new Error(
      `Cannot open source "${specification}": wanted is exp=NAME:run=N, as in exp=xpptut15:run=54`,
    );
  }
  return await Promise.resolve(openSimulation(experiment, runs, seed));
}

const RUNS_MAX = 1000;

/** "60-62,54" as 54, 60, 61, 62: runs follow each other in rising order. Undefined where it is no such list. */
function parseRuns(list: string): number[] | undefined {
  const runs = new Set<number>();
  for (const part of list.split(',')) {
    const match = /^(\d{1,9})(?:-(\d{1,9}))?$/.exec(part);
    if (match === null) return undefined;
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (last < first || last - first >= RUNS_MAX) return undefined;
    for (let run = first; run <= last; run++) runs.add(run);
  }
  return [...runs].sort((a, b) => a - b);
}
