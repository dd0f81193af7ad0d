/**
 * `npm run ok`: everything that must hold before a change is done, in the order in which it is quickest to learn
 * what is wrong. Stops at the first failure, whose output it shows, and ends with a table of times.
 *
 *     npm run ok                       all of it
 *     npm run ok -- --all              goes on after failures
 *     npm run ok -- --without-tests    where the tests have just been run
 *     npm run ok -- lint tidy          these steps only
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '..');
const bin = (name) => path.join('node_modules', name);

const STEPS = [
  { name: 'types', what: 'packages installed, everything compiled', command: ['tools/setup.mjs', '--tests'] },
  {
    name: 'format',
    what: 'prettier',
    command: [bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'],
  },
  {
    name: 'contract',
    what: 'public types against the contract, where there is one',
    command: ['tools/check-contract.mjs'],
  },
  {
    name: 'standard',
    what: 'docs/standard.md tells what there is',
    command: ['tools/standard.mjs', '--check'],
  },
  { name: 'tidy', what: 'layers, dead code, shape of files', command: ['tools/tidy.mjs'] },
  {
    name: 'lint',
    what: 'eslint with types',
    command: [bin('eslint/bin/eslint.js'), '--max-warnings', '0', '.'],
  },
  {
    name: 'tests',
    what: 'all tests of the library',
    command: ['tools/test.mjs'],
    live: true,
  },
  {
    name: 'around',
    what: 'examples, the page in a browser, programs of the documents, tiny benchmarks, tools',
    command: ['tools/test.mjs', '--part', 'around'],
    live: true,
  },
  {
    name: 'soak',
    what: 'kills at random moments, and runs long enough to show what grows',
    command: ['tools/test.mjs', '--part', 'soak'],
    live: true,
  },
  { name: 'package', what: 'the packed package, installed and used', command: ['tools/check-package.mjs'] },
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { all: { type: 'boolean', default: false }, 'without-tests': { type: 'boolean', default: false } },
});
const unknown = positionals.filter((name) => !STEPS.some((step) => step.name === name));
if (unknown.length > 0) {
  console.error(
    `There is no step "${unknown.join('", "')}"; there are ${STEPS.map(({ name }) => name).join(', ')}.`,
  );
  process.exit(1);
}

process.chdir(ROOT);
const rows = [];
for (const step of STEPS) {
  if (positionals.length > 0 && !positionals.includes(step.name)) continue;
  if (values['without-tests'] && step.name === 'tests') continue;
  const started = performance.now();
  const good = run(step);
  rows.push({ ...step, good, seconds: (performance.now() - started) / 1000 });
  if (!good && !values.all) break;
}
console.log('');
for (const { name, what, good, seconds } of rows) {
  console.log(`${good ? '✔' : '✘'} ${name.padEnd(9)} ${seconds.toFixed(1).padStart(6)} s  ${what}`);
}
process.exitCode = rows.every(({ good }) => good) ? 0 : 1;

function run({ name, command, live }) {
  console.log(`── ${name}`);
  const done = spawnSync(process.execPath, command, { stdio: live ? 'inherit' : 'pipe', encoding: 'utf8' });
  const output = live ? '' : `${done.stdout}${done.stderr}`.trim();
  if (output !== '' && (done.status !== 0 || name === 'contract' || name === 'package')) console.log(output);
  return done.status === 0;
}
