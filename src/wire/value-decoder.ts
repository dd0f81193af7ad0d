/**
 * Reads a value from bytes that another process wrote; `value-format.ts` says how they look. Nothing in them is
 * trusted: malformed bytes end in an Error `malformed value: …`, after work and memory in proportion to their
 * number, and never run code.
 */
import * as errors from './value-errors.ts';
import * as format from './value-format.ts';
import { emptyContainer, expected, regExp, setLengthAlone, setProperty } from './value-objects.ts';
import { malformed, type ValueReader } from './value-reader.ts';
import { ShapeTable, type KnownShape } from './value-shape-table.ts';

const ARRAY_LENGTH_MAX = 2 ** 32 - 1;

/** Names of this file are faster than imported ones, where each value is compared with them. */
const INTEGERS_END = format.SHORT_STRING;
const FLOAT64 = format.FLOAT64;
const HOLE = format.HOLE;

type Dictionary = Record<string, unknown>;

export class ValueDecoder {
  readonly #in: ValueReader;
  readonly #shapes = new ShapeTable();
  /** The message's objects by number; empty where it says that none occurs twice. */
  #objects: object[] = [];
  #graph = false;
  #deferred: object[] = [];

  constructor(reader: ValueReader) {
    this.#in = reader;
  }

  /** The value from `start` to `end`, all of it. Throws where the bytes are no value. */
  decode(bytes: Uint8Array, start: number, end: number): unknown {
    const input = this.#in;
    input.open(bytes, start, end);
    this.#shapes.startMessage();
    try {
      const mode = input.byte();
      if (mode > format.MODE_GRAPH) throw malformed(`it begins with ${String(mode)}`);
      this.#graph = mode === format.MODE_GRAPH;
      const value = this.#value(0);
      // Grows while it is worked through.
      for (const container of this.#deferred) this.#deferredContent(container);
      if (input.position !== end) throw malformed(`${String(end - input.position)} bytes follow it`);
      return value;
    } finally {
      input.close();
      if (this.#objects.length > 0) this.#objects = [];
      if (this.#deferred.length > 0) this.#deferred = [];
    }
  }

  /** A value inside `depth` containers. */
  #value(depth: number): unknown {
    return this.#tagged(this.#in.byte(), depth);
  }

  /**
   * The value that begins with this tag. The tags stand here as numbers, because V8 makes a jump table of these, but
   * compares with imported names one by one, which takes twice as long for all.
   */
  #tagged(tag: number, depth: number): unknown {
    const input = this.#in;
    if (tag < 0x80) return tag;
    if (tag < 0xa0) return input.latin1(tag - 0x80);
    if (tag < 0xb0) return this.#array(tag - 0xa0, depth);
    if (tag < 0xc0) return tag - 0xc0;
    switch (tag) {
      case 0xc0:
        return undefined;
      case 0xc1:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc6:
        return input.int16();
      case 0xc7:
        return input.int32();
      case 0xc8:
        return input.float64();
      case 0xd0:
        return this.#fill(this.#counted({}), this.#newShape(), depth);
      case 0xd1:
        return this.#fill(this.#counted({}), this.#shapes.numbered(input.length()), depth);
      default:
        return this.#rare(tag, depth);
    }
  }

  /** What comes seldom, or takes its time: it stands apart so that V8 compiles the rest as one small function. */
  #rare(tag: number, depth: number): unknown {
    const input = this.#in;
    switch (tag) {
      case format.LATIN1:
      case format.UTF16:
        return input.string(tag);
      case format.ARRAY:
        return this.#array(input.length(), depth);
      case format.BUFFER:
        return this.#counted(input.buffer(input.byte()));
      case format.BIGINT64:
        return input.bigint64();
      case format.BIGINT_POSITIVE:
        return input.magnitude();
      case format.BIGINT_NEGATIVE:
        return -input.magnitude();
      case format.DATE:
        return this.#counted(new Date(input.float64()));
      case format.MAP:
        return this.#fillMap(this.#counted(new Map()), depth);
      case format.SET:
        return this.#fillSet(this.#counted(new Set()), depth);
      case format.DICTIONARY:
        return this.#fillEntries(this.#counted<Dictionary>({}), depth);
      case format.KEYED_ARRAY:
        return this.#fillKeyedArray(this.#counted<unknown[]>([]), depth);
      case format.REFERENCE:
        return this.#reference();
      case format.DEFERRED:
        return this.#defer(input.byte());
      case format.REGEXP:
        return this.#counted(regExp(this.#string(), this.#string()));
      case format.ERROR:
        return this.#error(depth);
      case format.BOXED:
        return this.#counted(this.#boxed(depth));
      default:
        throw malformed(`${String(tag)} begins no value`);
    }
  }

  /** Numbers a new object, where somebody may refer to it. */
  #counted<T extends object>(object: T): T {
    if (this.#graph) this.#objects.push(object);
    return object;
  }

