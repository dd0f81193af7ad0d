/** Frames from and to numpy's file format. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { encodeNpy } from '../../examples/psana/results/npy-encoding.ts';
import { NpyFile } from '../../examples/psana/results/npy-file.ts';
import { npyBytes } from '../fixtures/psana/npy-bytes.ts';

const folder = { path: '' };

before(async () => {
  folder.path = await mkdtemp(path.join(os.tmpdir(), 'psana-npy-'));
});
after(async () => {
  await rm(folder.path, { recursive: true });
});

async function write(name: string, content: Uint8Array): Promise<string> {
  const file = path.join(folder.path, name);
  await writeFile(file, content);
  return file;
}

/** All frames of a file, as plain numbers. */
async function framesOf(file: string): Promise<number[][]> {
  const npy = await NpyFile.open(file);
  try {
    const frames: number[][] = [];
    for (let frame = 0; frame < npy.frames; frame++) frames.push(Array.from(await npy.read(frame)));
    return frames;
  } finally {
    await npy.close();
  }
}

async function assertRefused(name: string, content: Uint8Array, message: RegExp): Promise<void> {
  const file = await write(name, content);
  await assert.rejects(NpyFile.open(file), (error: Error) => {
    assert.match(error.message, message);
    assert.ok(error.message.includes(file), 'the message names the file');
    return true;
  });
}

describe('a file of numpy', () => {
  const values = [0, 1, 2, 100, 101, 102];

  for (const dtype of ['f4', 'f8', 'i1', 'i2', 'i4', 'i8', 'u1', 'u2', 'u4', 'u8'] as const) {
    for (const order of ['<', '>'] as const) {
      it(`is read with elements of dtype ${order}${dtype}`, async () => {
        const file = await write(
          `${order === '<' ? 'little' : 'big'}-${dtype}.npy`,
          npyBytes(values, [2, 3], { dtype, order }),
        );
        assert.deepEqual(await framesOf(file), [values]);
      });
    }
  }

  for (const version of [1, 2, 3] as const) {
    it(`is read in version ${version} of the format`, async () => {
      const file = await write(`version-${version}.npy`, npyBytes(values, [2, 3], { version }));
      assert.deepEqual(await framesOf(file), [values]);
    });
  }

  it('is a stack of frames where it has three dimensions', async () => {
    const file = await write('stack.npy', npyBytes([1, 2, 3, 4, 5, 6, 7, 8], [4, 1, 2]));
    assert.deepEqual(await framesOf(file), [[1, 2], [3, 4], [5, 6], [7, 8]]); // prettier-ignore
  });

  it('is read frame by frame, in any order, without holding more than one', async () => {
    const npy = await NpyFile.open(await write('random-access.npy', npyBytes([1, 2, 3, 4, 5, 6], [3, 1, 2])));
    const last = await npy.read(2);
    assert.deepEqual(Array.from(last), [5, 6]);
    assert.equal(await npy.read(0), last, 'the same memory holds the next frame');
    assert.deepEqual(Array.from(last), [1, 2]);
    await npy.close();
  });

  it('keeps negative numbers and fractions', async () => {
    const file = await write('negative.npy', npyBytes([-1.5, 0.25], [1, 2], { dtype: 'f4', order: '>' }));
    assert.deepEqual(await framesOf(file), [[-1.5, 0.25]]);
  });

  it('is refused in Fortran order, with the way out', async () => {
    await assertRefused(
      'fortran.npy',
      npyBytes(values, [2, 3], { fortran: true }),
      /Fortran order.*ascontiguousarray/,
    );
  });

  it('is refused unread where it holds Python objects', async () => {
    await assertRefused('object.npy', npyBytes(values, [2, 3], { descr: "'|O'" }), /Python objects/);
  });

  it('is refused where it holds records, complex numbers or halves', async () => {
    await assertRefused('records.npy', npyBytes(values, [2, 3], { descr: "[('x', '<f4')]" }), /records/);
    await assertRefused(
      'complex.npy',
      npyBytes(values, [2, 3], { descr: "'<c8'" }),
      /dtype '<c8'; known are f4/,
    );
    await assertRefused('half.npy', npyBytes(values, [2, 3], { descr: "'<f2'" }), /dtype '<f2'/);
  });

  it('is refused where it is cut off, empty, or no such file at all', async () => {
    const whole = npyBytes(values, [2, 3]);
    await assertRefused('cut.npy', whole.subarray(0, whole.length - 1), /it ends after \d+ bytes of \d+/);
    await assertRefused('header.npy', whole.subarray(0, 40), /header is cut off/);
    await assertRefused('empty.npy', new Uint8Array(0), /does not begin as a \.npy file/);
    await assertRefused('text.npy', Buffer.from('x,y\n1,2\n3,4\n'), /does not begin as a \.npy file/);
    await assertRefused('version.npy', whole.map((byte, at) => (at === 6 ? 9 : byte)), /version 9/); // prettier-ignore
    await assert.rejects(
      NpyFile.open(path.join(folder.path, 'none.npy')),
      /none\.npy": there is no such file/,
    );
  });

  it('is refused with one dimension, with four, or without pixels', async () => {
    await assertRefused('line.npy', npyBytes(values, [6]), /shape is \(6\); wanted is one frame/);
    await assertRefused('four.npy', npyBytes(values, [1, 1, 2, 3]), /wanted is one frame/);
    await assertRefused('none-at-all.npy', npyBytes([], [0, 3]), /holds no pixels/);
  });

  it('reads back what was written', async () => {
    const data = Float64Array.from([Math.PI, -0, NaN, 1e300, 5e-324, -Infinity]);
    const bytes = encodeNpy(data, [2, 3]);
    assert.equal((bytes.length - 6 * 8) % 64, 0, 'the data begins where numpy wants it');
    assert.equal(bytes[bytes.length - 6 * 8 - 1], 10, 'the header ends with a line feed');
    assert.deepEqual(await framesOf(await write('written.npy', bytes)), [Array.from(data)]);
    const counts = Uint32Array.of(0, 7, 2 ** 32 - 1);
    assert.deepEqual(await framesOf(await write('counts.npy', encodeNpy(counts, [1, 3]))), [
      Array.from(counts),
    ]);
  });
});
