import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { CodeCache } from '#loading/code-cache.js';
import { ScriptLoader } from '#loading/script-loader.js';

/** Long enough that its code is worth something. */
const script = (body: string): string => `(function (load, require, meta) { 'use strict';\n${body}\n})`;

describe('the loader of scripts', () => {
  let root = '';
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'parley-loading-'));
    mkdirSync(join(root, 'scripts'));
  });
  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const write = (name: string, body: string): void => {
    writeFileSync(join(root, 'scripts', `${name}.cjs`), script(body));
  };
  const loader = (): ScriptLoader =>
    new ScriptLoader(pathToFileURL(join(root, 'scripts/')), new CodeCache(root), {
      resolve: (specifier) => `resolved:${specifier}`,
      import: (specifier) => import(specifier),
    });
  const kept = (): string[] =>
    readdirSync(join(root, '.cache'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.code'),
    );

  test('runs a script once, whoever asks for it', () => {
    write('counter', 'let count = 0; return { next: () => ++count };');
    write('one', 'const { next } = load("counter"); return { value: next() };');
    write('two', 'const { next } = load("counter"); return { value: [load("one").value, next()] };');
    const { load } = loader();
    assert.deepEqual(load('two')['value'], [1, 2]);
    assert.deepEqual(load('two')['value'], [1, 2]);
    assert.equal(load('one')['value'], 1);
  });

  test('gives it what a module has: packages, its place, and names resolved', async () => {
    write(
      'given',
      `return { url: meta.url, basename: require('node:path').basename('/a/b'), resolved: meta.resolve('x'),
         later: () => meta.import(new URL('./module.mjs', meta.url).href), builtin: () => meta.import('node:path') };`,
    );
    writeFileSync(join(root, 'scripts/module.mjs'), 'export const here = import.meta.url;');
    const given = loader().load('given') as {
      url: string;
      basename: string;
      resolved: string;
      later: () => Promise<{ here: string }>;
      builtin: () => Promise<{ sep: string }>;
    };
    assert.equal(given.url, pathToFileURL(join(root, 'scripts/given.cjs')).href);
    assert.equal(given.basename, 'b');
    assert.equal(given.resolved, 'resolved:x');
    assert.equal((await given.later()).here, pathToFileURL(join(root, 'scripts/module.mjs')).href);
    assert.equal((await given.builtin()).sep, '/');
  });

  test('a script that throws is not run again, and throws the same', () => {
    write(
      'failing',
      'globalThis.runsOfFailing = (globalThis.runsOfFailing ?? 0) + 1; throw new Error("no way");',
    );
    const { load } = loader();
    const caught = [0, 1].map(() => {
      try {
        return load('failing');
      } catch (error) {
        return error;
      }
    });
    assert.match(String(caught[0]), /no way/);
    assert.equal(caught[0], caught[1]);
    const runs = Reflect.get(globalThis, 'runsOfFailing') as number;
    Reflect.deleteProperty(globalThis, 'runsOfFailing');
    assert.equal(runs, 1);
  });

  test('an error in a script names its file and line', () => {
    write('place', '\nreturn { fail() { throw new Error("here"); } };');
    const { fail } = loader().load('place') as { fail: () => void };
    assert.throws(fail, (error: Error) =>
      error.stack!.includes(`${pathToFileURL(root).href}/scripts/place.cjs:3:`),
    );
  });

  test('keeps the code, and uses it the next time', () => {
    write('kept', 'return { value: 7 };');
    assert.equal(loader().load('kept')['value'], 7);
    const [file = ''] = kept();
    assert.match(file, /^[0-9a-f]+\/kept\.code$/);
    const code = readFileSync(join(root, '.cache', file));
    // Of the same length, so that V8 takes the code of the old text for that of the new one: its value shows which one ran.
    write('kept', 'return { value: 8 };');
    assert.equal(loader().load('kept')['value'], 7);
    assert.deepEqual(readFileSync(join(root, '.cache', file)), code);
    assert.equal(kept().length, 1);
  });

  test('what is kept can be written by its owner alone', () => {
    write('own', 'return { value: 7 };');
    const before = process.umask(0);
    try {
      loader().load('own');
    } finally {
      process.umask(before);
    }
    const [file = ''] = kept();
    for (const name of ['', dirname(file), file])
      assert.equal(statSync(join(root, '.cache', name)).mode & 0o022, 0, name);
  });

  test('code that V8 refuses is made anew', () => {
    write('refused', 'return { value: 0 };');
    loader().load('refused');
    const file = join(root, '.cache', kept()[0]!);
    const code = readFileSync(file);
    const half = code.subarray(0, code.length >> 1);
    for (const [k, wrong] of [Buffer.alloc(0), Buffer.from('garbage'), half].entries()) {
      writeFileSync(file, wrong);
      // V8 remembers within a process what it has compiled of a text.
      write('refused', `return { value: ${k + 1} };`);
      assert.equal(loader().load('refused')['value'], k + 1);
      assert.equal(readFileSync(file).length, code.length);
    }
  });

  test('where nothing can be kept, scripts run all the same', () => {
    write('free', 'return { value: 7 };');
    // A file where the folder would be.
    writeFileSync(join(root, '.cache'), '');
    assert.equal(loader().load('free')['value'], 7);
  });

  test('nothing is left in the package of somebody else', () => {
    write('foreign', 'return { value: 7 };');
    const own = process.geteuid;
    process.geteuid = () => (own?.() ?? 0) + 1;
    try {
      assert.equal(loader().load('foreign')['value'], 7);
    } finally {
      process.geteuid = own!;
    }
    assert.deepEqual(readdirSync(root), ['scripts']);
  });
});