  #reference(): object {
    const number = this.#in.length();
    const object = this.#objects[number];
    if (object === undefined)
      throw malformed(`a reference to object ${String(number)}, which it does not have`);
    return object;
  }

  #array(length: number, depth: number): unknown[] {
    return this.#fillArray(this.#counted(new Array<unknown>(this.#in.items(length))), length, depth);
  }

  #fillArray(array: unknown[], length: number, depth: number): unknown[] {
    const input = this.#in;
    checkDepth(depth);
    for (let index = 0; index < length; index++) {
      const tag = input.byte();
      if (tag < INTEGERS_END) array[index] = tag;
      else if (tag === FLOAT64) array[index] = input.float64();
      else if (tag !== HOLE) array[index] = this.#tagged(tag, depth + 1);
    }
    return array;
  }

  #fillKeyedArray(array: unknown[], depth: number): unknown[] {
    const length = this.#in.length();
    if (length > ARRAY_LENGTH_MAX) throw malformed(`an array of ${String(length)} items`);
    if (this.#in.affordsHoles(length)) array.length = length;
    else setLengthAlone(array, length);
    this.#fillEntries(array as unknown as Dictionary, depth);
    if (array.length !== length) throw malformed(`an array of ${String(length)} items with more than these`);
    return array;
  }

  #newShape(): KnownShape {
    const input = this.#in;
    const bytes = input.length();
    const start = input.take(bytes);
    return this.#shapes.next(input.bytes, start, start + bytes);
  }

  #fill(object: Dictionary, shape: KnownShape, depth: number): Dictionary {
    const input = this.#in;
    const { keys, ordinary } = shape;
    checkDepth(depth);
    let index = 0;
    if (ordinary && keys.length >= 3) {
      // While all objects that come are of one shape, each of these lines meets one key: V8 makes plain stores of them.
      if (!input.skip(HOLE)) object[keys[0] as string] = this.#value(depth + 1);
      if (!input.skip(HOLE)) object[keys[1] as string] = this.#value(depth + 1);
      if (!input.skip(HOLE)) object[keys[2] as string] = this.#value(depth + 1);
      index = 3;
    }
    for (; index < keys.length; index++) {
      if (input.skip(HOLE)) continue;
      const value = this.#value(depth + 1);
      if (ordinary) object[keys[index] as string] = value;
      else setProperty(object, keys[index] as string, value);
    }
    return object;
  }

  #fillEntries<T extends Dictionary>(object: T, depth: number): T {
    checkDepth(depth);
    while (!this.#in.skip(format.END)) {
      const key = this.#string();
      if (key === 'length' && Array.isArray(object)) throw malformed('an array whose length is an item');
      setProperty(object, key, this.#value(depth + 1));
    }
    return object;
  }

  #fillMap(map: Map<unknown, unknown>, depth: number): Map<unknown, unknown> {
    checkDepth(depth);
    while (!this.#in.skip(format.END)) map.set(this.#value(depth + 1), this.#value(depth + 1));
    return map;
  }

  #fillSet(set: Set<unknown>, depth: number): Set<unknown> {
    checkDepth(depth);
    while (!this.#in.skip(format.END)) set.add(this.#value(depth + 1));
    return set;
  }

  #string(): string {
    const text = this.#in.string(this.#in.byte());
    if (text === undefined) throw malformed('something else where a string is wanted');
    return text;
  }

  #boxed(depth: number): object {
    const tag = this.#in.byte();
    // Refused before it is read, so that wrappers of wrappers do not use up the stack.
    const value = tag === format.BOXED ? null : this.#tagged(tag, depth);
    if (value === null || value === undefined || typeof value === 'object') {
      throw malformed('a wrapper object of no primitive');
    }
    return Object(value) as object;
  }

  #error(depth: number): Error {
    const input = this.#in;
    const classCode = input.byte();
    const parts = input.byte();
    if (!errors.isErrorHeader(classCode, parts)) throw malformed('an error of an unknown kind');
    const message = parts & errors.HAS_MESSAGE ? this.#string() : undefined;
    const stack = parts & errors.HAS_STACK ? this.#string() : undefined;
    const name = errors.isDomExceptionCode(classCode) ? this.#string() : undefined;
    const error = this.#counted(errors.putErrorTogether({ classCode, name, message, stack }));
    if (parts & errors.HAS_CAUSE) {
      checkDepth(depth);
      errors.setCause(error, this.#value(depth + 1));
    } else if (parts & errors.DEFERS_CAUSE) {
      this.#deferred.push(error);
    }
    return error;
  }

  #defer(tag: number): object {
    const container = this.#counted(emptyContainer(tag));
    this.#deferred.push(container);
    return container;
  }

  #deferredContent(container: object): void {
    const input = this.#in;
    if (container instanceof Error) {
      errors.setCause(container, this.#value(0));
      return;
    }
    const tag = input.byte();
    if (Array.isArray(container)) this.#deferredArray(container, tag);
    else if (container instanceof Map) this.#fillMap(expected(container, tag === format.MAP), 0);
    else if (container instanceof Set) this.#fillSet(expected(container, tag === format.SET), 0);
    else if (tag === format.SHAPED) this.#fill(container as Dictionary, this.#newShape(), 0);
    else if (tag === format.SAME_SHAPE)
      this.#fill(container as Dictionary, this.#shapes.numbered(input.length()), 0);
    else this.#fillEntries(expected(container as Dictionary, tag === format.DICTIONARY), 0);
  }

  #deferredArray(array: unknown[], tag: number): void {
    if (tag === format.KEYED_ARRAY) {
      this.#fillKeyedArray(array, 0);
      return;
    }
    const isShort = tag >= format.SHORT_ARRAY && tag <= format.SHORT_ARRAY + format.SHORT_ARRAY_MAX;
    expected(array, isShort || tag === format.ARRAY);
    const length = this.#in.items(isShort ? tag - format.SHORT_ARRAY : this.#in.length());
    array.length = length;
    this.#fillArray(array, length, 0);
  }
}

function checkDepth(depth: number): void {
  if (depth >= format.DEPTH_MAX)
    throw malformed(`containers more than ${String(format.DEPTH_MAX)} levels deep`);
}
