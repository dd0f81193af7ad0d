/** What is in a file at any moment when its writer may be killed. */
import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Dataset, File } from 'h5wasm/node';
import { ColumnPlan } from '#live/store/hdf5-column-plan.js';
import { cellsOf } from '#live/store/hdf5-columns.js';
import { loadHdf5 } from '#live/store/hdf5-module.js';
import { Hdf5Part } from '#live/store/hdf5-part.js';
import { recoverFile } from '#live/store/hdf5-recover.js';
import type { Frame } from '#live/update/frame-decoder.js';
import { scratchFolder } from '../support/scratch-folder.js';

function frameOf(n: number): Frame {
  const data = new Float32Array(n % 2 === 0 ? 3000 : 1).fill(n);
  const arrays = [{ name: 'var_image', data, shape: [data.length] }];
  return { rank: 1, run: 0, step: 0, sequence: n, time: n, small: { n }, arrays } as unknown as Frame;
}

test('sequence has no row that another column does not have, whenever the writer is killed', async (context) => {
  const module = await loadHdf5();
  const folder = scratchFolder(context);
  const path = join(folder, 'a.h5');
  const copies: string[] = [];
  // As it was each time when HDF5 had written all that it knew of.
  const watched = Object.create(module) as typeof module;
  watched.flush = (id) => {
    const result = module.flush(id);
    const copy = join(folder, `${copies.length}.h5`);
    copyFileSync(path, copy);
    copies.push(copy);
    return result;
  };
  const plan = new ColumnPlan();
  plan.widen(cellsOf(frameOf(0)));
  const part = new Hdf5Part(watched, path, plan.columns, 1, 0);
  const row = { client: 0, rank: 1, run: 0, step: 0, sentAt: 0, receivedAt: 0 };
  const append = (from: number, to: number): void => {
    for (let n = from; n < to; n += 1) part.append({ ...row, sequence: n }, cellsOf(frameOf(n)));
  };
  append(0, 7);
  part.flush();
  // More rows than are gathered, with no flush asked for.
  append(7, 5000);
  part.flush();
  part.close();
  const rows: number[] = [];
  for (const copy of copies) {
    const file = new File(copy, 'Sr');
    const lengthOf = (name: string): number => (file.get(name) as Dataset).shape?.[0] ?? 0;
    const sequences = lengthOf('update/sequence');
    rows.push(sequences);
    for (const name of ['update/client', 'small/n', 'arrays/var_image_len'])
      assert.ok(lengthOf(name) >= sequences, `${name} has ${lengthOf(name)} of ${sequences} rows`);
    file.close();
    assert.deepEqual(await recoverFile(copy), { wasTorn: true, rows: sequences });
  }
  // The others' rows first, then those of sequence; then once more without any new ones at the end.
  assert.deepEqual(rows, [0, 7, 7, 4103, 4103, 5000, 5000, 5000]);
});
