import assert from 'node:assert/strict';
import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Dataset, File, ready } from 'h5wasm/node';
import { exportJournal, openHdf5, openJournal, recoverHdf5 } from 'parley/live';
import { filesOf } from '#live/store/hdf5-names.js';
import { HandFedClient } from '../support/hand-fed-client.js';
import { scratchFolder } from '../support/scratch-folder.js';
import { storedStream } from '../support/stored-stream.js';

await ready;

/** All columns of a file: their values in one dimension. */
function columns(path: string, mode: 'r' | 'Sr' = 'r'): Record<string, unknown[]> {
  const file = new File(path, mode);
  try {
    const found: Record<string, unknown[]> = {};
    for (const name of file.paths()) {
      const entity = file.get(name);
      if (entity instanceof Dataset) found[name] = [...(entity.value as Float64Array)];
    }
    return found;
  } finally {
    file.close();
  }
}

function shapeOf(path: string, name: string): { shape: number[] | null; dtype: unknown } {
  const file = new File(path, 'r');
  const dataset = file.get(name) as Dataset;
  const { shape, dtype } = dataset;
  file.close();
  return { shape, dtype };
}

test('each update is a row, with every class of arrays in its own type', async (context) => {
  const path = join(scratchFolder(context), 'a.h5');
  const { client, finish } = await storedStream([openHdf5(path)]);
  const arrays = {
    f64: Float64Array.of(1.5, NaN),
    f32: Float32Array.of(0.1, 2),
    i8: Int8Array.of(-1, 2),
    u8: Uint8Array.of(255, 1),
    c8: Uint8ClampedArray.of(255, 1),
    i16: Int16Array.of(-300, 1),
    u16: Uint16Array.of(65_535, 1),
    i32: Int32Array.of(-70_000, 1),
    u32: Uint32Array.of(2 ** 32 - 1, 1),
    i64: BigInt64Array.of(-(2n ** 60n), 1n),
    u64: BigUint64Array.of(2n ** 63n, 1n),
  };
  for (let n = 0; n < 3; n += 1)
    await client.data({ n, flag: n > 0, big: 2n ** 40n, nested: { deep: n / 2 } }, arrays);
  await finish();
  const found = columns(path);
  for (const [name, array] of Object.entries(arrays)) {
    assert.deepEqual(found[`arrays/${name}`], [...array, ...array, ...array] as unknown[], name);
    assert.deepEqual(shapeOf(path, `arrays/${name}`).shape, [3, 2]);
  }
  assert.equal(shapeOf(path, 'arrays/f64').dtype, '<d');
  assert.deepEqual(found['small/n'], [0, 1, 2]);
  assert.deepEqual(found['small/flag'], [0, 1, 1]);
  assert.deepEqual(found['small/big'], [2n ** 40n, 2n ** 40n, 2n ** 40n]);
  assert.deepEqual(found['small/nested/deep'], [0, 0.5, 1]);
  assert.deepEqual(found['update/sequence'], [1n, 2n, 3n]);
  assert.deepEqual(found['update/run'], [1n, 1n, 1n]);
  assert.equal(client.stored, 3);
});

