/**
 * A copy of a panel that stays as it was, whatever the program does with its arrays afterwards. Arrays of the copy before are
 * used again where they fit, so a stream of equal panels makes no garbage.
 */

/** @param previous the copy that this one replaces: its arrays are overwritten */
export function snapshot<T>(value: T, previous: unknown): T {
  return copy(value, previous) as T;
}

type Numbers = Float64Array;

function copy(value: unknown, previous: unknown): unknown {
  if (ArrayBuffer.isView(value)) return copyArray(value as Numbers, previous);
  if (typeof value !== 'object' || value === null) return value;
  const before = (typeof previous === 'object' && previous !== null ? previous : {}) as Readonly<
    Record<string, unknown>
  >;
  if (Array.isArray(value)) return value.map((item, index) => copy(item, before[index]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item, before[key])]));
}

function copyArray(array: Numbers, previous: unknown): Numbers {
  if (ArrayBuffer.isView(previous)) {
    const before = previous as Numbers;
    if (before.constructor === array.constructor && before.length === array.length) {
      before.set(array);
      return before;
    }
  }
  return array.slice();
}
