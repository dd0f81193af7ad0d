/** `parley clean`: ends all jobs of this user on this host, and removes what killed ones have left. */
import { createInterface } from 'node:readline';
import { isatty } from 'node:tty';
import { Option } from 'commander';
import { jobDirectoryBase } from '../../pmi/job-directory.ts';
import { cleanUp, type CleanUp, leftoverJobs, processesToEnd } from '../../runtime/clean-up.ts';
import { livingJobs, surveyJobs } from '../../runtime/job-survey.ts';
import { EXIT_CODE } from '../../runtime/job-cause.ts';
import { loadLibc } from '../../system/libc.ts';
import { parseDuration } from '../duration.ts';
import { jobsTable } from '../jobs-table.ts';
import { print } from '../print.ts';
import { UsageError } from '../usage-error.ts';
import { parseOptions } from './option-parsing.ts';

/** Longer than the grace that launchers give their ranks. */
const GRACE_MS_DEFAULT = 4000;

const COMMAND = {
  name: 'parley clean',
  description:
    'Ends all jobs of this user on this host: asks, waits, kills. Then removes directories, names and shared memory that killed jobs ' +
    'have left. Other users, and processes that no launcher of this user has started, are never touched.',
  options: [
    new Option('--yes', 'do not ask first'),
    new Option('--dry-run', 'only say what would be done'),
    new Option('--grace <time>', 'from asking to killing (4s)'),
  ],
  epilogue: `
Examples:
  parley clean --dry-run
  parley clean --yes
Exit code: 0 nothing is left; 1 something is, or the answer was no; 2 usage.`,
};

/** Runs the command; resolves to the exit code. */
export async function clean(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, COMMAND);
  if ('help' in parsed) {
    await print(process.stdout, parsed.help);
    return 0;
  }
  const grace = parsed.given['grace'];
  const graceMs = typeof grace === 'string' ? parseDuration(grace, '--grace') : GRACE_MS_DEFAULT;
  const base = jobDirectoryBase(process.env, process.getuid?.() ?? 0);
  const { owners, ranks } = processesToEnd(base);
  const running = owners.length + ranks.length;
  if (parsed.given['dryRun'] === true) {
    await print(process.stdout, `${plan(base, running)}\n`);
    return 0;
  }
  if (running > 0 && parsed.given['yes'] !== true && !(await isAgreed(base, running))) {
    await print(process.stdout, 'nothing was ended\n');
    return EXIT_CODE.failure;
  }
  const done = await cleanUp(base, graceMs);
  await print(process.stdout, `${outcome(running, done)}\n`);
  return done.remaining.length === 0 ? 0 : EXIT_CODE.failure;
}

function plan(base: string, running: number): string {
  const leftovers = leftoverJobs(base);
  const lines = [
    running === 0 ? 'nothing to end' : `would end ${processCount(running)}:`,
    ...(running === 0 ? [] : [jobs(base)]),
    ...leftovers.map((path) => `would remove ${path}`),
  ];
  return lines.filter((line) => line !== '').join('\n');
}

function jobs(base: string): string {
  const all = surveyJobs(loadLibc(), base);
  const options = { all, withEnded: false, now: Date.now(), directory: process.cwd() };
  return jobsTable(livingJobs(all), options);
}

async function isAgreed(base: string, running: number): Promise<boolean> {
  if (!isatty(0) || !isatty(1)) {
    throw new UsageError(
      `${processCount(running)} would be ended, and nobody can be asked here: --yes or --dry-run is wanted`,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await new Promise<string | null>((resolve) => {
    // Ctrl-C and Ctrl-D close it, and are an answer, too.
    terminal.once('close', () => {
      resolve(null);
    });
    terminal.question(`${jobs(base)}\nEnd ${processCount(running)} (agents included)? [y/N] `, resolve);
  });
  terminal.close();
  if (answer === null) await print(process.stdout, '\n');
  return /^y(?:es)?$/i.test(answer?.trim() ?? '');
}

function outcome(running: number, { killed, remaining, sweptJobs, sweptNames }: CleanUp): string {
  const ended = running - remaining.length;
  const lines = [
    running === 0
      ? ''
      : `ended ${processCount(ended)}${killed === 0 ? '' : `, ${String(killed)} of them by SIGKILL`}`,
    sweptJobs === 0
      ? ''
      : `removed what ${String(sweptJobs)} killed job${sweptJobs === 1 ? '' : 's'} had left`,
    sweptNames === 0
      ? ''
      : `removed ${String(sweptNames)} name${sweptNames === 1 ? '' : 's'} of ended publishers`,
    remaining.length === 0
      ? ''
      : `cannot end ${remaining.join(', ')}: they do not even end by SIGKILL, so they hang in the kernel`,
  ].filter((line) => line !== '');
  return lines.length === 0 ? 'nothing to clean' : lines.join('\n');
}

const processCount = (count: number): string => `${String(count)} process${count === 1 ? '' : 'es'}`;
