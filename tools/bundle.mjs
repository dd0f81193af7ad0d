/**
 * Makes dist/ of lib/: few files that load fast, of the compiled modules, one for each source. A process that imports
 * the package's hundreds of modules one by one spends most of its start on that, and whoever spawns waits for it.
 *
 *     node tools/bundle.mjs
 *
 * A file of dist/ stands where its module stands in lib/, for the modules that somebody starts or imports by name: the
 * package's exports, its command, and each that code names by `new URL('….js', import.meta.url)`. What these share is
 * in dist/scripts/, as scripts (bundle/scripts.mjs), and in dist/chunks/ what can only be a module. There `import.meta.url` stays what it would be in the module's own place, so that paths that are
 * relative to it stay true.
 *
 * The page of parley/live is served to browsers file by file, as it is compiled.
 */
import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { makeScripts } from './bundle/scripts.mjs';

const ROOT = path.resolve(import.meta.dirname, '..');
const LIB = path.join(ROOT, 'lib');
const DIST = path.join(ROOT, 'dist');
/** Folders that browsers read. */
const SERVED = ['live/view/page', 'live/view/wire'];
/** Its imports stay those of other files: it is about the order in which they are evaluated. */
const KEEPS_ITS_IMPORTS = 'linked-entry.js';
const PROGRAM_URL = /\bnew URL\(\s*'(\.[^']+\.js)',\s*import\.meta\.url\s*\)/g;
const MODULE_URL = /\bimport\.meta\.url\b/g;
const PLACE = /"place of (?<module>[^"]+) in dist"/g;

const modules = listModules();
const written = new Set();
const bundled = (await bundle(entriesOf(modules))).map(({ path: file, text }) => ({
  path: path.relative(DIST, file),
  text: placeModules(file, text),
}));
for (const { path: file, text } of makeScripts(bundled, ROOT)) write(path.join(DIST, file), text);
for (const folder of SERVED) copy(folder);
removeOthers();
// What was kept of scripts that are no more.
fs.rmSync(path.join(ROOT, '.cache'), { recursive: true, force: true });

function listModules() {
  return fs
    .readdirSync(LIB, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.js') && !SERVED.some((folder) => name.startsWith(folder)));
}

/** Paths in lib/. */
function entriesOf(names) {
  const { exports } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
  const entries = new Set(['cli/main.js', 'loading/script-loader.js']);
  for (const entry of Object.values(exports))
    if (typeof entry === 'object') entries.add(path.relative('dist', entry.default));
  for (const name of names) {
    const text = fs.readFileSync(path.join(LIB, name), 'utf8');
    for (const [, target] of text.matchAll(PROGRAM_URL)) entries.add(path.join(path.dirname(name), target));
    if (name === KEEPS_ITS_IMPORTS)
      for (const [, target] of text.matchAll(/^import '(.+)';$/gm)) entries.add(path.normalize(target));
  }
  // Programs outside of lib/, such as the command, are where they are.
  return [...entries].filter((entry) => !entry.startsWith('..'));
}

async function bundle(entries) {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: entries.map((entry) => path.join('lib', entry)),
    outbase: 'lib',
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.19',
    packages: 'external',
    keepNames: false,
    sourcemap: 'linked',
    logLevel: 'warning',
    write: false,
    plugins: [{ name: 'modules-in-place', setup: keepPlaces }],
  });
  return outputFiles;
}

function keepPlaces(bundler) {
  bundler.onResolve({ filter: /^\./ }, ({ path: target, importer }) =>
    importer === path.join(LIB, KEEPS_ITS_IMPORTS) ? { path: target, external: true } : undefined,
  );
  bundler.onLoad({ filter: /\.js$/ }, ({ path: file }) => {
    const place = JSON.stringify(`place of ${path.relative(LIB, file)} in dist`);
    const contents = fs
      .readFileSync(file, 'utf8')
      .replace(MODULE_URL, `new URL(${place}, import.meta.url).href`);
    return { contents, resolveDir: path.dirname(file), loader: 'js' };
  });
}

/** The path from the file that a module has become a part of to where the module itself would be. */
function placeModules(file, text) {
  return text.replace(PLACE, (_, module) => {
    const relative = path.relative(path.dirname(file), path.join(DIST, module));
    return JSON.stringify(relative.startsWith('.') ? relative : `./${relative}`);
  });
}

/** A file that is as it was keeps its time: processes that run may be reading it. */
function write(file, contents) {
  written.add(file);
  if (fs.existsSync(file) && fs.readFileSync(file).equals(Buffer.from(contents))) return;
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, contents);
}

function copy(folder) {
  for (const name of fs.readdirSync(path.join(LIB, folder), { recursive: true, encoding: 'utf8' })) {
    const source = path.join(LIB, folder, name);
    if (fs.statSync(source).isFile()) write(path.join(DIST, folder, name), fs.readFileSync(source));
  }
}

/** What an earlier bundle had and this one has not; declarations are the compiler's. */
function removeOthers() {
  for (const name of fs.readdirSync(DIST, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(DIST, name);
    const isOurs = /\.(c?js|c?js\.map|css|svg)$/.test(name);
    if (isOurs && !written.has(file)) fs.rmSync(file);
  }
}
