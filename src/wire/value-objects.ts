/** The objects that a message's parts are put together to, where that takes care, and the containers that are deferred. */
import * as format from './value-format.ts';
import * as kinds from './value-kinds.ts';
import { malformed } from './value-reader.ts';

/** An index that no array reaches by its first elements: setting it makes V8 store the array by index. */
const FAR_INDEX = 2 ** 32 - 2;

/** The kinds of objects that are deferred where they stand too deep, and the tag that stands for each. */
export const DEFERRED_TAGS: ReadonlyMap<number, number> = new Map([
  [kinds.ARRAY, format.ARRAY],
  [kinds.PLAIN, format.DICTIONARY],
  [kinds.MAP, format.MAP],
  [kinds.SET, format.SET],
]);

/** What a deferred container is before its content comes. */
export function emptyContainer(tag: number): object {
  switch (tag) {
    case format.ARRAY:
      return [];
    case format.DICTIONARY:
      return {};
    case format.MAP:
      return new Map();
    case format.SET:
      return new Set();
    default:
      throw malformed(`a deferred container of kind ${String(tag)}`);
  }
}

/** The deferred container, whose content must be of its kind. */
export function expected<T extends object>(container: T, ofItsKind: boolean): T {
  if (!ofItsKind) throw malformed('content of another kind than its container');
  return container;
}

/** Makes a property of the object's own, whatever the key means to objects in general. */
export function setProperty(object: Record<string, unknown>, key: string, value: unknown): void {
  if (isOrdinaryKey(key)) object[key] = value;
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

export function regExp(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    throw malformed(`no regular expression: /${source.slice(0, 80)}/${flags.slice(0, 20)}`);
  }
}

/**
 * Sets the length of an empty array without room for elements. (For a length of some millions V8 allocates room for
 * them all at once: a few bytes of message could ask for hundreds of megabytes.)
 */
export function setLengthAlone(array: unknown[], length: number): void {
  array[FAR_INDEX] = undefined;
  Reflect.deleteProperty(array, FAR_INDEX);
  array.length = length;
}

/** Whether assigning to the key makes a property on a fresh object: false for `__proto__`, `toString`, … */
export function isOrdinaryKey(key: string): boolean {
  return !(key in Object.prototype);
}
