/**
 * Runs one compiled test file (or several together) in a process (and a process group) of its own and tells how it went.
 * Everything that the file starts inherits from its environment:
 *
 * - PARLEY_TEST_FILE, a mark by which leftover processes are found, however detached;
 * - PARLEY_SHM_DIR and TMPDIR, folders of this file's own, which must be empty at the end;
 * - NODE_OPTIONS with warnings.cjs, so that a process warning anywhere below fails the file.
 */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { endMarkedProcesses, markedProcesses, waitForNoProcess } from './leftovers.mjs';
import { withSourcePositions } from './source-positions.mjs';

const REPORTER = new URL('reporter.mjs', import.meta.url).href;
const WARNINGS = path.join(import.meta.dirname, 'warnings.cjs');
const COMPILE_CACHE = path.resolve(import.meta.dirname, '../../build/.compile-cache');
/** Longest silence between two events, and longest time for a file: a hang is a failure, not a wait. */
const [SILENCE_MS, FILE_MS] =
  process.env.PARLEY_SOAK === undefined ? [120_000, 240_000] : [1_800_000, 7_200_000];
/** What each file more has where several are read as one. */
const SHARING_FILE_MS = 20_000;
const OUTPUT_BYTES_MAX = 64 * 1024;
/** From here on a test's time stands behind its title. */
const SLOW_TEST_MS = 100;
const COUNTS = ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo'];
/** Node's own remark on a feature that the project uses knowingly. */
const WARNINGS_ALLOWED = [/ExperimentalWarning: Type Stripping/];
/** Caches that tools keep in the temporary folder. */
const TEMPORARY_ALLOWED = [/^tsx-\d+$/, /^node-compile-cache$/, /^v8-compile-cache/];

/**
 * @param {{ words: string[], mark: string, nodeOptions: string[], graceMs?: number, onTest?: (line: string) => void }} options
 *   `words` are the file, and its arguments; `mark` is a file name that nobody else uses; `nodeOptions` are extra options such
 *   as --test-only; what is still there after the grace is left over.
 */
