/**
 * What a job is, for people who look at it from outside: a small file in its directory, written when the job begins.
 *
 *     <base>/<job>/description     {"kind":"launched","number":0,"since":1763640000000,"programs":[…]}
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Who has made it: `parley run`, a spawn, a process that was started by itself; or it is no job but an agent. */
export type JobKind = 'launched' | 'spawned' | 'single' | 'agent';

/** Processes that run one program. */
export interface DescribedProgram {
  /** As its user has named it. */
  readonly program: string;
  /** Its arguments in one line, cut off where they are long. */
  readonly args: string;
  readonly count: number;
}

export interface JobDescription {
  readonly kind: JobKind;
  /** Of a spawned job: which of its agent's spawns it is, from 1 on; else 0. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** In the order of ranks. */
  readonly programs: readonly DescribedProgram[];
}

const ARGS_CHARACTERS_MAX = 200;
const KINDS: readonly unknown[] = ['launched', 'spawned', 'single', 'agent'] satisfies JobKind[];

const pathIn = (directory: string): string => join(directory, 'description');

export function describeProgram(program: string, args: readonly string[], count: number): DescribedProgram {
  let line = '';
  for (const arg of args) {
    line += line === '' ? arg : ` ${arg}`;
    if (line.length > ARGS_CHARACTERS_MAX)
      return { program, args: `${line.slice(0, ARGS_CHARACTERS_MAX)}…`, count };
  }
  return { program, args: line, count };
}

export function writeJobDescription(
  directory: string,
  kind: JobKind,
  programs: readonly DescribedProgram[],
  number: number = 0,
): void {
  const description: JobDescription = { kind, number, since: Date.now(), programs };
  writeFileSync(pathIn(directory), JSON.stringify(description), { mode: 0o600 });
}

/** What the job of this directory is; null where it is over, or only being made. */
export function readJobDescription(directory: string): JobDescription | null {
  try {
    const value: unknown = JSON.parse(readFileSync(pathIn(directory), 'utf8'));
    return isJobDescription(value) ? value : null;
  } catch {
    return null;
  }
}

/** Whether this is an agent's directory, and no job's. */
export function isAgent(directory: string): boolean {
  const description = readJobDescription(directory);
  // One that is there, and still cannot be read, says nothing.
  return description === null ? existsSync(pathIn(directory)) : description.kind === 'agent';
}

/** The program of a rank. */
export function programOfRank({ programs }: JobDescription, rank: number): DescribedProgram | null {
  let left = rank;
  for (const program of programs) {
    if (left < program.count) return program;
    left -= program.count;
  }
  return null;
}

function isJobDescription(value: unknown): value is JobDescription {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, number, since, programs } = value as Record<string, unknown>;
  return (
    KINDS.includes(kind) &&
    Number.isSafeInteger(number) &&
    typeof since === 'number' &&
    Array.isArray(programs) &&
    programs.every(isDescribedProgram)
  );
}

function isDescribedProgram(value: unknown): value is DescribedProgram {
  if (typeof value !== 'object' || value === null) return false;
  const { program, args, count } = value as Record<string, unknown>;
  return typeof program === 'string' && typeof args === 'string' && Number.isSafeInteger(count);
}
