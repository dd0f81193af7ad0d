/** Programs that share a launch fail for themselves. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ROOT } from '../harness/parley-run.ts';

const IMPORT = `import { holdAtRanks } from '${join(ROOT, 'build/test/api/hold-at-ranks.js')}';\n`;

test('of programs that share a world the one that fails is named, and those behind it hold all the same', () => {
  const folder = mkdtempSync(join(tmpdir(), 'shared-worlds-'));
  try {
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    // It wants an even number of ranks.
    const first = "holdAtRanks('a13-nonblocking-dup', [3]);\nholdAtRanks('values', [3]);\n";
    writeFileSync(join(folder, 'first.test.js'), `${IMPORT}${first}`);
    writeFileSync(join(folder, 'second.test.js'), `${IMPORT}holdAtRanks('a18-two-selves', [3]);\n`);
    const args = [join(ROOT, 'tools/test.mjs'), '--folder', folder, '--verbose'];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(status, 1, stdout);
    assert.match(stdout, /^✘ 2 files that share worlds /m);
    const said = Array.from(
      stdout.matchAll(/^ {4}([✔✘] \S+ holds at 3 ranks)(?: \([\d.]+ s\))?$/gm),
      ([, line]) => line,
    );
    assert.deepEqual(said, [
      '✔ a13-nonblocking-dup holds at 3 ranks',
      '✘ values holds at 3 ranks',
      '✔ a18-two-selves holds at 3 ranks',
    ]);
    assert.match(stdout, /Error: an even number of ranks is wanted, not 3/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
