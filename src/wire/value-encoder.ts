/**
 * Writes any value as bytes, with the fidelity of structured cloning; `value-format.ts` says how they look.
 *
 * One walk over the value. Plain objects go through `for … in`, twice: first for the keys, which lead through the
 * tree of known shapes to their bytes made ready, then for the values. (V8 turns such loops into loads from fixed
 * places, several times faster than `object[keys[index]]`.) Getters run, and may change the object meanwhile: a
 * key that is gone by then is written as a hole.
 */
import type { BufferLike } from './element-type.ts';
import * as errors from './value-errors.ts';
import * as format from './value-format.ts';
import * as kinds from './value-kinds.ts';
import { isListOnly, listsAnything } from './value-keys.ts';
import { DEFERRED_TAGS } from './value-objects.ts';
import { dataCloneError, Refusal, refusedAt } from './value-refusal.ts';
import { SeenObjects } from './value-seen.ts';
import { ShapeTree, type ShapeNode } from './value-shape-tree.ts';
import type { ValueWriter } from './value-writer.ts';

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
        out.number(value);
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
      out.byte(format.KEYED_ARRAY);
      out.length(length);
      this.#entries(array as unknown as Dictionary, Object.keys(array), depth);
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
      while (keys[index] !== key && index < keys.length) index = this.#hole(index);
      // A proxy may list other keys the second time.
      if (index === keys.length) break;
      index++;
      this.#value(object[key], depth);
    }
    while (index < keys.length) index = this.#hole(index);
  }

  #hole(index: number): number {
    this.#out.byte(format.HOLE);
    return index + 1;
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
        out.date(Date.prototype.getTime.call(value));
        return;
      case kinds.BUFFER:
        out.buffer(value as BufferLike);
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
    const keys = [...Map.prototype.keys.call(map)];
    const contents = [...Map.prototype.values.call(map)];
    for (let index = 0; index < keys.length; index++) {
      this.#value(keys[index], depth);
      this.#value(contents[index], depth);
    }
    this.#out.byte(format.END);
  }

  #set(set: ReadonlySet<unknown>, depth: number): void {
    this.#out.byte(format.SET);
    for (const member of [...Set.prototype.values.call(set)]) this.#value(member, depth);
    this.#out.byte(format.END);
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
