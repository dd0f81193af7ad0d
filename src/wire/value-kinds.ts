/**
 * What an object is, as structured cloning sees it: by what it was made as, not by its prototype. A class
 * instance is a plain object, a subclass of Map is a Map.
 */
import { types } from 'node:util';

/** Own enumerable properties. */
export const PLAIN = 0;
export const ARRAY = 1;
export const MAP = 2;
export const SET = 3;
export const DATE = 4;
export const REGEXP = 5;
export const ERROR = 6;
/** A wrapper object of a string, number, boolean or bigint. */
export const BOXED = 7;
/** An ArrayBuffer, a SharedArrayBuffer, or a view into one. */
export const BUFFER = 8;
/** Means something in its own process only. */
const BOUND = 9;

/** `Object.prototype.toString` of what is bound to its process, and what to send instead. */
const BOUND_TAGS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    Promise: 'await it first, and send what it gives',
    Generator: 'send an array of what it yields',
    AsyncGenerator: 'send an array of what it yields',
    'Array Iterator': 'send an array of what it yields',
    'Map Iterator': 'send an array of what it yields',
    'Set Iterator': 'send an array of what it yields',
    'String Iterator': 'send an array of what it yields',
    'RegExp String Iterator': 'send an array of what it yields',
    'Segmenter String Iterator': 'send an array of what it yields',
    'Iterator Helper': 'send an array of what it yields',
    'Wrap for valid Iterator': 'send an array of what it yields',
    WeakMap: 'send a Map with the entries that are needed',
    WeakSet: 'send a Set with the members that are needed',
    WeakRef: 'send the object that it refers to',
    URL: 'send its href',
    URLSearchParams: 'send its text',
    Blob: 'send the ArrayBuffer that its arrayBuffer() gives',
    File: 'send the ArrayBuffer that its arrayBuffer() gives',
    ...Object.fromEntries(
      [
        'FinalizationRegistry',
        'AbortController',
        'AbortSignal',
        'MessagePort',
        'MessageChannel',
        'BroadcastChannel',
        'ReadableStream',
        'WritableStream',
        'TransformStream',
        'Headers',
        'Request',
        'Response',
        'FormData',
        'CryptoKey',
        'KeyObject',
        'WebAssembly.Module',
        'WebAssembly.Instance',
        'WebAssembly.Memory',
        'WebAssembly.Table',
        'WebAssembly.Global',
      ].map((name) => [name, 'send the data that it was made from']),
    ),
  }).map(([name, instead]) => [`[object ${name}]`, instead]),
);

/** Prefixes of more such tags: `Intl.NumberFormat`, `Temporal.Instant`, … */
const BOUND_NAMESPACE = /^\[object (?:Intl|Temporal)\./;

/** The kind of an object that is no function. */
export function kindOf(object: object): number {
  if (Array.isArray(object)) return ARRAY;
  const tag = Object.prototype.toString.call(object);
  if (tag === '[object Object]') return PLAIN;
  if (types.isMap(object)) return MAP;
  if (types.isSet(object)) return SET;
  if (types.isDate(object)) return DATE;
  if (ArrayBuffer.isView(object) || types.isAnyArrayBuffer(object)) return BUFFER;
  if (types.isNativeError(object) || object instanceof DOMException) return ERROR;
  if (types.isRegExp(object)) return REGEXP;
  if (types.isBoxedPrimitive(object)) return types.isSymbolObject(object) ? BOUND : BOXED;
  return BOUND_TAGS.has(tag) || BOUND_NAMESPACE.test(tag) || types.isProxy(object) ? BOUND : PLAIN;
}

/** What a value that cannot travel is, in words, and what to do about it. */
export function describeBound(value: unknown): { what: string; instead: string } {
  if (typeof value === 'function') {
    return {
      what: value.name === '' ? 'a function' : `the function ${JSON.stringify(value.name)}`,
      instead: 'send the data that it works on, or a name by which the receiver finds its own function',
    };
  }
  if (typeof value === 'symbol') {
    return { what: `the symbol ${JSON.stringify(value.description ?? '')}`, instead: 'send its description' };
  }
  const tag = Object.prototype.toString.call(value);
  const name = tag.slice('[object '.length, -1);
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value)) {
    return {
      what: `${articleOf(name)} ${name} without its memory`,
      instead: 'send it before that is transferred',
    };
  }
  if (types.isProxy(value)) {
    return { what: `a Proxy of type ${name}`, instead: 'send a copy of what it stands for' };
  }
  return {
    what: `${articleOf(name)} ${name}${name === 'Symbol' ? ' object' : ''}`,
    instead: BOUND_TAGS.get(tag) ?? 'send the data that it was made from',
  };
}

function articleOf(name: string): string {
  return /^[AEIOU](?!RL|int)/.test(name) ? 'an' : 'a';
}
