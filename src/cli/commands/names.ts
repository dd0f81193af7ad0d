/** `parley names`: the names under which ports are published. */
import { basename } from 'node:path';
import { Option } from 'commander';
import { jobDirectoryBase } from '../../pmi/job-directory.ts';
import { namesInDirectory, type PublishedName } from '../../pmi/name-directory.ts';
import { findRank, type JobView, surveyJobs } from '../../runtime/job-survey.ts';
import { loadLibc } from '../../system/libc.ts';
import { formatAge } from '../duration.ts';
import { print } from '../print.ts';
import { parseOptions } from './option-parsing.ts';

const COMMAND = {
  name: 'parley names',
  description:
    'Lists the names under which the processes of this user on this host have published ports. A name vanishes with its publisher.',
  options: [new Option('--json', 'as JSON, with the whole port')],
  epilogue: `
Examples:
  parley names
  parley names --json | jq -r '.[] | select(.service == "ocean").port'
Exit code: 0, also where there is none; 2 usage.`,
};

/** Runs the command; resolves to the exit code. */
export async function names(args: readonly string[]): Promise<number> {
  const parsed = parseOptions(args, COMMAND);
  if ('help' in parsed) {
    await print(process.stdout, parsed.help);
    return 0;
  }
  const base = jobDirectoryBase(process.env, process.getuid?.() ?? 0);
  const found = namesInDirectory(base);
  const jobs = found.length === 0 ? [] : surveyJobs(loadLibc(), base);
  await print(
    process.stdout,
    `${parsed.given['json'] === true ? asJson(found, jobs) : asText(found, jobs)}\n`,
  );
  return 0;
}

function asText(found: readonly PublishedName[], jobs: readonly JobView[]): string {
  if (found.length === 0) return 'no names';
  const rows = found.map((name) => [
    JSON.stringify(name.service),
    shortPort(name.port),
    `pid ${String(name.process.pid)}`,
    basename(programOf(name, jobs)),
    `${formatAge(Date.now() - name.since)} ago`,
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function asJson(found: readonly PublishedName[], jobs: readonly JobView[]): string {
  const shown = found.map((name) => {
    const { service, port, publisher, process: identity, since } = name;
    return { service, port, publisher, pid: identity.pid, program: programOf(name, jobs), since };
  });
  return JSON.stringify(shown, null, 2);
}

const programOf = ({ publisher }: PublishedName, jobs: readonly JobView[]): string =>
  findRank(jobs, publisher)?.rank.program ?? '';

/** Without its secret: the beginning of who has opened it, and its number there. */
function shortPort(port: string): string {
  const { version, owner, id } =
    /^parley:(?<version>\d+):(?<owner>[0-9a-f]{8})[^:]*:(?<id>[^:]*)/.exec(port)?.groups ?? {};
  return version === undefined ? 'unknown port' : `parley:${version}:${String(owner)}…:${String(id)}`;
}
