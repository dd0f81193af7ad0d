/**
 * Writes any value as bytes, with the fidelity of structured cloning; `value-format.ts` says how they look.
 *
 * One walk over the value. Plain objects go through `for … in`, twice: first for the keys, which lead through the
 * tree of known shapes to their bytes made ready, then for the values. (V8 turns such loops into loads from fixed
 * places, several times faster than `object[keys[index]]`.) Getters run, and may change the object meanwhile: a
 * key that is gone by then is written as a hole.
 */
import { inspect } from 'node:util';
import { bytesOf, elementTypeOf, VALUE, ARRAY_BUFFER, SHARED_ARRAY_BUFFER, type BufferLike } from './element-type.ts';
import * as errors from './value-errors.ts';
import * as format from './value-format.ts';
import * as kinds from './value-kinds.ts';
import { pathOf } from './value-path.ts';
import { SeenObjects } from './value-seen.ts';
import { ShapeTree, type ShapeNode } from './value-shape-tree.ts';
import { ValueWriter } from './value-writer.ts';

/** The largest item without a length of its own, with its tag. */
const FIXED_BYTES_MAX = 16;
/** Arrays up to this length are looked through for named properties by listing their keys. */
const LISTED_LENGTH_MAX = 128;
/** A long array is probed at so many places; where more than a quarter are holes, it is written by its keys. */
const PROBES = 32;

type Dictionary = Record<string, unknown>;

export class ValueEncoder {
  readonly #out: ValueWriter;
  readonly #seen = new SeenObjects();
  readonly #shapes = new ShapeTree();
  /** Containers whose content follows at the end, and errors whose cause does. */
  #deferred: object[] = [];
  #graph = false;
  #message = 0;
  #shapesInMessage = 0;
  /** Somebody has added enumerable properties to Object.prototype, which `for … in` would list. */
  #prototypeListed = false;
  #busy = false;

  constructor(out: ValueWriter) {
    this.#out = out;
  }

  /** Writes the value at the start of the writer. Throws a DataCloneError where it cannot travel. */
  encode(value: unknown): void {
    if (this.#busy) {
      throw dataCloneError('a value cannot be sent by a getter of another one that is just being sent');
    }
    this.#busy = true;
    const out = this.#out;
    try {
      out.start();
      out.byte(format.MODE_TREE);
      if (typeof value !== 'object' || value === null) this.#value(value, 0);
      else if (this.#root(value)) out.bytes[0] = format.MODE_GRAPH;
    } catch (error) {
      throw error instanceof Refusal ? refusedAt(value, error.value) : error;
    } finally {
      this.#busy = false;
    }
  }

  /** Returns whether an object occurs twice. */
  #root(value: object): boolean {
    this.#graph = false;
    this.#message++;
    this.#shapesInMessage = 0;
    this.#prototypeListed = listsAnything(Object.prototype);
    try {
      this.#object(value, 0);
      // Grows while it is worked through.
      for (const container of this.#deferred) this.#deferredContent(container);
      return this.#graph;
    } finally {
      this.#seen.clear();
      if (this.#deferred.length > 0) this.#deferred = [];
    }
  }

  #value(value: unknown, depth: number): void {
    const out = this.#out;
    switch (typeof value) {
      case 'number':
        this.#number(value);
        return;
      case 'string':
        out.string(value);
        return;
      case 'object':
        if (value === null) out.byte(format.NULL);
        else this.#object(value, depth);
        return;
      case 'boolean':
        out.byte(value ? format.TRUE : format.FALSE);
        return;
      case 'undefined':
        out.byte(format.UNDEFINED);
        return;
      case 'bigint':
        out.bigint(value);
        return;
      default:
        throw new Refusal(value);
    }
  }

  #number(value: number): void {
    const out = this.#out;
    out.reserve(FIXED_BYTES_MAX);
    const integer = value | 0;
    if (integer !== value || (integer === 0 && 1 / value < 0)) {
      out.byteUnchecked(format.FLOAT64);
      out.float64Unchecked(value);
    } else if (integer >= -16 && integer < 0x80) {
      out.byteUnchecked(integer >= 0 ? integer : format.NEGATIVE + 16 + integer);
    } else if (integer === (integer << 16) >> 16) {
      out.byteUnchecked(format.INT16);
      out.int16Unchecked(integer);
    } else {
      out.byteUnchecked(format.INT32);
      out.int32Unchecked(integer);
    }
  }

