/**
 * Runs the compiled tests (build/test/**\/*.test.js, see `tools/setup.mjs --tests`), as a rule each file in a process of its
 * own (tools/test/grouping.mjs), and then looks whether anything is left of them. `npm test -- --help` shows the options.
 *
 * Files without processes of their own run as many at a time as there are cores, files that start processes two at a time, files
 * that say in their header that they want the machine to themselves alone. Passing files take one line, failures are shown whole, and the
 * closing lines are those of Node's own test runner.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

const HELP = `npm test -- [options] [pattern …]      files whose path contains one of the patterns; without, all of the library

      --part NAME    instead, all of "around" (examples, page, documents, benchmark, tools) or of "soak"
  -t, --name REGEX   only tests whose title matches
      --only         only tests marked { only: true }
  -v, --verbose      a line for each test, and what it tells of itself
      --list         show the files, run nothing
      --jobs N       how many files run at a time at most (default: cores)
      --grace MS     how long what a file has started may take to be gone after it (default: 20000)
      --repeat N     run everything N times (default 1), to find what fails seldom
      --folder DIR   where the compiled tests are (default: build/test)

  npm test -- matching               npm test -- runtime/exit -t "exit code"
`;
const ROOT = path.resolve(import.meta.dirname, '..');
/** Tests that are steps of their own (tools/ok.mjs), so that those of the library take minutes. */
const PARTS = { around: /^test\/(?:bench|docs|examples|page|tidy)\//, soak: /^test\/soak\// };

process.exitCode = await main();

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      name: { type: 'string', short: 't' },
      only: { type: 'boolean', default: false },
      part: { type: 'string' },
      verbose: { type: 'boolean', short: 'v', default: false },
      list: { type: 'boolean', default: false },
      jobs: { type: 'string', default: String(os.availableParallelism()) },
      folder: { type: 'string', default: path.join(ROOT, 'build/test') },
      grace: { type: 'string' },
      repeat: { type: 'string', default: '1' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return print(HELP.trimEnd());
  if (values.part !== undefined && !(values.part in PARTS)) {
    print(`There is no part "${values.part}"; there are ${Object.keys(PARTS).join(', ')}.`);
    return 1;
  }
  const files = findFiles(path.resolve(values.folder), positionals, values.part);
  if (files.length === 0) {
    const what = positionals.map((text) => `"${text}"`).join(', ') || `${values.folder}/**/*.test.js`;
    print(`No test file matches ${what}; "npm test -- --list" shows all.`);
    return 1;
  }
  if (values.list) return print(files.map(({ source }) => source).join('\n'));
  process.chdir(ROOT);
  const nodeOptions = [
    ...(values.name === undefined ? [] : [`--test-name-pattern=${values.name}`]),
    ...(values.only ? ['--test-only'] : []),
  ];
  // Its helpers are compiled with the tests.
  const { TestRun } = await import('./test/test-run.mjs');
  const graceMs = values.grace === undefined ? undefined : Number(values.grace);
  const run = new TestRun({
    nodeOptions,
    verbose: values.verbose,
    jobs: Number(values.jobs),
    graceMs,
  });
  return run.all(files, Number(values.repeat));
}

function findFiles(folder, patterns, part) {
  const isOfPart = (source) =>
    part === undefined ? !Object.values(PARTS).some((of) => of.test(source)) : PARTS[part].test(source);
  const isWanted = (source) =>
    patterns.length === 0 ? isOfPart(source) : patterns.some((pattern) => source.includes(pattern));
  return fs
    .readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.test.js'))
    .map((name) => ({
      file: path.join(folder, name),
      source: path.join('test', name.replace(/\.js$/, '.ts')),
    }))
    .filter(({ source }) => isWanted(source))
    .sort((a, b) => (a.source < b.source ? -1 : 1));
}

function print(text) {
  process.stdout.write(`${text}\n`);
  return 0;
}
