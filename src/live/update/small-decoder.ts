/** Decodes the small values of an update. Nothing that a peer sends executes code or allocates more than it is long. */
import type { ByteReader } from './byte-reader.ts';
import { elementClass } from './element-types.ts';
import { FrameError } from './frame-error.ts';
import * as tag from './small-tags.ts';

export function decodeSmall(reader: ByteReader): Record<string, unknown> {
  return readProperties(reader, 0);
}

function read(reader: ByteReader, depth: number): unknown {
  const code = reader.u8();
  switch (code) {
    case tag.INT32:
      return reader.i32();
    case tag.FLOAT64:
      return reader.f64();
    case tag.TEXT:
      return reader.text();
    case tag.UNDEFINED:
      return undefined;
    case tag.NULL:
      return null;
    case tag.FALSE:
      return false;
    case tag.TRUE:
      return true;
    case tag.BIGINT:
      return readBigint(reader.text());
    case tag.DATE:
      return new Date(reader.f64());
    case tag.ARRAY_BUFFER:
      return reader.copy(reader.u32()).buffer;
    case tag.DATA_VIEW:
      return new DataView(reader.copy(reader.u32()).buffer);
    case tag.TYPED_ARRAY:
      return readTypedArray(reader);
    case tag.REG_EXP:
      return readRegExp(reader.text(), reader.text());
    default:
      if (depth >= tag.DEPTH_MAX) throw new FrameError(`its values are deeper than ${tag.DEPTH_MAX} levels`);
      return readContainer(reader, code, depth);
  }
}

function readContainer(reader: ByteReader, code: number, depth: number): unknown {
  switch (code) {
    case tag.OBJECT:
      return readProperties(reader, depth);
    case tag.ARRAY:
      return readArray(reader, depth);
    case tag.MAP: {
      const map = new Map<unknown, unknown>();
      for (let left = reader.count(2); left > 0; left -= 1) {
        const key = read(reader, depth + 1);
        map.set(key, read(reader, depth + 1));
      }
      return map;
    }
    case tag.SET: {
      const set = new Set<unknown>();
      for (let left = reader.count(1); left > 0; left -= 1) set.add(read(reader, depth + 1));
      return set;
    }
    default:
      throw new FrameError(`no value has the code ${code}`);
  }
}

function readProperties(reader: ByteReader, depth: number): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (let left = reader.count(5); left > 0; left -= 1) {
    const key = reader.text();
    const value = read(reader, depth + 1);
    // A plain assignment would change the prototype.
    if (key === '__proto__')
      Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
    else object[key] = value;
  }
  return object;
}

function readArray(reader: ByteReader, depth: number): unknown[] {
  const length = reader.count(1);
  const array: unknown[] = [];
  array.length = length;
  for (let index = 0; index < length; index += 1) {
    const member = readMember(reader, depth + 1);
    if (member !== HOLE) array[index] = member;
  }
  return array;
}

const HOLE: unique symbol = Symbol('hole');

function readMember(reader: ByteReader, depth: number): unknown {
  return reader.peekIs(tag.HOLE) ? HOLE : read(reader, depth);
}

function readTypedArray(reader: ByteReader): unknown {
  const code = reader.u8();
  const Class = elementClass(code);
  if (Class === undefined) throw new FrameError(`no class of typed arrays has the code ${code}`);
  const bytes = reader.u32();
  if (bytes % Class.BYTES_PER_ELEMENT !== 0)
    throw new FrameError(`${bytes} bytes are no whole number of elements of ${Class.name}`);
  return new Class(reader.copy(bytes).buffer, 0, bytes / Class.BYTES_PER_ELEMENT);
}

function readBigint(digits: string): bigint {
  const { sign, hexadecimal } = /^(?<sign>-?)(?<hexadecimal>[0-9a-f]+)$/.exec(digits)?.groups ?? {};
  if (hexadecimal === undefined || digits.length > tag.BIGINT_DIGITS_MAX)
    throw new FrameError('a bigint is malformed');
  const magnitude = BigInt(`0x${hexadecimal}`);
  return sign === '-' ? -magnitude : magnitude;
}

function readRegExp(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    throw new FrameError('a regular expression is malformed');
  }
}
