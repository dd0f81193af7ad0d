import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { openHdf5, openJournal } from 'parley/live';
import { startParley, type RunResult } from '../harness/parley-run.js';
import { scratchFolder } from '../live/support/scratch-folder.js';
import { storedStream } from '../live/support/stored-stream.js';

async function live(...args: string[]): Promise<RunResult> {
  const run = startParley(['live', ...args]);
  const result = await run.ended;
  await run.expectClean();
  return result;
}

test('a journal is replayed and exported, torn as it is', async (context) => {
  const folder = scratchFolder(context);
  const [journal, file] = [join(folder, 'a.journal'), join(folder, 'a.h5')];
  const { client, finish } = await storedStream([await openJournal(journal, { durability: 'system' })]);
  for (let n = 0; n < 3; n += 1) await client.data({ n }, { a: Float64Array.of(n) });
  await finish();
  appendFileSync(journal, 'torn');
  const replayed = await live('replay', '--speed', '100', journal);
  assert.deepEqual(replayed.stdout.split('\n'), [
    'client joins',
    'run 1 begins',
    'run 1 ends: 3 updates from 1 client, 0 lost',
    'client leaves',
    '',
  ]);
  assert.match(replayed.stderr, /the journal ends in 4 torn bytes/);
  const exported = await live('export', journal, file);
  assert.equal(exported.stdout, `${file}: 3 updates of 1 run, 0 known to be lost\n`);
  assert.equal(exported.code, 0);
  assert.ok(existsSync(file));
  const again = await live('export', journal, file);
  assert.equal(again.code, 1);
  assert.match(again.stderr, /is there already; move it away/);
});

test('a journal that is damaged before its end fails, unless that is to be passed over', async (context) => {
  const folder = scratchFolder(context);
  const [journal, file] = [join(folder, 'a.journal'), join(folder, 'a.h5')];
  const { client, finish } = await storedStream([await openJournal(journal, { durability: 'system' })]);
  for (let n = 0; n < 3; n += 1) await client.data({ n }, { a: Float64Array.of(n, 77 + n) });
  await finish();
  const bytes = readFileSync(journal);
  bytes[bytes.indexOf(Buffer.from(Float64Array.of(78).buffer))]! ^= 1;
  writeFileSync(journal, bytes);
  for (const task of [
    ['replay', journal],
    ['export', journal, file],
  ]) {
    const { code, stderr } = await live(...task);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /^parley: Cannot read journal ".*" to its end: it is damaged at byte \d+ .* \(--skip-damage\) passes over that \(MPI_ERR_IO\)\n$/s,
    );
  }
  const replayed = await live('replay', '--skip-damage', journal);
  assert.equal(replayed.code, 0);
  assert.match(replayed.stdout, /^run 1 ends: 2 updates from 1 client, 1 lost$/m);
  assert.match(replayed.stderr, /^parley: \d+ damaged bytes of the journal were passed over$/m);
  const again = join(folder, 'again.h5');
  const exported = await live('export', '--skip-damage', journal, again);
  assert.deepEqual(
    [exported.code, exported.stdout],
    [0, `${again}: 2 updates of 1 run, 1 known to be lost\n`],
  );
  assert.match(exported.stderr, /^parley: \d+ damaged bytes of the journal were passed over$/m);
});

test('HDF5 files of a killed master are recovered, with all their parts', async (context) => {
  const folder = scratchFolder(context);
  const path = join(folder, 'a.h5');
  const store = openHdf5(path, { flushMs: 1 });
  const { client, finish } = await storedStream([store]);
  await client.data({ n: 1 });
  await client.data({ n: 2, m: 3 });
  while (client.stored < 2) await new Promise((resolve) => setImmediate(resolve));
  const copy = join(folder, 'copy.h5');
  assert.equal(store.files.length, 2);
  for (const file of store.files) copyFileSync(file, join(folder, basename(file).replace('a', 'copy')));
  await finish();
  const part = join(folder, 'copy-part2.h5');
  const { code, stdout, stderr } = await live('recover', copy, join(folder, 'none.h5'));
  assert.equal(stdout, `${copy}: 1 row, good as it is\n${part}: 1 row, recovered\n`);
  assert.match(stderr, /^parley: Cannot recover ".*none.h5": it is no HDF5 file.*\n$/);
  assert.equal(code, 1);
  const again = await live('recover', copy);
  assert.deepEqual(
    [again.code, again.stdout],
    [0, `${copy}: 1 row, good as it is\n${part}: 1 row, good as it is\n`],
  );
  const help = await live('recover', '--help');
  assert.match(help.stdout, /^Usage: parley live recover .*<file\.h5\.\.\.>/);
});

test('what the command cannot make sense of is a usage error', async () => {
  for (const [args, message] of [
    [['play', 'x'], /live: "play" is not among export, replay, recover/],
    [['replay', '--speed', 'fast', 'x'], /--speed: "fast" is no speed/],
    [['export', 'x'], /missing required argument 'file.h5'/],
    [['recover'], /missing required argument 'file.h5'/],
  ] as const) {
    const { code, stderr } = await live(...args);
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
});
