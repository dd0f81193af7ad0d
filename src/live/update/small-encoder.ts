/**
 * Encodes the small values of an update with the fidelity of structured clone: -0 and NaN, bigint, Date, Map, Set, RegExp,
 * holes of arrays, typed arrays and ArrayBuffer arrive as what they were; a class instance loses its prototype. What cannot
 * travel (functions, symbols, circles) is refused with the place where it stands.
 */
import { MPIError } from '../../index.ts';
import type { ByteWriter } from './byte-writer.ts';
import { elementCode } from './element-types.ts';
import * as tag from './small-tags.ts';

/** Writes the own enumerable properties of `small`. */
export function encodeSmall(writer: ByteWriter, small: Readonly<Record<string, unknown>>): void {
  writeProperties(writer, small, 'small', 0);
}

function write(writer: ByteWriter, value: unknown, path: string, depth: number): void {
  switch (typeof value) {
    case 'number':
      return writeNumber(writer, value);
    case 'string':
      writer.u8(tag.TEXT);
      return writer.text(value);
    case 'boolean':
      return writer.u8(value ? tag.TRUE : tag.FALSE);
    case 'undefined':
      return writer.u8(tag.UNDEFINED);
    case 'bigint':
      return writeBigint(writer, value, path);
    case 'object':
      return value === null ? writer.u8(tag.NULL) : writeObject(writer, value, path, depth);
    case 'function':
    case 'symbol':
      throw refusal(path, `a ${typeof value}`);
  }
}

function writeNumber(writer: ByteWriter, value: number): void {
  if ((value | 0) === value && !Object.is(value, -0)) {
    writer.u8(tag.INT32);
    writer.i32(value);
  } else {
    writer.u8(tag.FLOAT64);
    writer.f64(value);
  }
}

function writeBigint(writer: ByteWriter, value: bigint, path: string): void {
  const digits = value.toString(16);
  if (digits.length > tag.BIGINT_DIGITS_MAX)
    throw refusal(
      path,
      `a bigint of ${digits.length} hexadecimal digits, where ${tag.BIGINT_DIGITS_MAX} are the most`,
    );
  writer.u8(tag.BIGINT);
  writer.text(digits);
}

function writeObject(writer: ByteWriter, value: object, path: string, depth: number): void {
  if (depth >= tag.DEPTH_MAX) throw refusal(path, `deeper than ${tag.DEPTH_MAX} levels, or a circle`);
  if (Array.isArray(value)) return writeArray(writer, value, path, depth);
  if (ArrayBuffer.isView(value)) return writeView(writer, value, path);
  if (value instanceof Date) {
    writer.u8(tag.DATE);
    return writer.f64(value.getTime());
  }
  if (value instanceof Map) return writeMap(writer, value, path, depth);
  if (value instanceof Set) {
    writer.u8(tag.SET);
    writer.u32(value.size);
    for (const member of value) write(writer, member, `${path}.member`, depth + 1);
    return;
  }
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) {
    writer.u8(tag.ARRAY_BUFFER);
    writer.u32(value.byteLength);
    return writer.raw(new Uint8Array(value));
  }
  if (value instanceof RegExp) {
    writer.u8(tag.REG_EXP);
    writer.text(value.source);
    return writer.text(value.flags);
  }
  if (
    value instanceof Promise ||
    value instanceof WeakMap ||
    value instanceof WeakSet ||
    value instanceof Error
  )
    throw refusal(path, `a ${value.constructor.name}`);
  writer.u8(tag.OBJECT);
  writeProperties(writer, value as Record<string, unknown>, path, depth);
}

function writeProperties(
  writer: ByteWriter,
  value: Readonly<Record<string, unknown>>,
  path: string,
  depth: number,
): void {
  const keys = Object.keys(value);
  writer.u32(keys.length);
  for (const key of keys) {
    writer.text(key);
    const member = value[key];
    // The path of a plain number is never asked for.
    if (typeof member === 'number') writeNumber(writer, member);
    else write(writer, member, `${path}.${key}`, depth + 1);
  }
}

function writeArray(writer: ByteWriter, value: readonly unknown[], path: string, depth: number): void {
  writer.u8(tag.ARRAY);
  writer.u32(value.length);
  for (let index = 0; index < value.length; index += 1) {
    if (index in value) write(writer, value[index], `${path}[${index}]`, depth + 1);
    else writer.u8(tag.HOLE);
  }
}

function writeMap(
  writer: ByteWriter,
  value: ReadonlyMap<unknown, unknown>,
  path: string,
  depth: number,
): void {
  writer.u8(tag.MAP);
  writer.u32(value.size);
  for (const [key, member] of value) {
    write(writer, key, `${path}.key`, depth + 1);
    write(writer, member, `${path}.value`, depth + 1);
  }
}

function writeView(writer: ByteWriter, value: ArrayBufferView, path: string): void {
  const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof DataView) {
    writer.u8(tag.DATA_VIEW);
  } else {
    const code = elementCode(value);
    if (code === 0) throw refusal(path, 'a typed array of a class that is not known here');
    writer.u8(tag.TYPED_ARRAY);
    writer.u8(code);
  }
  writer.u32(bytes.byteLength);
  writer.raw(bytes);
}

const refusal = (path: string, what: string): MPIError =>
  new MPIError(
    'MPI_ERR_ARG',
    `Cannot encode ${path}: it is ${what}; numbers, text, bigint, Date, Map, Set, arrays and plain objects are wanted, and large arrays belong into addArray()`,
  );
