/** One process of a job: starts it in a process group of its own and hands out the ends of its pipes. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { Libc } from '../system/libc.ts';
import { pipeFromProcess, pipeToProcess } from './named-pipe.ts';
import type { ResolvedProgram } from './program-resolution.ts';

/** Everything that the start of one process needs. */
export interface RankPlan {
  readonly rank: number;
  readonly program: ResolvedProgram;
  readonly args: readonly string[];
  readonly variables: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
  /** Whether the agent feeds its standard input; it is empty otherwise. */
  readonly hasInput: boolean;
  /** Files for its output; null where the agent reads it. */
  readonly outputFiles: { readonly stdout: string; readonly stderr: string } | null;
}

/** How a process ended. */
export interface RankExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A started process. */
export interface RankProcess {
  readonly rank: number;
  readonly pid: number;
  readonly stdin: Socket | null;
  readonly stdout: Socket | null;
  readonly stderr: Socket | null;
  /** Leads to its descriptor 3; null where none was asked for. */
  readonly control: ControlEnd | null;
}

/** The agent's end of what nobody but it and the process holds. */
export type ControlEnd = Readable & Writable;

/** What the agent wants to hear of a process. */
export interface RankObserver {
  /** It runs: called before {@link startRank} returns. */
  started(process: RankProcess): void;
  exited(exit: RankExit): void;
  /** It never ran. May be called before {@link startRank} returns. */
  failed(error: NodeJS.ErrnoException): void;
}

/** Starts a process. `directory` is where its pipes are made; `withControl` gives it a descriptor 3 as well. */
export function startRank(
  libc: Libc,
  directory: string,
  plan: RankPlan,
  observer: RankObserver,
  withControl: boolean = false,
): void {
  const ours: Partial<Record<'stdin' | 'stdout' | 'stderr', number>> = {};
  const theirs: number[] = [];
  const pipe = (name: 'stdin' | 'stdout' | 'stderr'): number => {
    const open = name === 'stdin' ? pipeToProcess : pipeFromProcess;
    const ends = open(libc, join(directory, `${name}-${plan.rank}`));
    ours[name] = ends.ours;
    theirs.push(ends.theirs);
    return ends.theirs;
  };
  const file = (path: string): number => {
    const descriptor = openSync(path, 'w');
    theirs.push(descriptor);
    return descriptor;
  };

  let child: ChildProcess;
  try {
    child = spawn(plan.program.file, [...plan.program.leadingArgs, ...plan.args], {
      argv0: plan.program.argv0,
      cwd: plan.workingDirectory,
      env: plan.variables,
      detached: true,
      stdio: [
        plan.hasInput ? pipe('stdin') : 'ignore',
        plan.outputFiles === null ? pipe('stdout') : file(plan.outputFiles.stdout),
        plan.outputFiles === null ? pipe('stderr') : file(plan.outputFiles.stderr),
        ...(withControl ? (['pipe'] as const) : []),
      ],
    });
  } catch (error) {
    Object.values(ours).forEach(closeSync);
    theirs.forEach(closeSync);
    observer.failed(error as NodeJS.ErrnoException);
    return;
  }
  theirs.forEach(closeSync);

  // A failed start has no pid; its error comes as an event.
  child.on('error', (error) => {
    if (child.pid === undefined) observer.failed(error);
  });
  child.on('exit', (code, signal) => {
    observer.exited({ code, signal });
  });
  if (child.pid === undefined) {
    Object.values(ours).forEach(closeSync);
    return;
  }
  observer.started({
    rank: plan.rank,
    pid: child.pid,
    stdin: ours.stdin === undefined ? null : new Socket({ fd: ours.stdin, readable: false, writable: true }),
    stdout: reader(ours.stdout),
    stderr: reader(ours.stderr),
    control: withControl ? (child.stdio[3] as ControlEnd) : null,
  });
}

function reader(descriptor: number | undefined): Socket | null {
  return descriptor === undefined ? null : new Socket({ fd: descriptor, readable: true, writable: false });
}
