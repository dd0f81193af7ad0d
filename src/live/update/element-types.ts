/** The classes of typed arrays that a frame carries, as codes of one byte that are frozen on the wire. */
import type { TypedArray } from '../../index.ts';

export interface TypedArrayClass {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): TypedArray;
}

const Float16: TypedArrayClass | undefined = (globalThis as { Float16Array?: TypedArrayClass }).Float16Array;

/** By code. Float16Array is there where the runtime has it (Node 24 and later). */
const CLASSES: readonly (TypedArrayClass | undefined)[] = [
  undefined,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
  Float16,
];

const CODE_OF_TAG: ReadonlyMap<string, number> = new Map([
  ['Int8Array', 1],
  ['Uint8Array', 2],
  ['Uint8ClampedArray', 3],
  ['Int16Array', 4],
  ['Uint16Array', 5],
  ['Int32Array', 6],
  ['Uint32Array', 7],
  ['Float32Array', 8],
  ['Float64Array', 9],
  ['BigInt64Array', 10],
  ['BigUint64Array', 11],
  ['Float16Array', 12],
]);

/** 0 where the value is no typed array. */
export function elementCode(value: unknown): number {
  if (!ArrayBuffer.isView(value) || value instanceof DataView) return 0;
  return CODE_OF_TAG.get((value as TypedArray)[Symbol.toStringTag]) ?? 0;
}

/** Undefined where no class of this runtime has the code. */
export const elementClass = (code: number): TypedArrayClass | undefined => CLASSES[code];