  #object(value: object, depth: number): void {
    const known = this.#seen.see(value);
    if (known >= 0) {
      this.#graph = true;
      this.#out.byte(format.REFERENCE);
      this.#out.length(known);
    } else if (depth === format.DEPTH_MAX) {
      this.#atDepthMax(value);
    } else if (Array.isArray(value)) {
      this.#array(value, depth + 1);
    } else {
      const prototype: unknown = Object.getPrototypeOf(value);
      if (prototype === Object.prototype || prototype === null) this.#plain(value as Dictionary, depth + 1);
      else this.#other(value, kinds.kindOf(value), depth + 1);
    }
  }

  #atDepthMax(value: object): void {
    const kind = kinds.kindOf(value);
    const tag = DEFERRED_TAGS.get(kind);
    if (tag === undefined) {
      this.#other(value, kind, format.DEPTH_MAX);
      return;
    }
    this.#out.byte(format.DEFERRED);
    this.#out.byte(tag);
    this.#deferred.push(value);
  }

  #deferredContent(container: object): void {
    const kind = kinds.kindOf(container);
    if (kind === kinds.ERROR) this.#value((container as Error).cause, 0);
    else if (kind === kinds.ARRAY) this.#array(container as unknown[], 1);
    else this.#other(container, kind, 1);
  }

  #array(array: readonly unknown[], depth: number): void {
    const out = this.#out;
    const { length } = array;
    if (!isListOnly(array)) {
      this.#keyedArray(array, depth);
      return;
    }
    if (length <= format.SHORT_ARRAY_MAX) {
      out.byte(format.SHORT_ARRAY + length);
    } else {
      out.byte(format.ARRAY);
      out.length(length);
    }
    for (let index = 0; index < length; index++) {
      const item = array[index];
      if (item === undefined && !Object.hasOwn(array, index)) out.byte(format.HOLE);
      else this.#value(item, depth);
    }
  }

  #keyedArray(array: readonly unknown[], depth: number): void {
    this.#out.byte(format.KEYED_ARRAY);
    this.#out.length(array.length);
    this.#entries(array as unknown as Dictionary, Object.keys(array), depth);
  }

  #plain(object: Dictionary, depth: number): void {
    const out = this.#out;
    if (this.#prototypeListed) {
      this.#dictionary(object, depth);
      return;
    }
    let node: ShapeNode = this.#shapes.root;
    for (const key in object) {
      const next = node.next;
      if (next !== null && next.key === key) {
        node = next;
        continue;
      }
      const branch = this.#shapes.branch(node, key);
      if (branch === null) {
        this.#dictionary(object, depth);
        return;
      }
      node = branch;
    }
    const shape = node.shape ?? this.#shapes.shapeAt(node);
    if (shape.message === this.#message) {
      out.byte(format.SAME_SHAPE);
      out.length(shape.id);
    } else {
      shape.message = this.#message;
      shape.id = this.#shapesInMessage++;
      out.raw(shape.header);
    }
    const { keys } = shape;
    let index = 0;
    for (const key in object) {
      for (; keys[index] !== key; index++) out.byte(format.HOLE);
      index++;
      this.#value(object[key], depth);
    }
    for (; index < keys.length; index++) out.byte(format.HOLE);
  }

  #dictionary(object: Dictionary, depth: number): void {
    this.#out.byte(format.DICTIONARY);
    this.#entries(object, Object.keys(object), depth);
  }

  #entries(object: Dictionary, keys: readonly string[], depth: number): void {
    const out = this.#out;
    for (const key of keys) {
      const content = object[key];
      if (content === undefined && !Object.hasOwn(object, key)) continue;
      out.string(key);
      this.#value(content, depth);
    }
    out.byte(format.END);
  }

  #other(value: object, kind: number, depth: number): void {
    const out = this.#out;
    switch (kind) {
      case kinds.PLAIN:
        this.#instance(value as Dictionary, depth);
        return;
      case kinds.MAP:
        this.#map(value as Map<unknown, unknown>, depth);
        return;
      case kinds.SET:
        this.#set(value as Set<unknown>, depth);
        return;
      case kinds.DATE:
        out.reserve(FIXED_BYTES_MAX);
        out.byteUnchecked(format.DATE);
        out.float64Unchecked(Date.prototype.getTime.call(value));
        return;
      case kinds.BUFFER:
        this.#buffer(value as BufferLike);
        return;
      case kinds.ERROR:
        this.#error(value as Error, depth);
        return;
      case kinds.REGEXP:
        out.byte(format.REGEXP);
        out.string((value as RegExp).source);
        out.string((value as RegExp).flags);
        return;
      case kinds.BOXED:
        out.byte(format.BOXED);
        this.#value(value.valueOf(), depth);
        return;
      default:
        throw new Refusal(value);
    }
  }

  #instance(object: Dictionary, depth: number): void {
    // `for … in` lists what its class has put on the prototype as enumerable, too.
    if (listsAnything(Object.getPrototypeOf(object) as object)) this.#dictionary(object, depth);
    else this.#plain(object, depth);
  }

  #map(map: ReadonlyMap<unknown, unknown>, depth: number): void {
    this.#out.byte(format.MAP);
    // The content of now: getters inside may change it.
    for (const [key, content] of [...Map.prototype.entries.call(map)]) {
      this.#value(key, depth);
      this.#value(content, depth);
    }
    this.#out.byte(format.END);
  }

  #set(set: ReadonlySet<unknown>, depth: number): void {
    this.#out.byte(format.SET);
    for (const member of [...Set.prototype.values.call(set)]) this.#value(member, depth);
    this.#out.byte(format.END);
  }

  #buffer(buffer: BufferLike): void {
    const out = this.#out;
    const bytes = bytesOf(buffer);
    let type = elementTypeOf(buffer);
    // An ArrayBuffer of another realm.
    if (type === VALUE) type = ARRAY_BUFFER;
    out.byte(format.BUFFER);
    out.byte(type === SHARED_ARRAY_BUFFER ? ARRAY_BUFFER : type);
    out.length(bytes.length);
    out.raw(bytes);
  }

  #error(error: Error, depth: number): void {
    const out = this.#out;
    const { classCode, name, message, stack, cause } = errors.takeErrorApart(error);
    const causePart = depth < format.DEPTH_MAX ? errors.HAS_CAUSE : errors.DEFERS_CAUSE;
    out.byte(format.ERROR);
    out.byte(classCode);
    out.byte(
      (message === undefined ? 0 : errors.HAS_MESSAGE) |
        (stack === undefined ? 0 : errors.HAS_STACK) |
        (cause === undefined ? 0 : causePart),
    );
    if (message !== undefined) out.string(message);
    if (stack !== undefined) out.string(stack);
    if (name !== undefined) out.string(name);
    if (cause === undefined) return;
    if (causePart === errors.HAS_CAUSE) this.#value(cause.value, depth);
    else this.#deferred.push(error);
  }
}

