/** `parley ps`: the jobs of this user on this host, and what each rank does. */
import { Option } from 'commander';
import { jobDirectoryBase } from '../../pmi/job-directory.ts';
import { livingJobs, surveyJobs } from '../../runtime/job-survey.ts';
import { loadLibc } from '../../system/libc.ts';
import { circlesIn, jobsTable } from '../jobs-table.ts';
import { print } from '../print.ts';
import { parseOptions } from './option-parsing.ts';

const COMMAND = {
  name: 'parley ps',
  description:
    'Lists the jobs of this user on this host: each rank with its process id, its program, what it does with the ' +
    'processor, and what it waits for, from whom, since when, and where in its source.',
  options: [
    new Option('--all', 'also agents, ranks that have ended, and what killed jobs have left'),
    new Option('--json', 'as JSON'),
  ],
  epilogue: `
Examples:
  parley ps              who waits for whom
  parley ps --json | jq '.jobs[].ranks[] | select(.cpu == "stopped").pid'
A rank that computes is "running"; one that hangs because it was stopped is
"STOPPED"; one that waits says for what. Nobody is asked or disturbed for that.
Exit code: 0, also where nothing runs; 2 usage.`,
};

/** Runs the command; resolves to the exit code. */
export async function ps(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, COMMAND);
  if ('help' in parsed) {
    await print(process.stdout, parsed.help);
    return 0;
  }
  const all = parsed.given['all'] === true;
  const json = parsed.given['json'] === true;
  const seen = surveyJobs(loadLibc(), jobDirectoryBase(process.env, process.getuid?.() ?? 0));
  const jobs = all ? seen : livingJobs(seen);
  await print(process.stdout, `${json ? asJson(jobs) : asText(jobs, seen, all)}\n`);
  return 0;
}

type Jobs = ReturnType<typeof surveyJobs>;

function asText(jobs: Jobs, seen: Jobs, all: boolean): string {
  if (jobs.length === 0) return 'no jobs';
  return jobsTable(jobs, { all: seen, withEnded: all, now: Date.now(), directory: process.cwd() });
}

function asJson(jobs: Jobs): string {
  const shown = jobs.map(({ owner, ...job }) => ({ ...job, ownerPid: owner.pid }));
  return JSON.stringify({ jobs: shown, circles: circlesIn(jobs) }, null, 2);
}
