/** Which columns an HDF5 file has, and what they are called, where names are used for several things. */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Dataset, File, ready } from 'h5wasm/node';
import { openHdf5, recoverHdf5 } from 'parley/live';
import { cellsOf } from '#live/store/hdf5-columns.js';
import { ColumnPlan } from '#live/store/hdf5-column-plan.js';
import { datasetNames } from '#live/store/hdf5-dataset-names.js';
import type { Frame } from '#live/update/frame-decoder.js';
import type { TypedArray } from 'parley';
import { scratchFolder } from '../support/scratch-folder.js';
import { storedStream } from '../support/stored-stream.js';

await ready;

interface Row {
  readonly small?: Record<string, unknown>;
  readonly arrays?: Record<string, TypedArray>;
}

/** The rows in a store, and the columns of each file that it has made; once more after a recovery. */
async function stored(path: string, rows: readonly Row[]): Promise<Record<string, unknown[]>[]> {
  const store = openHdf5(path, { flushMs: 1 });
  const { client, events, finish } = await storedStream([store]);
  for (const { small, arrays } of rows) await client.data(small, arrays);
  while (client.stored < rows.length && !events.some(({ type }) => type === 'storeFailed'))
    await new Promise((resolve) => setImmediate(resolve));
  const torn = store.files.at(-1) ?? '';
  copyFileSync(torn, `${torn}.torn`);
  await finish();
  assert.deepEqual(
    events.filter(({ type }) => type === 'storeFailed'),
    [],
  );
  await recoverHdf5(`${torn}.torn`);
  assert.deepEqual(columns(`${torn}.torn`), columns(torn));
  return store.files.map(columns);
}

function columns(path: string): Record<string, unknown[]> {
  const file = new File(path, 'r');
  const found: Record<string, unknown[]> = {};
  for (const name of file.paths()) {
    const entity = file.get(name);
    if (entity instanceof Dataset && !name.startsWith('update/'))
      found[name] = [...(entity.value as Float64Array)];
  }
  file.close();
  return found;
}

/** What the datasets of the last part are called. */
function names(rows: readonly Row[]): string[] {
  const plan = new ColumnPlan();
  for (const { small = {}, arrays = {} } of rows) {
    const list = Object.entries(arrays).map(([name, data]) => ({ name, data, shape: [data.length] }));
    plan.widen(cellsOf({ small, arrays: list } as unknown as Frame));
  }
  return datasetNames(plan.columns).flatMap(({ values, length, shape }) =>
    [values, length, shape].filter((name) => name !== undefined),
  );
}

test('what alternates has a column for each type, and makes no file for each row', async (context) => {
  const path = join(scratchFolder(context), 'a.h5');
  const rows: Row[] = [];
  for (let n = 0; n < 12; n += 1)
    rows.push(
      n % 2 === 0
        ? { small: { x: n, y: { z: n } }, arrays: { a: Float64Array.of(n, n) } }
        : { small: { x: 'text', y: n }, arrays: { a: Float32Array.of(n, n) } },
    );
  const parts = await stored(path, rows);
  assert.equal(parts.length, 3);
  assert.deepEqual(parts[1], {
    'arrays/a': [1, 1],
    'small/var_x': [...Buffer.from('text')],
    'small/var_x_len': [4],
    'small/y': [1],
  });
  const last = parts[2] ?? {};
  assert.deepEqual(last['small/x'], [2, NaN, 4, NaN, 6, NaN, 8, NaN, 10, NaN]);
  assert.deepEqual(last['small/var_x_len'], [0, 4, 0, 4, 0, 4, 0, 4, 0, 4]);
  assert.deepEqual(last['small/y/z'], [2, NaN, 4, NaN, 6, NaN, 8, NaN, 10, NaN]);
  assert.deepEqual(last['small/y.float64'], [NaN, 3, NaN, 5, NaN, 7, NaN, 9, NaN, 11]);
  assert.deepEqual(last['arrays/var_a'], [2, 2, 4, 4, 6, 6, 8, 8, 10, 10]);
  assert.deepEqual(last['arrays/var_a.float32'], [3, 3, 5, 5, 7, 7, 9, 9, 11, 11]);
  assert.deepEqual(last['arrays/var_a.float32_len'], [0, 2, 0, 2, 0, 2, 0, 2, 0, 2]);
});

test('however rows alternate, the parts come to an end', () => {
  const plan = new ColumnPlan();
  const kinds = [1, 'a', new Int8Array(3), { b: 1 }, { b: 'c' }, { b: { c: 1 } }, 2n, new Int8Array(2)];
  let changes = 0;
  for (let round = 0; round < 10; round += 1)
    for (const a of kinds) {
      const before = JSON.stringify(plan.columns);
      plan.widen(cellsOf({ small: { a }, arrays: [] } as unknown as Frame));
      if (JSON.stringify(plan.columns) !== before) changes = round;
    }
  assert.ok(changes <= 2, `the columns have changed in round ${changes}`);
});

test('names that companions of others would have are told apart', async (context) => {
  const folder = scratchFolder(context);
  const [found] = await stored(join(folder, 'a.h5'), [
    {
      small: { title: 'ab', var_title: 7, var_title_len: 8, var_n: 1, var_n_len: 2 },
      arrays: {
        var_x: Uint8Array.of(1, 2),
        var_x_len: Uint8Array.of(3),
        y: Uint8Array.of(1),
        y_len: Uint8Array.of(2, 3),
      },
    },
  ]);
  assert.deepEqual(found, {
    'arrays/var_x': [1, 2],
    'arrays/var_x_len': [2],
    'arrays/var_x_len.uint8': [3],
    'arrays/var_x_len.uint8_len': [1],
    'arrays/y': [1],
    'arrays/y_len': [2, 3],
    'small/var_title': [97, 98],
    'small/var_title_len': [2],
    'small/var_title.float64': [7],
    'small/var_title_len.float64': [8],
    'small/var_n': [1],
    'small/var_n_len.float64': [2],
  });
  // A ragged x beside an array of that name.
  const ragged = [
    { arrays: { x: new Uint8Array(1), var_x: new Uint8Array(1) } },
    { arrays: { x: new Uint8Array(2) } },
  ];
  assert.deepEqual(names(ragged), [
    'arrays/var_x',
    'arrays/var_x_len',
    'arrays/var_x.uint8',
    'arrays/var_x.uint8_len',
  ]);
  assert.deepEqual(await stored(join(folder, 'b.h5'), ragged).then((parts) => parts.length), 2);
});

test('a name with many types has a dataset for each, in the order in which they came', () => {
  const arrays = [Uint8Array, Int16Array, Uint8Array, Float32Array].map((Class) => ({
    arrays: { v: new Class(2) },
  }));
  assert.deepEqual(names(arrays), [
    'arrays/var_v',
    'arrays/var_v_len',
    'arrays/var_v.int16',
    'arrays/var_v.int16_len',
    'arrays/var_v.float32',
    'arrays/var_v.float32_len',
  ]);
  const small = [1, 1n, 1, true].map((v) => ({ small: { v, 'v.int64': 0 } }));
  assert.deepEqual(names(small), ['small/v', 'small/v.int64', 'small/v.uint8', 'small/v.int64.float64']);
});
