/**
 * Makes a checkout ready to run, as `npm start`, `npm test` and `npm run bench` call it first: installs the
 * packages of the lock file, compiles what is out of date, and lets `npx parley` find the command. Where there
 * is nothing to do it prints nothing and takes a fraction of a second; else one line for each thing it does.
 *
 *     node tools/setup.mjs            lib/ (the modules of src/, compiled) and dist/ (bundled of them: what users get)
 *     node tools/setup.mjs --tests    these and build/ (the tests and the examples)
 *
 * It runs before anything is installed, so it uses nothing but Node.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PAGE = 'src/live/view/page';
const BUNDLER = ['tools/bundle.mjs', 'tools/bundle/scripts.mjs'];
/** What stands beside the page's code, and is served as it is. */
const PAGE_STYLE = 'live/view/page/style';
/** In what npm prints when it cannot reach its registry. */
const NETWORK_TROUBLE =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ENOTCACHED|network/i;

main();

function main() {
  const withTests = process.argv.includes('--tests');
  process.chdir(ROOT);
  requireNode();
  installPackages();
  linkCommand();
  compile({
    name: 'src',
    // The page of parley/live runs in browsers: a project of its own, with their types.
    projects: ['src', PAGE],
    inputs: ['src'],
    output: (file) => path.join('lib', path.relative('src', file)),
  });
  copyFolder(path.join('src', PAGE_STYLE), path.join('lib', PAGE_STYLE));
  bundle();
  if (withTests) {
    compile({
      name: 'test',
      projects: ['test'],
      inputs: ['test', 'examples'],
      output: (file) => path.join('build', file),
    });
  }
}

function requireNode() {
  const wanted = readJson('package.json').engines.node.replace('>=', '');
  const [major, minor] = wanted.split('.').map(Number);
  const [ourMajor, ourMinor] = process.versions.node.split('.').map(Number);
  if (ourMajor < major || (ourMajor === major && ourMinor < minor)) {
    fail(
      `Cannot run on Node.js ${process.versions.node}: ${wanted} or newer is wanted; install one from your system or nodejs.org.`,
    );
  }
}

// ──────────────────────────────────────────────────────────────────────────────────────────── packages

function installPackages() {
  const reason = packagesMissing();
  if (reason === undefined) return;
  say(`installing the packages of package-lock.json (${reason}) …`);
  // The npm that called us where there is one, so that both are of one version.
  const npm = process.env.npm_execpath;
  const options = ['ci', '--include=dev', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];
  const done =
    npm !== undefined && /npm-cli\.c?js$/.test(npm)
      ? spawnSync(process.execPath, [npm, ...options], { encoding: 'utf8' })
      : spawnSync('npm', options, { encoding: 'utf8' });
  if (done.error !== undefined)
    fail(`Cannot install the packages: npm did not start (${done.error.message}); install npm.`);
  if (done.status !== 0) {
    const output = `${done.stdout}${done.stderr}`.trim();
    fail(
      NETWORK_TROUBLE.test(output)
        ? `${output}\n\nCannot install the packages: npm's registry does not answer. They are needed once: connect this machine to the ` +
            'network (or name a proxy or a mirror to npm: "npm config set registry …") and start again.'
        : `${output}\n\nCannot install the packages: "npm ci" failed, see above.`,
    );
  }
  const still = packagesMissing();
  if (still !== undefined)
    fail(
      `Cannot install the packages: "npm ci" ended well, but ${still}; remove node_modules and start again.`,
    );
}

