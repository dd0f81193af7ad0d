/** `parley run`: starts a job on this host, watches over it, and ends with its exit code. */
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { MPIError } from '../../errors/mpi-error.ts';
import { EXIT_CODE } from '../../runtime/job-cause.ts';
import type { JobReport, JobResult } from '../../runtime/job-report.ts';
import { GRACE_MS_DEFAULT, jobSize, type JobSpec } from '../../runtime/job-spec.ts';
import { launchJob } from '../../runtime/launch-job.ts';
import { LaunchError } from '../../runtime/launch-error.ts';
import { runningNode } from '../../pmi/node-runtime.ts';
import type { OutputPort } from '../../runtime/rank-output.ts';
import type { RunningJob } from '../../runtime/running-job.ts';
import { reportMessage, resultMessage } from '../job-messages.ts';
import { connectSignals } from '../job-signals.ts';
import { type OutputEnd, outputEnds } from '../../runtime/output/output-end.ts';
import { rankLabel, wantsColours } from '../../runtime/output/rank-label.ts';
import { print } from '../print.ts';
import { parseRunArguments, type RunArguments } from '../run-arguments.ts';
import { writeJobStatus, writeLaunchFailure } from '../status-file.ts';
import { launcherInput } from '../terminal-input.ts';

/** Runs the command; resolves to the exit code. */
export async function run(args: readonly string[]): Promise<number> {
  const defaults = { cores: availableParallelism(), variables: process.env };
  const options = parseRunArguments(args, defaults);
  if ('help' in options) {
    await print(process.stdout, `${options.help}\n`);
    return 0;
  }
  const spec = jobSpec(options);
  const ends = outputEnds(isatty(1), isatty(2));
  let job: RunningJob;
  try {
    job = launchJob(spec, {
      output: {
        stdout: outputPort(process.stdout, isatty(1), ends.stdout, options.label, jobSize(spec)),
        stderr: outputPort(process.stderr, isatty(2), ends.stderr, options.label, jobSize(spec)),
      },
      spawnedOutput: (number) => ({
        stdout: outputPort(process.stdout, isatty(1), ends.stdout, options.label, Infinity, number),
        stderr: outputPort(process.stderr, isatty(2), ends.stderr, options.label, Infinity, number),
      }),
      input: launcherInput,
      report: tell,
    });
  } catch (error) {
    return await launchFailed(error, options.statusFile);
  }
  connectSignals(job, () => {
    tell({ type: 'status', jobs: job.status() }, job);
  });
  const result = await job.result;
  const message = resultMessage(result);
  if (message !== null) job.note(message);
  if (options.statusFile !== null) saveStatus(options.statusFile, result, job);
  await job.flush();
  return result.exitCode;
}

function jobSpec(options: RunArguments): JobSpec {
  return {
    job: randomBytes(16).toString('hex'),
    groups: options.groups,
    slots: options.slots,
    oversubscribe: options.oversubscribe,
    warm: options.warm,
    node: runningNode(),
    keepGoing: options.keepGoing,
    timeLimitMs: options.timeLimitMs,
    graceMs: options.graceMs ?? GRACE_MS_DEFAULT,
    stdin: options.stdin,
    outputDirectory: options.outputDirectory,
    variables: process.env,
    workingDirectory: process.cwd(),
    origin: null,
  };
}

function outputPort(
  target: Writable,
  isTerminal: boolean,
  end: OutputEnd,
  label: boolean | null,
  size: number,
  job: number = 0,
): OutputPort {
  const labelled = label ?? (isTerminal && size > 1);
  return {
    target,
    isTerminal,
    end,
    label: labelled ? rankLabel(isTerminal && wantsColours(process.env), job) : null,
  };
}

function tell(report: JobReport, job: RunningJob): void {
  job.note(reportMessage(report));
}

async function launchFailed(error: unknown, statusFile: string | null): Promise<number> {
  if (!(error instanceof LaunchError || error instanceof MPIError)) throw error;
  const exitCode = error instanceof LaunchError ? error.exitCode : EXIT_CODE.failure;
  await print(process.stderr, `parley: ${error.message}\n`);
  if (statusFile !== null) writeLaunchFailure(statusFile, exitCode, error.message);
  return exitCode;
}

function saveStatus(path: string, result: JobResult, job: RunningJob): void {
  try {
    writeJobStatus(path, result);
  } catch (error) {
    job.note(`parley: cannot write the status file: ${(error as Error).message}`);
  }
}