test('what a row does not have is missing in it; new names, shapes and types begin a part', async (context) => {
  const path = join(scratchFolder(context), 'a.h5');
  const store = openHdf5(path);
  const { client, finish } = await storedStream([store]);
  await client.data(
    { x: 1, text: 'ä', any: [1, new Map([[1, 2n]])] },
    { i: Int32Array.of(7), f: Float32Array.of(1), var_p: Uint16Array.of(1, 2) },
  );
  await client.data({});
  await client.data({ x: 3 }, { var_p: Uint16Array.of(9) });
  // The second part: i varies from here on.
  await client.data({}, { i: Int32Array.of(1, 2, 3) });
  await client.data({ y: 1 });
  await client.data({ x: 'text now' }, { u: Uint8Array.of(1) });
  await client.data({});
  await finish();
  assert.deepEqual(
    store.files.map((file) => file.replace(/.*\//, '')),
    ['a.h5', 'a-part2.h5', 'a-part3.h5', 'a-part4.h5'],
  );
  const first = columns(path);
  assert.deepEqual(first['small/x'], [1, NaN, 3]);
  assert.deepEqual(first['arrays/i'], [7, -99_999, -99_999]);
  assert.deepEqual(first['arrays/f'], [1, NaN, NaN]);
  assert.deepEqual(first['arrays/var_p'], [1, 2, 9]);
  assert.deepEqual(first['arrays/var_p_len'], [2, 0, 1]);
  assert.equal(Buffer.from(first['small/var_text'] as number[]).toString(), 'ä');
  assert.equal(Buffer.from(first['small/var_any'] as number[]).toString(), '[1,[[1,"2"]]]');
  const second = columns(join(path, '../a-part2.h5'));
  assert.deepEqual([second['arrays/var_i'], second['arrays/var_i_len']], [[1, 2, 3], [3]]);
  assert.deepEqual(second['small/x'], [NaN]);
  const last = columns(join(path, '../a-part4.h5'));
  assert.deepEqual(last['arrays/u'], [1, 255]);
  assert.equal(Buffer.from(last['small/var_x'] as number[]).toString(), 'text now');
});

test('a file is read while it grows, from the first row on, and a crash leaves what was stored', async (context) => {
  const folder = scratchFolder(context);
  const path = join(folder, 'a.h5');
  const { client, stream, finish } = await storedStream([openHdf5(path, { flushMs: 20 })]);
  const image = new Float32Array(20_000);
  const stored = async (count: number): Promise<void> => {
    while (client.stored < count) await new Promise((resolve) => setImmediate(resolve));
  };
  await client.data({ n: 0 }, { image });
  await stored(1);
  assert.deepEqual(columns(path, 'Sr')['small/n'], [0]);
  for (let n = 1; n < 40; n += 1) await client.data({ n }, { image: image.fill(n) });
  await stored(40);
  // As after a kill: the file as it is, with its mark.
  const torn = join(folder, 'torn.h5');
  copyFileSync(path, torn);
  assert.equal(columns(torn, 'Sr')['small/n']?.length, 40);
  assert.deepEqual(await recoverHdf5(torn), { wasTorn: true, rows: 40 });
  assert.deepEqual(await recoverHdf5(torn), { wasTorn: false, rows: 40 });
  const recovered = columns(torn);
  assert.deepEqual(
    recovered['small/n'],
    Array.from({ length: 40 }, (_, n) => n),
  );
  assert.equal(recovered['arrays/image']?.[20_000 * 39], 39);
  assert.ok(!existsSync(`${torn}.recovering`));
  await finish();
  assert.equal(stream.pool.held, 0);
});

test('runs have files of their own where that is asked for', async (context) => {
  const path = join(scratchFolder(context), 'a.h5');
  const store = openHdf5(path, { perRun: true });
  const { client, finish } = await storedStream([store]);
  await client.data({ n: 1 });
  await client.endRun();
  await client.data({ n: 2 });
  await client.data({ n: 3, m: 1 });
  await finish();
  assert.deepEqual(
    store.files.map((file) => file.replace(/.*\//, '')),
    ['a-run0001.h5', 'a-run0002.h5', 'a-run0002-part2.h5'],
  );
});

test('a client that is a run ahead takes no rows of the others along, and what is late has a part of its own', async (context) => {
  const path = join(scratchFolder(context), 'a.h5');
  const store = openHdf5(path, { perRun: true });
  const { client: first, stream, finish } = await storedStream([store]);
  const second = new HandFedClient(stream, 'second');
  await second.hello();
  await first.data({ n: 1 });
  await second.data({ n: 2 });
  await first.endRun();
  await first.data({ n: 3 });
  await second.data({ n: 4 });
  await second.endRun();
  await second.data({ n: 5 });
  await second.endRun();
  // It was not there when the first run ended.
  const late = new HandFedClient(stream, 'late', { expected: false });
  await late.hello();
  await late.data({ n: 6 });
  await late.bye();
  await second.bye();
  await finish();
  assert.deepEqual(
    store.files.map((file) => [file.replace(/.*\//, ''), columns(file)['small/n']]),
    [
      ['a-run0001.h5', [1, 2, 4]],
      ['a-run0002.h5', [3, 5]],
      ['a-run0001-part2.h5', [6]],
    ],
  );
});

test('few files are open at a time, however many runs are', async (context) => {
  const path = join(scratchFolder(context), 'a.h5');
  const store = openHdf5(path, { perRun: true });
  const { client, stream, finish } = await storedStream([store]);
  // It is expected, and ends no run.
  const slow = new HandFedClient(stream, 'slow');
  await slow.hello();
  for (let run = 1; run <= 6; run += 1) {
    await client.data({ run });
    await client.endRun();
  }
  await slow.data({ run: 1 });
  await slow.bye();
  await finish();
  const [one, , , , , , again] = store.files;
  assert.equal(store.files.length, 7);
  assert.deepEqual([columns(one ?? '')['small/run'], columns(again ?? '')['small/run']], [[1], [1]]);
  assert.match(again ?? '', /a-run0001-part2\.h5$/);
});

test('a journal of two sessions is exported run by run, each session by itself', async (context) => {
  const folder = scratchFolder(context);
  const journal = join(folder, 'a.journal');
  // One that has stored nothing does not count.
  await (await openJournal(journal)).close();
  for (const n of [1, 10]) {
    const { client, finish } = await storedStream([await openJournal(journal, { durability: 'system' })]);
    await client.data({ n });
    await client.endRun();
    await client.data({ n: n + 1 });
    await finish();
  }
  await exportJournal(journal, join(folder, 'a.h5'), { perRun: true });
  const rows = filesOf(join(folder, 'a.h5')).map((file) => [
    file.replace(/.*\//, ''),
    columns(file)['small/n'],
  ]);
  assert.deepEqual(rows, [
    ['a-run0001.h5', [1]],
    ['a-run0002.h5', [2]],
    ['a-session2-run0001.h5', [10]],
    ['a-session2-run0002.h5', [11]],
  ]);
});

test('what a store may come to write is looked for when it is opened', async (context) => {
  const folder = scratchFolder(context);
  const path = join(folder, 'a.h5');
  for (const name of ['a-partial.h5', 'a-run1.txt', 'b-part2.h5', 'a-part2.h5.txt'])
    writeFileSync(join(folder, name), '');
  const { client, finish } = await storedStream([openHdf5(path)]);
  await client.data({ n: 1 });
  await finish();
  rmSync(path);
  for (const name of ['a-part2.h5', 'a-run0001.h5', 'a-run0012-part3.h5', 'a-session2-run0001.h5']) {
    writeFileSync(join(folder, name), '');
    assert.throws(
      () => openHdf5(path, { perRun: name.includes('run') }),
      new RegExp(
        `Cannot open ".*a.h5" .*: ".*/${name}" is there already; move it away \\(MPI_ERR_FILE_EXISTS\\)`,
      ),
    );
    rmSync(join(folder, name));
  }
  assert.deepEqual(filesOf(join(folder, 'none', 'a.h5')), []);
});

test('a file that is there is not written over, and what is no such file is not recovered', async (context) => {
  const folder = scratchFolder(context);
  const path = join(folder, 'a.h5');
  const { client, finish } = await storedStream([openHdf5(path)]);
  await client.data({ n: 1 });
  await finish();
  assert.throws(() => openHdf5(path), /is there already; move it away \(MPI_ERR_FILE_EXISTS\)/);
  await assert.rejects(recoverHdf5(join(folder, 'none.h5')), /Cannot recover ".*none.h5"/);
});

test('a journal becomes HDF5 with the same rows as were stored live', async (context) => {
  const folder = scratchFolder(context);
  const [live, journal, exported] = ['live.h5', 'a.journal', 'exported.h5'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  const { client, finish } = await storedStream([
    await openJournal(journal, { durability: 'system' }),
    openHdf5(live),
  ]);
  for (let n = 0; n < 30; n += 1)
    await client.data({ n, half: n / 2 }, { a: Float64Array.of(n, 2 * n), var_b: new Uint8Array(n) });
  await finish();
  const { updates, runs, tornBytes } = await exportJournal(journal, exported);
  assert.deepEqual([updates, runs.length, tornBytes], [30, 1, 0]);
  assert.deepEqual(columns(exported), columns(live));
});
