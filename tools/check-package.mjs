/**
 * Checks the package as a user gets it: packs it, looks at what is inside, lets publint judge it, installs it into
 * an empty folder without any development dependency, and there imports it, type-checks a program against it and
 * runs its command.
 *
 *     node tools/check-package.mjs
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

const ROOT = path.resolve(import.meta.dirname, '..');
/** All that is published: code with its maps and types, the C programs of the benchmark, three documents. */
const PUBLISHED = [
  /^bench\/README\.md$/,
  /^package\.json$/,
  /^(README|LICENSE|CHANGELOG)(\.md)?$/,
  /^bin\/[\w-]+\.js$/,
  /^dist\/.+\.(js|js\.map|d\.ts)$/,
  /^dist\/scripts\/.+\.cjs(\.map)?$/,
  // What the page of parley/live looks like.
  /^dist\/live\/view\/page\/style\/[\w-]+\.(css|svg)$/,
  /^bench\/peers\/[\w.-]+\.(c|h|py|sh)$/,
];
const REQUIRED = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'bin/parley.js',
  'dist/index.js',
  'dist/index.d.ts',
  'dist/live/index.js',
  'dist/live/index.d.ts',
  'dist/live/store/hdf5-worker.js',
];
const UNPACKED_BYTES_MAX = 6 * 1024 * 1024;
const RUN_MS = 120_000;
const NETWORK_TROUBLE = /\b(ENOTFOUND|EAI_AGAIN|ECONN\w+|ETIMEDOUT|ENETUNREACH)\b/;

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'parley-package-'));
try {
  const tarball = pack();
  await lint(tarball);
  if (install(tarball)) use();
} catch (error) {
  console.log(`package: ${error.message}`);
  process.exitCode = 1;
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}

function pack() {
  const [{ filename, files, unpackedSize }] = JSON.parse(
    npm(['pack', '--json', '--pack-destination', folder], ROOT),
  );
  const names = files.map((file) => file.path);
  const strange = names.filter((name) => !PUBLISHED.some((pattern) => pattern.test(name)));
  const orphans = names.filter(
    (name) => /^dist\/(?!chunks\/|scripts\/)/.test(name) && !fs.existsSync(sourceOf(name)),
  );
  const missing = REQUIRED.filter((name) => !names.includes(name));
  if (strange.length > 0) throw new Error(`it holds what is not to be published: ${strange.join(', ')}`);
  if (orphans.length > 0)
    throw new Error(`it holds code without a source; remove dist and compile: ${orphans.join(', ')}`);
  if (missing.length > 0) throw new Error(`it lacks ${missing.join(', ')}`);
  if (unpackedSize > UNPACKED_BYTES_MAX)
    throw new Error(`it is ${unpackedSize} bytes where ${UNPACKED_BYTES_MAX} are the most`);
  console.log(`package: ${names.length} files, ${(unpackedSize / 1024).toFixed(0)} KiB`);
  return path.join(folder, filename);
}

/** What publint knows of how packages go wrong, suggestions included. */
async function lint(tarball) {
  const { buffer } = new Uint8Array(fs.readFileSync(tarball));
  const { messages, pkg } = await publint({ pack: { tarball: buffer }, strict: true });
  if (messages.length > 0) throw new Error(messages.map((message) => formatMessage(message, pkg)).join('\n'));
}

function sourceOf(compiled) {
  const name = compiled.replace(/^dist/, 'src').replace(/(\.js\.map|\.js|\.d\.ts)$/, '.ts');
  const source = path.join(ROOT, name);
  return fs.existsSync(source) ? source : `${source}x`;
}

/** False where the dependencies cannot be had: that says nothing about the package. */
function install(tarball) {
  fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const options = ['--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  try {
    npm(['install', ...options, tarball], folder);
    return true;
  } catch (error) {
    if (!NETWORK_TROUBLE.test(error.message)) throw error;
    console.log("package: not installed and used, since npm's registry does not answer");
    return false;
  }
}

function use() {
  const { version, exports } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const entries = Object.keys(exports)
    .filter((name) => !name.endsWith('.json'))
    .map((name) => path.posix.join('parley', name));
  const imports = entries.map((name, index) => `import * as entry${index} from '${name}';`).join('\n');
  const program = `${imports}\nconsole.log(${entries.map((_, index) => `typeof entry${index}`).join(', ')});\n`;
  fs.writeFileSync(path.join(folder, 'program.mjs'), program);
  run(`importing ${entries.join(', ')}`, ['program.mjs'], folder);

  fs.writeFileSync(path.join(folder, 'program.ts'), program);
  const options = [
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    'false',
    '--module',
    'nodenext',
    '--target',
    'es2023',
  ];
  const types = [
    '--lib',
    'es2023,esnext.disposable',
    '--typeRoots',
    path.join(ROOT, 'node_modules/@types'),
    '--types',
    'node',
  ];
  run(
    'type-checking a program',
    [path.join(ROOT, 'node_modules/typescript/bin/tsc'), ...options, ...types, 'program.ts'],
    folder,
  );

  const printed = run('parley --version', ['node_modules/.bin/parley', '--version'], folder);
  if (printed.trim() !== version)
    throw new Error(`"parley --version" printed "${printed.trim()}" where ${version} is wanted`);
}

function npm(args, cwd) {
  const npmScript = process.env.npm_execpath;
  return npmScript !== undefined && /npm-cli\.c?js$/.test(npmScript)
    ? run(`npm ${args[0]}`, [npmScript, ...args], cwd)
    : run(`npm ${args[0]}`, args, cwd, 'npm');
}

/** Standard output; throws with all output where it fails. */
function run(what, args, cwd, command = process.execPath) {
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: RUN_MS });
  if (done.error !== undefined) throw new Error(`${what} did not run: ${done.error.message}`);
  if (done.status !== 0) throw new Error(`${what} failed:\n${`${done.stdout}${done.stderr}`.trim()}`);
  return done.stdout;
}
