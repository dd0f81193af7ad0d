/** An image as the bytes of a .npy file, version 1.0, little-endian in C order: numpy.load reads it. */

const PREFIX_BYTES = 10;
/** The data begins at a multiple of this, as numpy wants it for mapping files into memory. */
const ALIGNMENT = 64;

export function encodeNpy(data: Float64Array | Uint32Array, shape: readonly number[]): Buffer {
  const descr = data instanceof Float64Array ? '<f8' : '<u4';
  const sizes = `(${shape.join(', ')}${shape.length === 1 ? ',' : ''})`;
  const dictionary = `{'descr': '${descr}', 'fortran_order': False, 'shape': ${sizes}, }`;
  const headerBytes =
    Math.ceil((PREFIX_BYTES + dictionary.length + 1) / ALIGNMENT) * ALIGNMENT - PREFIX_BYTES;
  const file = Buffer.alloc(PREFIX_BYTES + headerBytes + data.byteLength);
  file.write('\x93NUMPY\x01\x00', 'latin1');
  file.writeUInt16LE(headerBytes, 8);
  file.write(`${dictionary.padEnd(headerBytes - 1)}\n`, PREFIX_BYTES, 'latin1');
  const view = new DataView(file.buffer, file.byteOffset + PREFIX_BYTES + headerBytes, data.byteLength);
  const put = (index: number, value: number): void =>
    data instanceof Float64Array
      ? view.setFloat64(index * 8, value, true)
      : view.setUint32(index * 4, value, true);
  data.forEach((value, index) => put(index, value));
  return file;
}
