/** What the bundler makes of its modules. */
import assert from 'node:assert/strict';
import path from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';

interface BundledFile {
  readonly path: string;
  readonly text: string;
}

const ROOT = path.resolve(import.meta.dirname, '../../..');
const { makeScripts } = (await import(pathToFileURL(path.join(ROOT, 'tools/bundle/scripts.mjs')).href)) as {
  makeScripts: (files: readonly BundledFile[], root: string) => BundledFile[];
};

const made = (files: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    makeScripts(
      Object.entries(files).map(([name, text]) => ({ path: name, text })),
      ROOT,
    ).map((file) => [file.path, file.text]),
  );

describe('scripts of modules', () => {
  test('imports become constants and exports what is returned, each in its line', () => {
    const { 'scripts/a-1.cjs': text } = made({
      'chunks/a-1.js': [
        'import {',
        '  x,',
        '  y as z',
        '} from "./b-2.js";',
        'import fs, { existsSync } from "node:fs";',
        'import * as path from "node:path";',
        'import "./b-2.js";',
        'const here = 1;',
        'export {',
        '  here,',
        '  z as other',
        '};',
        '//# sourceMappingURL=a-1.js.map',
        '',
      ].join('\n'),
      'chunks/b-2.js': 'export { x, y };\n',
    });
    const lines = text!.split('\n');
    assert.equal(
      lines[0],
      `(function (load, require, meta) { 'use strict'; const { x, y: z } = load("b-2");`,
    );
    assert.equal(lines[4], 'const fs = require("node:fs"), { existsSync } = fs;');
    assert.equal(lines[5], 'const path = require("node:path");');
    assert.equal(lines[6], 'load("b-2");');
    assert.equal(lines[7], 'const here = 1;');
    assert.match(text!, /\nreturn \{ here, other: z \};\n\}\)\n\/\/# sourceMappingURL=a-1\.cjs\.map\n$/);
  });

  test('entries stay modules, and load what has become scripts', () => {
    const { 'live/index.js': entry, 'index.js': first } = made({
      'index.js':
        'import { x } from "./chunks/a-1.js";\nimport { join as j } from "node:path";\nexport { x, j };\n',
      'live/index.js':
        'import { x } from "../chunks/a-1.js";\nconst late = () => import("../chunks/a-1.js");\nexport { x, late };\n',
      'chunks/a-1.js': 'const x = 1;\nexport { x };\n',
    });
    assert.equal(
      first!.split('\n')[0],
      'import { scripts } from "./loading/script-loader.js"; const { x } = scripts.load("a-1");',
    );
    assert.equal(first!.split('\n')[1], 'const { join: j } = process.getBuiltinModule("node:path");');
    assert.match(
      entry!,
      /^import \{ scripts \} from "\.\.\/loading\/script-loader\.js"; const \{ x \} = scripts\.load\("a-1"\);/,
    );
    assert.match(
      entry!,
      /const late = \(\) => Promise\.resolve\(\)\.then\(\(\) => scripts\.load\("a-1"\)\);/,
    );
  });

  test('what waits at its top level, or imports a package that is modules alone, stays a module, and so does what imports it', () => {
    const files = made({
      'chunks/waits-1.js': 'await 1;\nexport {};\n',
      'chunks/each-2.js': 'for await (const x of []) x;\n',
      'chunks/package-3.js': 'import { ready } from "h5wasm/node";\nexport { ready };\n',
      'chunks/above-4.js':
        'import { ready } from "./package-3.js";\nimport { x } from "./plain-5.js";\nexport { ready, x };\n',
      'chunks/plain-5.js':
        'const x = async () => await 1;\nconst late = () => import("./above-4.js");\nconst any = (url) => import(url);\nexport { x, late, any };\n',
      'chunks/command-6.js': 'import { Command } from "commander";\nexport { Command };\n',
    });
    assert.deepEqual(Object.keys(files).sort(), [
      'chunks/above-4.js',
      'chunks/each-2.js',
      'chunks/package-3.js',
      'chunks/waits-1.js',
      'scripts/command-6.cjs',
      'scripts/plain-5.cjs',
    ]);
    assert.match(
      files['chunks/above-4.js']!,
      /import \{ ready \} from "\.\/package-3\.js";\nconst \{ x \} = scripts\.load\("plain-5"\);/,
    );
    assert.match(files['scripts/plain-5.cjs']!, /const any = \(url\) => meta\.import\(url\);/);
    assert.match(
      files['scripts/plain-5.cjs']!,
      /meta\.import\(new URL\("\.\.\/chunks\/above-4\.js", meta\.url\)\.href\)/,
    );
  });

  test('functions of seldom used builtins load these when they are called', () => {
    const { 'scripts/a-1.cjs': text } = made({
      'chunks/a-1.js':
        'import { randomBytes, createHash as hash } from "node:crypto";\nexport { randomBytes, hash };\n',
    });
    assert.match(
      text!,
      /const randomBytes = \(\.\.\.values\) => require\("node:crypto"\)\.randomBytes\(\.\.\.values\);/,
    );
    assert.match(
      text!,
      /const hash = \(\.\.\.values\) => require\("node:crypto"\)\.createHash\(\.\.\.values\);/,
    );
    assert.throws(
      () => made({ 'chunks/a-1.js': 'import { constants } from "node:crypto";\nexport { constants };\n' }),
      /constants is no function/,
    );
  });

  test('maps go where their scripts go', () => {
    const files = made({
      'chunks/a-1.js': 'export {};\n',
      'chunks/a-1.js.map': '{}',
      'index.js': '',
      'index.js.map': '{}',
    });
    assert.deepEqual(Object.keys(files).sort(), [
      'index.js',
      'index.js.map',
      'scripts/a-1.cjs',
      'scripts/a-1.cjs.map',
    ]);
  });
});
