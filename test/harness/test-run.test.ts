/** Proves that the test run itself (tools/test.mjs) fails for each thing that a test must not do. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { ROOT } from './parley-run.ts';

const HEAD = `import test, { describe } from 'node:test';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
`;

/** Test files with what the run must say of each. */
const FILES: Record<string, { code: string; says: RegExp }> = {
  good: {
    code: "test('holds', () => {}); test('also holds', () => {});",
    says: /✔ test\/good\.test\.ts +2 /,
  },
  skipped: {
    code: "describe('in a browser', { skip: 'there is none' }, () => test('draws', () => assert.fail()));",
    says: /✔ test\/skipped\.test\.ts.*\n +﹣ skipped: in a browser: there is none\n/,
  },
  failing: {
    code: "test('outer', async (t) => { await t.test('inner', () => assert.equal(1, 2)); });",
    says: /✘ outer › inner\n +AssertionError/,
  },
  crashing: {
    code: "throw new Error('at import');",
    says: /✘ the file ended with exit code 1[^]*Error: at import/,
  },
  empty: {
    code: '',
    says: /✘ the file holds no test/,
  },
  warning: {
    code: "test('warns', () => process.emitWarning('careful'));",
    says: /✘ a process warned\n.*\n +Warning: careful/,
  },
  'child-warning': {
    code: `test('a child warns', async () => {
      const child = spawn(process.execPath, ['-e', 'process.emitWarning("from below"); setImmediate(() => process.exit())']);
      await new Promise((resolve) => child.once('close', resolve));
    });`,
    says: /✘ a process warned\n.*\n +Warning: from below/,
  },
  process: {
    code: `test('leaves a process', () => {
      spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }).unref();
    });`,
    says: /✘ processes are left\n +\d+ .*setInterval/,
  },
  segment: {
    code: "test('leaves shared memory', () => writeFileSync(process.env.PARLEY_SHM_DIR + '/ring-0', ''));",
    says: /✘ files are left in shared memory\n +ring-0/,
  },
  file: {
    code: "test('leaves a file', () => writeFileSync(tmpdir() + '/mean.npy', ''));",
    says: /✘ files are left in the temporary folder\n +mean\.npy/,
  },
};

describe('the test run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'files-'));
  after(() => rmSync(folder, { recursive: true }));
  for (const [name, { code }] of Object.entries(FILES)) {
    writeFileSync(join(folder, `${name}.test.js`), HEAD + code);
  }
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const run = (...args: string[]): { status: number | null; stdout: string } =>
    spawnSync(process.execPath, [join(ROOT, 'tools/test.mjs'), '--folder', folder, ...args], {
      encoding: 'utf8',
    });
  const all = run('--grace', '100');

  it('fails', () => assert.equal(all.status, 1));

  for (const [name, { says }] of Object.entries(FILES)) {
    it(`tells of a file that is ${name}`, () => assert.match(all.stdout, says));
  }

  it('ends with the lines of the runner of Node', () => {
    assert.match(all.stdout, /^ℹ tests 16\nℹ suites 1\nℹ pass 7\nℹ fail 9\nℹ cancelled 0\n/m);
  });

  it('succeeds where all is well', () => {
    const { status, stdout } = run('good');
    assert.equal(status, 0, stdout);
    assert.match(stdout, /^ℹ pass 2\n/m);
  });

  it('fails where no file or no title matches', () => {
    assert.equal(run('nowhere').status, 1);
    assert.equal(run('good', '--name', 'nothing of the kind').status, 1);
  });
});