/** Why node_modules is not what the lock file asks for; undefined where it is. Looks at contents, not at times. */
function packagesMissing() {
  const wanted = readJson('package-lock.json').packages;
  const installed = readJson('node_modules/.package-lock.json')?.packages;
  if (installed === undefined) return 'there are none yet';
  for (const [folder, entry] of Object.entries(wanted)) {
    if (folder === '') continue;
    const found = installed[folder];
    // Optional packages are those of other platforms.
    if (found === undefined && entry.optional === true) continue;
    const name = folder.replace(/^.*node_modules\//, '');
    if (found === undefined || !fs.existsSync(path.join(folder, 'package.json'))) return `${name} is missing`;
    if (found.version !== entry.version) return `${name} is ${found.version}, not ${entry.version}`;
  }
  return undefined;
}

/** npx looks here first; without the link it would install the checkout into a cache of its own. */
function linkCommand() {
  const link = 'node_modules/.bin/parley';
  const target = '../../bin/parley.js';
  let now;
  try {
    now = fs.readlinkSync(link);
  } catch {
    now = undefined;
  }
  if (now !== target) {
    fs.mkdirSync(path.dirname(link), { recursive: true });
    fs.rmSync(link, { force: true });
    fs.symlinkSync(target, link);
  }
  // A checkout unpacked from an archive may have lost the bit.
  if ((fs.statSync('bin/parley.js').mode & 0o111) === 0) fs.chmodSync('bin/parley.js', 0o755);
}

// ────────────────────────────────────────────────────────────────────────────────────────── compilation

/**
 * Compiles one project where its sources are not those of the last compilation that succeeded. The compiler's own
 * answer to that question takes longer than everything else here together, so a stamp remembers it.
 */
function compile({ name, projects, inputs, output }) {
  const sources = inputs.flatMap((folder) => listSources(folder));
  const stampFile = `build/.setup-${name}`;
  const stamp = fingerprint(['src', ...inputs].flatMap((folder) => listSources(folder)));
  const missing = sources.some((file) => !fs.existsSync(compiled(output(file))));
  if (!missing && readText(stampFile) === stamp) return;

  say(`compiling ${inputs.join(', ')} …`);
  fs.rmSync(stampFile, { force: true });
  // The compiler believes its own notes about what it wrote; where somebody removed outputs they are wrong.
  const options = missing && fs.existsSync(`build/.tsbuildinfo-${name}`) ? ['--force'] : [];
  const compiler = 'node_modules/typescript/bin/tsc';
  const done = spawnSync(process.execPath, [compiler, '-b', ...projects, ...options], { encoding: 'utf8' });
  if (done.status !== 0) {
    fail(
      `${done.stdout}${done.stderr}`.trim() +
        `\n\nCannot compile ${inputs.join(', ')}: mend the errors above and start again.`,
    );
  }
  removeStale(sources.map((file) => compiled(output(file))));
  fs.mkdirSync('build', { recursive: true });
  fs.writeFileSync(stampFile, stamp);
}

/** What users get, made of what the compiler has written, where that is not of these modules. */
function bundle() {
  const stampFile = 'build/.setup-bundle';
  const stamp = fingerprint([...BUNDLER, ...listFiles('src')]);
  if (readText(stampFile) === stamp && fs.existsSync('dist/index.js')) return;
  fs.rmSync(stampFile, { force: true });
  const done = spawnSync(process.execPath, [BUNDLER[0]], { encoding: 'utf8' });
  if (done.status !== 0)
    fail(`${done.stdout}${done.stderr}`.trim() + '\n\nCannot bundle lib/ into dist/: see above.');
  fs.writeFileSync(stampFile, stamp);
}

/** Names, sizes and times of all that decides what the compiler would write. */
function fingerprint(sources) {
  const hash = createHash('sha256');
  const settings = ['tsconfig.base.json', 'tsconfig.json', 'src/tsconfig.json', 'test/tsconfig.json'];
  settings.push(`${PAGE}/tsconfig.json`);
  const others = ['package.json', 'node_modules/.package-lock.json', ...settings];
  for (const file of [...new Set([...sources, ...others])].sort()) {
    const { size, mtimeMs } = fs.statSync(file);
    hash.update(`${file} ${size} ${mtimeMs}\n`);
  }
  return hash.digest('hex');
}

/** What a source that is gone has left behind would still be found by imports, run as a test, and be published. */
function removeStale(outputs) {
  const wanted = new Set(outputs);
  const folders = new Set(
    outputs.map((file) =>
      file
        .split(path.sep)
        .slice(0, file.startsWith('build') ? 2 : 1)
        .join(path.sep),
    ),
  );
  for (const folder of folders) {
    for (const file of listFiles(folder)) {
      const script = /^(?<script>.*\.[cm]?js)(\.map)?$/.exec(file)?.groups.script ?? scriptOf(file);
      if (script !== undefined && !wanted.has(script)) fs.rmSync(file, { force: true });
    }
  }
  // The bundle stands between the declarations, and is the bundler's.
  if (!folders.has('lib')) return;
  for (const file of listFiles('dist')) {
    const script = scriptOf(file);
    if (script !== undefined && !wanted.has(script.replace(/^dist/, 'lib'))) fs.rmSync(file, { force: true });
  }
}

/** `lib/model/group.js` for `lib/model/group.d.ts`. */
function scriptOf(file) {
  const { base, kind } = /^(?<base>.*)\.d\.(?<kind>[cm]?)ts$/.exec(file)?.groups ?? {};
  return base === undefined ? undefined : `${base}.${kind}js`;
}

/** Files that are there already, and as new, stay; those whose source is gone go. */
function copyFolder(from, to) {
  fs.mkdirSync(to, { recursive: true });
  const names = fs.readdirSync(from);
  for (const name of names) {
    const [source, target] = [path.join(from, name), path.join(to, name)];
    const isFresh = fs.existsSync(target) && fs.statSync(target).mtimeMs >= fs.statSync(source).mtimeMs;
    if (!isFresh) fs.copyFileSync(source, target);
  }
  for (const name of fs.readdirSync(to))
    if (!names.includes(name)) fs.rmSync(path.join(to, name), { force: true });
}

function compiled(file) {
  return file.replace(/\.([cm]?)tsx?$/, '.$1js');
}

function listSources(folder) {
  return listFiles(folder).filter((file) => /\.[cm]?tsx?$/.test(file) && !/\.d\.[cm]?ts$/.test(file));
}

function listFiles(folder) {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

// ─────────────────────────────────────────────────────────────────────────────────────────────── basics

function readText(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function readJson(file) {
  const text = readText(file);
  return text === undefined ? undefined : JSON.parse(text);
}

function say(text) {
  process.stderr.write(`setup: ${text}\n`);
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}