const DEFERRED_TAGS: ReadonlyMap<number, number> = new Map([
  [kinds.ARRAY, format.ARRAY],
  [kinds.PLAIN, format.DICTIONARY],
  [kinds.MAP, format.MAP],
  [kinds.SET, format.SET],
]);

/** Thrown inside, where it is not yet known at what path the value stands. */
class Refusal extends Error {
  readonly value: unknown;

  constructor(value: unknown) {
    super();
    this.value = value;
  }
}

/** Whether `for … in` would list anything of this object. */
function listsAnything(object: object): boolean {
  for (const _key in object) return true;
  return false;
}

/**
 * Whether the array is best written as a list: it has no named properties, and not too many holes. V8 knows the
 * first at once, but has no way to ask. Listing the keys of a long array takes longer than to write it; there,
 * the text that Node makes of it without its elements tells: it names all else that the array has.
 */
function isListOnly(array: readonly unknown[]): boolean {
  const { length } = array;
  if (length > LISTED_LENGTH_MAX) {
    return isMostlyThere(array) && (inspect(array, WITHOUT_ELEMENTS) === `[ ... ${String(length)} more items ]` || isList(array));
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

function refusedAt(root: unknown, value: unknown): Error {
  const { what, instead } = kinds.describeBound(value);
  const path = pathOf(root, value);
  return dataCloneError(`${what}${path === undefined ? '' : ` at ${path}`} cannot travel to another process: ${instead}`);
}

function dataCloneError(message: string): Error {
  const error = new Error(message);
  error.name = 'DataCloneError';
  return error;
}
