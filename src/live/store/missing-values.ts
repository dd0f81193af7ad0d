/** What stands in a column where a row has nothing: as psana has it, where the type can hold it. */
import type { TypedArray } from '../../index.ts';

const MISSING_INTEGER = -99_999;

export function fillMissing(data: TypedArray): void {
  switch (data[Symbol.toStringTag]) {
    case 'Float32Array':
    case 'Float64Array':
      (data as Float64Array).fill(NaN);
      return;
    case 'BigInt64Array':
      (data as BigInt64Array).fill(BigInt(MISSING_INTEGER));
      return;
    case 'BigUint64Array':
      (data as BigUint64Array).fill(2n ** 64n - 1n);
      return;
    case 'Int32Array':
      (data as Int32Array).fill(MISSING_INTEGER);
      return;
    case 'Int8Array':
    case 'Int16Array':
      (data as Int16Array).fill(-(2 ** (8 * data.BYTES_PER_ELEMENT - 1)));
      return;
    default:
      (data as Uint32Array).fill(2 ** (8 * data.BYTES_PER_ELEMENT) - 1);
  }
}
