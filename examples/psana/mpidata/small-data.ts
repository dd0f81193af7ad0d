/**
 * Small data as JSON: the values of `md.small` on their way into a message and out of it.
 *
 * Plain data travels as it is: null, booleans, strings, numbers, arrays, plain objects. JSON has no word for NaN, ±Infinity and
 * −0, which detector data is full of, nor for integers beyond 2⁵³: they travel as `{"$": "NaN"}`, `{"$": "123n"}`. Anything
 * else (a Map, a Date, a function, a typed array) is refused at the sender, with the name of the property: it would arrive
 * as something else. Reading is data only; nothing that arrives is ever run.
 */

/** Nesting that is accepted; a cycle ends here too. */
const DEPTH_MAX = 32;

/** The JSON value for this one; `path` is how the error names it, e.g. "md.small.peaks". Undefined stays out. */
export function toJson(value: unknown, path: string, depth = 0): unknown {
  if (depth > DEPTH_MAX) throw refusal(path, `it is nested deeper than ${DEPTH_MAX} levels, or holds itself`);
  switch (typeof value) {
    case 'boolean':
    case 'string':
    case 'undefined':
      return value;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $: Object.is(value, -0) ? '-0' : String(value) };
    case 'bigint':
      return { $: `${value}n` };
    case 'object':
      return value === null ? null : objectToJson(value, path, depth);
    default:
      throw refusal(path, `a ${typeof value} is not data`);
  }
}

/** The value that this JSON value stands for. Throws where it stands for none. */
export function fromJson(json: unknown): unknown {
  if (Array.isArray(json)) return json.map((item: unknown) => fromJson(item));
  if (typeof json !== 'object' || json === null) return json;
  if ('$' in json) return specialNumber(json.$);
  const object: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(json)) {
    if (name === '__proto__') throw new Error('a property is called "__proto__"');
    object[name] = fromJson(value);
  }
  return object;
}

function objectToJson(value: object, path: string, depth: number): unknown {
  if (Array.isArray(value)) {
    return value.map((item: unknown, index) => toJson(item ?? null, `${path}[${index}]`, depth + 1));
  }
  if (ArrayBuffer.isView(value)) throw refusal(path, 'arrays of numbers travel by md.addArray(name, array)');
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw refusal(path, `an object of class ${value.constructor.name} is not plain data`);
  }
  const json: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    if (name === '__proto__' || name === '$')
      throw refusal(path, `"${name}" cannot be the name of a property`);
    json[name] = toJson(item, `${path}.${name}`, depth + 1);
  }
  return json;
}

function refusal(path: string, reason: string): TypeError {
  return new TypeError(
    `Cannot send ${path}: ${reason}; small data is made of null, booleans, numbers, strings, arrays and plain objects`,
  );
}

function specialNumber(text: unknown): number | bigint {
  switch (text) {
    case 'NaN':
      return NaN;
    case 'Infinity':
      return Infinity;
    case '-Infinity':
      return -Infinity;
    case '-0':
      return -0;
  }
  if (typeof text !== 'string' || !/^-?\d{1,1000}n$/.test(text))
    throw new Error('a number is spelled unknown');
  return BigInt(text.slice(0, -1));
}
