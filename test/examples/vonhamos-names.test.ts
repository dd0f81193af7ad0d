import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { it } from 'node:test';
import { namesFor } from '../../examples/vonhamos/file-names.ts';

it('vonhamos takes a number that no file bears, also no further part of one that was moved away', async (test) => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'vonhamos-names-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  const inside = path.join(folder, 'results');
  assert.deepEqual(await namesFor(inside), {
    journal: path.join(inside, 'vonhamos-1.journal'),
    hdf5: path.join(inside, 'vonhamos-1.h5'),
  });
  for (const name of ['vonhamos-1-part2.h5', 'vonhamos-2.journal', 'vonhamos-30.h5', 'vonhamos-3x.h5'])
    writeFileSync(path.join(inside, name), '');
  assert.equal((await namesFor(inside)).hdf5, path.join(inside, 'vonhamos-3.h5'));
});
