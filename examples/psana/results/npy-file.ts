/**
 * Frames in numpy's file format, read one by one: a file may be larger than memory.
 *
 *   "\x93NUMPY"  version, 2 bytes  header length, 2 bytes (version 1) or 4 (versions 2 and 3)  header  data
 *   header: {'descr': '<f4', 'fortran_order': False, 'shape': (185, 388), } and spaces, in Latin-1 or UTF-8
 *
 * The header is read by pattern; nothing in it is evaluated, and pickled objects are refused unread.
 */
import { open, type FileHandle } from 'node:fs/promises';

interface NpyHeader {
  /** Kind and bytes of an element, e.g. "f4". */
  readonly dtype: string;
  readonly bigEndian: boolean;
  readonly shape: readonly number[];
  /** Where the data begins. */
  readonly dataOffset: number;
}

const ELEMENTS = {
  f4: Float32Array,
  f8: Float64Array,
  i1: Int8Array,
  i2: Int16Array,
  i4: Int32Array,
  i8: BigInt64Array,
  u1: Uint8Array,
  u2: Uint16Array,
  u4: Uint32Array,
  u8: BigUint64Array,
  b1: Uint8Array,
} as const;

const HEADER_BYTES_MAX = 65536;

export class NpyFile {
  readonly rows: number;
  readonly columns: number;
  readonly frames: number;
  readonly #handle: FileHandle;
  readonly #header: NpyHeader;
  readonly #buffer: Buffer<ArrayBuffer>;
  readonly #elements:
    | Float32Array
    | Float64Array
    | Int8Array
    | Int16Array
    | Int32Array
    | BigInt64Array
    | Uint8Array
    | Uint16Array
    | Uint32Array
    | BigUint64Array;

  static async open(file: string): Promise<NpyFile> {
    const handle = await open(file, 'r').catch((error: unknown) => {
      const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      const reason = missing
        ? 'there is no such file'
        : error instanceof Error
          ? error.message
          : String(error);
      throw new Error(`Cannot open "${file}": ${reason}`, { cause: error });
    });
    try {
      const { size } = await handle.stat();
      const start = Buffer.alloc(Math.min(size, HEADER_BYTES_MAX));
      await readFully(handle, start, 0);
      return new NpyFile(handle, parseNpyHeader(start), size);
    } catch (error) {
      await handle.close();
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`Cannot read "${file}": ${reason}`, { cause: error });
    }
  }

  private constructor(handle: FileHandle, header: NpyHeader, size: number) {
    const { shape } = header;
    if (shape.length !== 2 && shape.length !== 3) {
      throw new Error(
        `its shape is (${shape.join(', ')}); wanted is one frame (2-D) or a stack of frames (3-D)`,
      );
    }
    const [columns = 0, rows = 0, frames = 1] = shape.toReversed();
    if (rows * columns * frames === 0)
      throw new Error(`its shape is (${shape.join(', ')}): it holds no pixels`);
    const ArrayClass = ELEMENTS[header.dtype as keyof typeof ELEMENTS];
    const wanted = header.dataOffset + rows * columns * frames * ArrayClass.BYTES_PER_ELEMENT;
    if (size < wanted) throw new Error(`it ends after ${size} bytes of ${wanted}`);
    this.rows = rows;
    this.columns = columns;
    this.frames = frames;
    this.#handle = handle;
    this.#header = header;
    const memory = new ArrayBuffer(rows * columns * ArrayClass.BYTES_PER_ELEMENT);
    this.#buffer = Buffer.from(memory);
    this.#elements = new ArrayClass(memory);
  }

  /** Frame `index`, row by row. Valid until the next call. 64-bit integers come as the nearest numbers. */
  async read(index: number): Promise<ArrayLike<number>> {
    const position = this.#header.dataOffset + index * this.#buffer.length;
    await readFully(this.#handle, this.#buffer, position);
    if (this.#header.bigEndian) swapBytes(this.#buffer, this.#elements.BYTES_PER_ELEMENT);
    const elements = this.#elements;
    if (elements instanceof BigInt64Array || elements instanceof BigUint64Array)
      return Float64Array.from(elements, Number);
    return elements;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** Reads the header at the start of a .npy file. */
function parseNpyHeader(bytes: Buffer): NpyHeader {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') {
    throw new Error('it does not begin as a .npy file does');
  }
  const version = bytes[6] ?? 0;
  if (version < 1 || version > 3)
    throw new Error(`it is of version ${version} of the format; known are 1 to 3`);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8);
  if (start + length > bytes.length) throw new Error('its header is cut off');
  const text = bytes.toString(version === 3 ? 'utf8' : 'latin1', start, start + length);
  const descr = /'descr'\s*:\s*('[^']*'|\[)/.exec(text)?.[1];
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text)?.[1];
  const shape = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[1];
  if (descr === undefined || order === undefined || shape === undefined) {
    throw new Error(`its header is not understood: ${text.trim().slice(0, 120)}`);
  }
  if (order === 'True') {
    throw new Error('it is in Fortran order (columns first); save numpy.ascontiguousarray(frames) instead');
  }
  const sizes = shape.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number.parseInt(part, 10)]));
  return { ...parseDescr(descr), shape: sizes, dataOffset: start + length };
}

function parseDescr(descr: string): { dtype: string; bigEndian: boolean } {
  if (descr === '[') throw new Error('its elements are records; save one field of them, as plain numbers');
  const text = descr.slice(1, -1);
  if (/^[|<>=]?O/.test(text)) {
    throw new Error(
      'its elements are Python objects, which only Python can read; save numbers, with a numeric dtype',
    );
  }
  const [, order = '', dtype = ''] = /^([|<>=]?)([a-zA-Z]\d+)$/.exec(text) ?? [];
  if (!Object.hasOwn(ELEMENTS, dtype)) {
    throw new Error(
      `its elements are of dtype '${text}'; known are ${Object.keys(ELEMENTS).join(', ')} of either byte order`,
    );
  }
  return { dtype, bigEndian: order === '>' };
}

async function readFully(handle: FileHandle, target: Buffer, position: number): Promise<void> {
  let filled = 0;
  while (filled < target.length) {
    const { bytesRead } = await handle.read(target, filled, target.length - filled, position + filled);
    if (bytesRead === 0) throw new Error(`it ends at byte ${position + filled}, in the middle of a frame`);
    filled += bytesRead;
  }
}

function swapBytes(bytes: Buffer, width: number): void {
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else if (width === 8) bytes.swap64();
}
