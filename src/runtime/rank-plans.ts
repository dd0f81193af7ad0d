/** From what was asked for to the start of each rank: programs are found, directories checked, variables set. */
import { mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { JOB_VARIABLE, encodeJobEnvironment } from '../pmi/job-environment.ts';
import type { JobDirectory } from '../pmi/job-directory.ts';
import { EXIT_CODE } from './job-cause.ts';
import { jobSize, type JobSpec, type ProgramGroup, universeSizeOf } from './job-spec.ts';
import { LaunchError } from './launch-error.ts';
import type { NodeRuntime } from '../pmi/node-runtime.ts';
import { resolveProgram, type ResolvedProgram } from './program-resolution.ts';
import type { RankPlan } from './rank-process.ts';

/** A group of which everything was found. */
export interface ResolvedGroup {
  readonly group: ProgramGroup;
  readonly program: ResolvedProgram;
  readonly workingDirectory: string;
}

/** Finds what the job needs; throws {@link LaunchError} before anything is started. */
export function resolveGroups(spec: JobSpec, node: NodeRuntime): ResolvedGroup[] {
  return spec.groups.map((group) => ({
    group,
    program: resolveProgram(
      group.program,
      {
        first: group.path,
        directory: spec.workingDirectory,
        path: group.variables['PATH'] ?? spec.variables['PATH'],
      },
      node,
    ),
    workingDirectory: resolveDirectory(spec, group),
  }));
}

/** Makes the directory for the ranks' output files, where one is wanted. */
export function makeOutputDirectory(spec: JobSpec): void {
  if (spec.outputDirectory === null) return;
  const directory = resolve(spec.workingDirectory, spec.outputDirectory);
  try {
    mkdirSync(directory, { recursive: true });
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new LaunchError(EXIT_CODE.usage, `cannot make the output directory "${directory}": ${code}`, {
      cause: error,
    });
  }
}

/** The start of each rank, in the order of ranks. */
export function planRanks(
  spec: JobSpec,
  groups: readonly ResolvedGroup[],
  place: {
    readonly agent: string;
    readonly directory: JobDirectory;
    readonly ringBytes: number;
    readonly agentPid: number;
  },
): RankPlan[] {
  const size = jobSize(spec);
  const plans: RankPlan[] = [];
  groups.forEach(({ group, program, workingDirectory }, appNumber) => {
    for (let count = 0; count < group.count; count++) {
      const rank = plans.length;
      plans.push({
        rank,
        program,
        args: group.args,
        workingDirectory,
        variables: {
          ...spec.variables,
          ...(group.workingDirectory === null ? {} : { PWD: workingDirectory }),
          ...group.variables,
          ...encodeJobEnvironment({
            agent: place.agent,
            job: place.directory.job,
            directory: place.directory.path,
            rank,
            size,
            appNumber,
            universeSize: spec.origin?.universeSize ?? universeSizeOf(spec),
            ringBytes: place.ringBytes,
            agentPid: place.agentPid,
            spawned: spec.origin !== null,
            errorHandler: spec.origin?.errorHandler ?? '',
          }),
        },
        hasInput: spec.stdin === 'all' || spec.stdin === rank,
        outputFiles: outputFiles(spec, rank),
      });
    }
  });
  return plans;
}

/** A text that the environment of each process of an agent contains, and no other process'. */
export function agentMark(agent: string): string {
  return `${JOB_VARIABLE}={"agent":"${agent}"`;
}

function outputFiles(spec: JobSpec, rank: number): RankPlan['outputFiles'] {
  if (spec.outputDirectory === null) return null;
  const base = join(resolve(spec.workingDirectory, spec.outputDirectory), `rank.${rank}`);
  return { stdout: `${base}.out`, stderr: `${base}.err` };
}

function resolveDirectory(spec: JobSpec, group: ProgramGroup): string {
  const directory = resolve(spec.workingDirectory, group.workingDirectory ?? '.');
  let isDirectory = false;
  try {
    isDirectory = statSync(directory).isDirectory();
  } catch {
    // There is none.
  }
  if (!isDirectory) {
    throw new LaunchError(
      EXIT_CODE.usage,
      `cannot start "${group.program}" in the working directory "${directory}": there is no such directory`,
    );
  }
  return directory;
}
