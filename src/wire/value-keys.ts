/**
 * What keys an object has, as far as it decides the form in which it is written. V8 knows at once that an array has no
 * named properties, but offers no way to ask; this file holds the cheap ways around.
 */
import { inspect } from 'node:util';

/** Arrays up to this length are looked through for named properties by listing their keys. */
const LISTED_LENGTH_MAX = 128;
/** A longer array is probed at so many places; where more than a quarter are holes, it is written by its keys. */
const PROBES = 32;

/** Whether `for … in` would list anything of this object. */
export function listsAnything(object: object): boolean {
  for (const _key in object) return true;
  return false;
}

/**
 * Whether the array is best written as a list: it has no named properties, and not too many holes. Listing the keys
 * of a long array takes longer than writing it; there, the text that Node makes of it without its elements tells: it
 * names all else that the array has.
 */
export function isListOnly(array: readonly unknown[]): boolean {
  const { length } = array;
  if (length > LISTED_LENGTH_MAX) {
    return (
      isMostlyThere(array) &&
      (inspect(array, WITHOUT_ELEMENTS) === `[ ... ${String(length)} more items ]` || isList(array))
    );
  }
  return length === 0 ? !listsAnything(array) : isList(array);
}

const WITHOUT_ELEMENTS = {
  maxArrayLength: 0,
  depth: 0,
  customInspect: false,
  colors: false,
  showHidden: false,
  showProxy: false,
  getters: false,
} as const;

function isList(array: readonly unknown[]): boolean {
  const keys = Object.keys(array);
  const { length } = keys;
  if (length === array.length && keys[length - 1] === INDICES[length - 1]) return true;
  // Indices come first, in order, so that the last key tells whether there are any others.
  return length <= array.length && length > 0 && isIndex(keys[length - 1] as string);
}

/** The first indices as strings: comparing with them is faster than to make them. */
const INDICES: readonly string[] = Object.keys(Array.from({ length: LISTED_LENGTH_MAX }));

function isIndex(key: string): boolean {
  const index = Number(key);
  return Number.isInteger(index) && index >= 0 && index < 2 ** 32 - 1 && String(index) === key;
}

function isMostlyThere(array: readonly unknown[]): boolean {
  let holes = 0;
  for (let probe = 0; probe < PROBES; probe++) {
    if (!(Math.floor((probe / PROBES) * array.length) in array)) holes++;
  }
  return holes <= PROBES / 4;
}