export async function runFile({ words, mark, nodeOptions, graceMs, onTest }) {
  const folder = path.join(os.tmpdir(), mark);
  const temporary = path.join(folder, 't');
  const warningsFile = path.join(folder, 'warnings');
  const sharedMemory = path.join('/dev/shm', mark);
  fs.mkdirSync(temporary, { recursive: true });
  fs.mkdirSync(sharedMemory, { mode: 0o700 });
  const started = performance.now();
  const environment = {
    ...process.env,
    PARLEY_TEST_FILE: mark,
    PARLEY_SHM_DIR: sharedMemory,
    TMPDIR: temporary,
    PARLEY_TEST_WARNINGS: warningsFile,
    // From 22.1 on Node keeps there what it has compiled, for the thousands of short processes.
    NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? COMPILE_CACHE,
    // Most programs here end before what the compiler does for long ones has paid.
    PARLEY_COMPILER: process.env.PARLEY_COMPILER ?? 'default',
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} --require "${WARNINGS}"`.trim(),
  };
  delete environment.FORCE_COLOR;
  // Node reads more certificates at its start where it is told to, which takes three times as long as the rest of that; no
  // test leaves the host.
  delete environment.NODE_EXTRA_CA_CERTS;
  const child = spawn(
    process.execPath,
    [`--test-reporter=${REPORTER}`, '--test-reporter-destination=stdout', ...nodeOptions, ...words],
    { env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
  );
  const output = collect(child);
  const watch = watchEvents(child, onTest);
  const limitMs = FILE_MS + (words.length - 1) * SHARING_FILE_MS;
  let hang;
  const timer = setInterval(() => {
    if (hang !== undefined) return;
    const now = performance.now();
    if (now - started > limitMs) hang = `the file did not end within ${limitMs / 1000} s`;
    else if (now - watch.lastEvent > SILENCE_MS) hang = `the file said nothing for ${SILENCE_MS / 1000} s`;
    if (hang === undefined) return;
    hang = { title: hang, processes: shown(markedProcesses(mark)) };
    endMarkedProcesses(mark);
  }, 500);
  const { code, signal } = await ended(child);
  clearInterval(timer);

  const { counts, failures, skipped } = watch;
  const result = {
    counts,
    failures,
    skipped,
    output: withSourcePositions(output.text()),
    ms: performance.now() - started,
  };
  const problem = (title, error) => {
    failures.push({ title, error });
    counts.tests += 1;
    counts.fail += 1;
  };
  const running = `while running: ${[...watch.active].join(', ') || 'no test that had told of itself'}`;
  if (hang !== undefined) {
    problem(hang.title, `${running}\nprocesses at that time:\n${hang.processes}`);
  } else {
    if (code !== 0 && failures.length === 0) {
      problem(`the file ended with ${signal ?? `exit code ${code}`}`, running);
    } else if (counts.tests === 0 && skipped.length === 0 && nodeOptions.length === 0) {
      problem('the file holds no test', 'each file test/**/*.test.ts calls test() or it()');
    }
    await checkLeftovers({ mark, temporary, sharedMemory, graceMs }, problem);
  }
  const warnings = readWarnings(warningsFile);
  if (warnings !== '') problem('a process warned', warnings);
  removeTraces(mark);
  return result;
}

async function checkLeftovers({ mark, temporary, sharedMemory, graceMs }, problem) {
  const processes = await waitForNoProcess(mark, graceMs);
  if (processes.length > 0) problem('processes are left', shown(processes));
  endMarkedProcesses(mark);
  const segments = fs.readdirSync(sharedMemory, { recursive: true });
  if (segments.length > 0) problem('files are left in shared memory', segments.join('\n'));
  const files = fs
    .readdirSync(temporary)
    .filter((name) => !TEMPORARY_ALLOWED.some((pattern) => pattern.test(name)));
  if (files.length > 0) problem('files are left in the temporary folder', files.join('\n'));
}

function shown(processes) {
  return processes.map(({ pid, command }) => `${pid} ${command}`).join('\n');
}

/** Ends the processes of a file that was run under this mark and removes its folders. */
export function removeTraces(mark) {
  endMarkedProcesses(mark);
  for (const folder of [os.tmpdir(), '/dev/shm'])
    fs.rmSync(path.join(folder, mark), { recursive: true, force: true });
}

function collect(child) {
  const chunks = [];
  let size = 0;
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      // The end of an output says most; what came long before is dropped.
      chunks.push(chunk);
      size += chunk.length;
      while (size > OUTPUT_BYTES_MAX && chunks.length > 1) size -= chunks.shift().length;
    });
  }
  return { text: () => Buffer.concat(chunks).toString() };
}

function watchEvents(child, onTest) {
  const titles = [];
  const counts = Object.fromEntries(COUNTS.map((name) => [name, 0]));
  const watch = { counts, failures: [], skipped: [], active: new Set(), lastEvent: performance.now() };
  const pathOf = ({ nesting, name }) => [...titles.slice(0, nesting), name].join(' › ');
  createInterface({ input: child.stdio[3] }).on('line', (line) => {
    const event = JSON.parse(line);
    watch.lastEvent = performance.now();
    if (event.type === 'test:dequeue') watch.active.add(event.name);
    if (event.type === 'test:complete') watch.active.delete(event.name);
    if (event.type === 'test:start') titles[event.nesting] = event.name;
    // Node counts the tests of a suite that is skipped nowhere.
    if (event.type === 'test:pass' && event.skip) watch.skipped.push(`${pathOf(event)}: ${event.skip}`);
    if (event.type === 'test:pass') onTest?.(`${event.skip ? '﹣' : '✔'} ${pathOf(event)}${took(event)}`);
    if (event.type === 'test:fail') {
      onTest?.(`${event.todo ? '﹣' : '✘'} ${pathOf(event)}${took(event)}`);
      // A parent that fails by its child alone would say everything twice.
      if (!event.todo && event.failure !== 'subtestsFailed') {
        watch.failures.push({ title: pathOf(event), error: event.error });
      }
    }
    if (event.type === 'test:diagnostic') {
      const [, name, number] = /^(\w+) ([\d.]+)$/.exec(event.message) ?? [];
      // What a test tells of itself has other words.
      if (name === undefined) onTest?.(`ℹ ${event.message}`);
      else if (event.nesting === 0 && name in counts) counts[name] += Number(number);
    }
  });
  return watch;
}

/** Only of what takes long. */
function took({ ms }) {
  return ms < SLOW_TEST_MS ? '' : ` (${(ms / 1000).toFixed(1)} s)`;
}

function ended(child) {
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: 1, signal: error.message }));
    let exit;
    child.on('exit', (code, signal) => {
      exit = { code, signal };
      // A leftover that holds the pipes must not keep us: it is found and ended by its mark.
      setTimeout(() => resolve(exit), 2000).unref();
    });
    child.on('close', () => resolve(exit ?? { code: 1, signal: null }));
  });
}

function readWarnings(file) {
  if (!fs.existsSync(file)) return '';
  return fs
    .readFileSync(file, 'utf8')
    .split('\0')
    .filter((text) => text !== '' && !WARNINGS_ALLOWED.some((pattern) => pattern.test(text)))
    .join('')
    .trim();
}
