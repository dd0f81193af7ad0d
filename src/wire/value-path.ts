/**
 * Where inside a value another one stands, in words: `.options.callback`, `[3].name`, `.get("key")`. Looked for
 * only after the value was refused, so that sending need not keep track.
 */
import { types } from 'node:util';

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/** Path of the first place, in breadth, where `wanted` stands; undefined where it is found nowhere. */
export function pathOf(root: unknown, wanted: unknown): string | undefined {
  const paths = new Map<unknown, string>([[root, '']]);
  for (const [container, path] of paths) {
    if (typeof container !== 'object' || container === null) continue;
    for (const [step, content] of contentsOf(container)) {
      if (Object.is(content, wanted)) return (path + step).trimStart();
      if (typeof content === 'object' && content !== null && !paths.has(content)) {
        paths.set(content, path + step);
      }
    }
  }
  return undefined;
}

function* contentsOf(container: object): Generator<[step: string, content: unknown]> {
  if (ArrayBuffer.isView(container)) return;
  if (types.isMap(container)) {
    for (const [key, content] of container) {
      yield [' (a key of the Map)', key];
      yield [`.get(${quoted(key)})`, content];
    }
    return;
  }
  if (types.isSet(container)) {
    for (const member of container) yield [' (in the Set)', member];
    return;
  }
  if (types.isNativeError(container)) {
    yield ['.cause', container.cause];
    return;
  }
  for (const key of Object.keys(container)) {
    yield [stepTo(container, key), (container as Record<string, unknown>)[key]];
  }
}

function stepTo(container: object, key: string): string {
  if (Array.isArray(container) && /^\d+$/.test(key)) return `[${key}]`;
  return IDENTIFIER.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function quoted(key: unknown): string {
  if (typeof key === 'string') return JSON.stringify(key);
  return typeof key === 'number' || typeof key === 'bigint' ? String(key) : '…';
}
