/**
 * Compares two values as strictly as a program could: classes, own properties with order and attributes, holes,
 * the sign of zero, the order of Maps and Sets, and which objects are one and the same.
 */
import { types } from 'node:util';

/** Where two values differ, e.g. `.a[2]: -0 and 0`; undefined where they do not. */
export function difference(actual: unknown, expected: unknown): string | undefined {
  return new Comparison().compare(actual, expected, 'value');
}

class Comparison {
  readonly #pairs = new Map<object, object>();
  readonly #partners = new Map<object, object>();

  compare(actual: unknown, expected: unknown, path: string): string | undefined {
    if (!isObject(actual) || !isObject(expected)) {
      return Object.is(actual, expected) ? undefined : `${path}: ${show(actual)} and ${show(expected)}`;
    }
    if (this.#pairs.has(actual) || this.#partners.has(expected)) {
      const same = this.#pairs.get(actual) === expected && this.#partners.get(expected) === actual;
      return same ? undefined : `${path}: shared with different others`;
    }
    this.#pairs.set(actual, expected);
    this.#partners.set(expected, actual);
    if (Object.getPrototypeOf(actual) !== Object.getPrototypeOf(expected)) return `${path}: other prototypes`;
    return this.#content(actual, expected, path) ?? this.#properties(actual, expected, path);
  }

  #content(actual: object, expected: object, path: string): string | undefined {
    const tags = [actual, expected].map((object) => Object.prototype.toString.call(object));
    if (tags[0] !== tags[1]) return `${path}: ${tags.join(' and ')}`;
    if (types.isMap(expected) || types.isSet(expected)) {
      const inner = (collection: object): unknown[] => [...(collection as Iterable<unknown>)];
      return this.compare(inner(actual), inner(expected), `${path} entries`);
    }
    if (ArrayBuffer.isView(expected) || types.isAnyArrayBuffer(expected)) {
      const [one, other] = [bytes(actual), bytes(expected)];
      return one.equals(other) ? undefined : `${path}: other bytes`;
    }
    if (types.isDate(expected)) return this.compare(Number(actual), Number(expected), `${path} time`);
    if (types.isRegExp(expected)) {
      return this.compare(RegExp.prototype.toString.call(actual), expected.toString(), `${path} pattern`);
    }
    if (types.isBoxedPrimitive(expected)) {
      return this.compare(actual.valueOf(), (expected as object).valueOf(), `${path} inside`);
    }
    return undefined;
  }

  #properties(actual: object, expected: object, path: string): string | undefined {
    // A buffer's elements have been compared as bytes.
    const keysOf = (object: object): (string | symbol)[] =>
      ArrayBuffer.isView(object) ? [] : Reflect.ownKeys(object);
    const [keys, expectedKeys] = [keysOf(actual), keysOf(expected)];
    if (keys.length !== expectedKeys.length) {
      return `${path}: keys ${show(keys)} and ${show(expectedKeys)}`;
    }
    for (const [index, key] of keys.entries()) {
      if (key !== expectedKeys[index]) return `${path}: keys ${show(keys)} and ${show(expectedKeys)}`;
      const [one, other] = [actual, expected].map((object) => Object.getOwnPropertyDescriptor(object, key));
      const attributes = (property?: PropertyDescriptor): string =>
        `${String(property?.enumerable)} ${String(property?.writable)} ${String(property?.configurable)}`;
      if (attributes(one) !== attributes(other)) return `${path}.${String(key)}: other attributes`;
      const found = this.compare(
        (actual as Record<string | symbol, unknown>)[key],
        (expected as Record<string | symbol, unknown>)[key],
        `${path}.${String(key)}`,
      );
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function bytes(buffer: object): Buffer {
  return ArrayBuffer.isView(buffer)
    ? Buffer.from(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : Buffer.from(buffer as ArrayBuffer);
}

function show(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`;
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 100)) : String(value);
}
