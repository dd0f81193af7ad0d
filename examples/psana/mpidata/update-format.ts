/**
 * One update as one message, so that it arrives whole or not at all:
 *
 *   byte 0              48                    48 + header, rounded up to 8
 *   ┌───────────────────┬─────────────────────┬──────────────┬──────────────┬───
 *   │ prelude, fixed    │ header, JSON        │ array 0, raw │ array 1, raw │ …      each array starts at a
 *   └───────────────────┴─────────────────────┴──────────────┴──────────────┴───     multiple of 8
 *
 *   prelude  0 magic    4 version u16   6 kind u16     8 rank u32   12 run u32   16 step u32   20 sequence u32
 *           24 time of sending f64 (ms since 1970)    32 header bytes u32   36 arrays u32   40 whole length f64
 *   header   { "small": {…}, "arrays": [{ "name", "dtype", "shape", "offset" }, …] }
 *
 * Arrays are read as views of the message, without a copy. Everything that arrives is checked before it is used, and
 * what does not fit is a MalformedUpdateError that names the sender: a peer can send nonsense, not crash its reader.
 */
import type { TypedArray } from 'parley';
import { fromJson, toJson } from './small-data.ts';

export const KINDS = { update: 1, endRun: 2, heartbeat: 3, bye: 4 } as const;
export type Kind = keyof typeof KINDS;

export interface Envelope {
  readonly kind: Kind;
  readonly rank: number;
  readonly run: number;
  readonly step: number;
  /** Counts every message of a client, from 1. */
  readonly sequence: number;
  /** When it was sent, in milliseconds since 1970 by the sender's clock. */
  readonly time: number;
}

export interface NamedArray {
  readonly name: string;
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

export interface Update extends Envelope {
  readonly small: Record<string, unknown>;
  readonly arrays: readonly NamedArray[];
}

/** What arrived is not an update of this format. */
export class MalformedUpdateError extends Error {
  readonly rank: number;

  constructor(rank: number, what: string) {
    super(`Rank ${rank} sent a message that is not an update: ${what}`);
    this.name = 'MalformedUpdateError';
    this.rank = rank;
  }
}

const MAGIC = 0x70737541;
const VERSION = 1;
const PRELUDE_BYTES = 48;
const ARRAYS_MAX = 256;
const DIMENSIONS_MAX = 8;

const ARRAY_CLASSES = {
  int8: Int8Array,
  uint8: Uint8Array,
  uint8clamped: Uint8ClampedArray,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
} as const;

const DTYPES = new Map<unknown, string>(Object.entries(ARRAY_CLASSES).map(([name, type]) => [type, name]));

/** An update that is ready to be written: its size is known, and `write` puts it into a buffer of that size. */
export interface EncodedUpdate {
  readonly bytes: number;
  write(target: Uint8Array<ArrayBuffer>): void;
}

export function encodeUpdate(update: Update): EncodedUpdate {
  const { small, arrays } = update;
  // The offsets are part of the header, whose length they depend on: they count from the first array on.
  let arrayBytes = 0;
  const described = arrays.map(({ name, data, shape }) => {
    const offset = arrayBytes;
    arrayBytes += roundUp8(data.byteLength);
    return { name, dtype: DTYPES.get(data.constructor) ?? 'unknown', shape, offset };
  });
  const header = new TextEncoder().encode(
    JSON.stringify({ small: toJson(small, 'md.small'), arrays: described }),
  );
  const firstArray = roundUp8(PRELUDE_BYTES + header.length);
  const bytes = firstArray + arrayBytes;
  return {
    bytes,
    write(target) {
      writePrelude(target, update, header.length, arrays.length, bytes);
      target.set(header, PRELUDE_BYTES);
      for (const [index, { data }] of arrays.entries()) {
        const offset = firstArray + (described[index]?.offset ?? 0);
        target.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
      }
    },
  };
}

/** Reads a message that came from `rank`; its arrays are views of `message`, which must start at a multiple of 8. */
export function decodeUpdate(message: Uint8Array<ArrayBuffer>, rank: number): Update {
  const fail = (what: string): never => {
    throw new MalformedUpdateError(rank, what);
  };
  const { envelope, headerBytes, arrayCount } = readPrelude(message, rank, fail);
  const header = readHeader(message.subarray(PRELUDE_BYTES, PRELUDE_BYTES + headerBytes), fail);
  if (header.arrays.length !== arrayCount) fail('its header lists another number of arrays than its prelude');
  const firstArray = roundUp8(PRELUDE_BYTES + headerBytes);
  const names = new Set<string>();
  let end = firstArray;
  const arrays = header.arrays.map((entry: unknown): NamedArray => {
    const array = readArray(message, firstArray, entry, fail);
    if (names.has(array.name)) fail(`two of its arrays are called "${array.name}"`);
    names.add(array.name);
    if (array.data.byteOffset - message.byteOffset !== end)
      fail(`its array "${array.name}" is not where it should be`);
    end += roundUp8(array.data.byteLength);
    return array;
  });
  if (end !== message.length) fail(`it has ${message.length} bytes where its header tells of ${end}`);
  return { ...envelope, small: header.small, arrays };
}

type Fail = (what: string) => never;

function writePrelude(
  target: Uint8Array<ArrayBuffer>,
  envelope: Envelope,
  headerBytes: number,
  arrayCount: number,
  bytes: number,
): void {
  const view = new DataView(target.buffer, target.byteOffset, PRELUDE_BYTES);
  // In the sender's own byte order, as the arrays are: a reader of the other order sees it by the magic number.
  const words = new Uint32Array(target.buffer, target.byteOffset, 1);
  words[0] = MAGIC;
  view.setUint16(4, VERSION, true);
  view.setUint16(6, KINDS[envelope.kind], true);
  view.setUint32(8, envelope.rank, true);
  view.setUint32(12, envelope.run, true);
  view.setUint32(16, envelope.step, true);
  view.setUint32(20, envelope.sequence, true);
  view.setFloat64(24, envelope.time, true);
  view.setUint32(32, headerBytes, true);
  view.setUint32(36, arrayCount, true);
  view.setFloat64(40, bytes, true);
}

function readPrelude(
  message: Uint8Array<ArrayBuffer>,
  rank: number,
  fail: Fail,
): { envelope: Envelope; headerBytes: number; arrayCount: number } {
  if (message.length < PRELUDE_BYTES) fail(`it has ${message.length} bytes, fewer than a prelude`);
  const view = new DataView(message.buffer, message.byteOffset, PRELUDE_BYTES);
  if (new Uint32Array(message.buffer, message.byteOffset, 1)[0] !== MAGIC) fail('it does not start as one');
  const version = view.getUint16(4, true);
  if (version !== VERSION) fail(`it is of version ${version}, not ${VERSION}`);
  const kindNumber = view.getUint16(6, true);
  const kind = (Object.keys(KINDS) as Kind[]).find((name) => KINDS[name] === kindNumber);
  if (kind === undefined) return fail(`its kind is ${kindNumber}, which is none`);
  const claimed = view.getUint32(8, true);
  if (claimed !== rank) fail(`it says that it comes from rank ${claimed}`);
  const time = view.getFloat64(24, true);
  const headerBytes = view.getUint32(32, true);
  const arrayCount = view.getUint32(36, true);
  if (!Number.isFinite(time)) fail('its time is not a number');
  if (view.getFloat64(40, true) !== message.length) fail('its length is not the one that it tells');
  if (PRELUDE_BYTES + headerBytes > message.length) fail('its header is longer than the message');
  if (arrayCount > ARRAYS_MAX) fail(`it has ${arrayCount} arrays, more than ${ARRAYS_MAX}`);
  const run = view.getUint32(12, true);
  const step = view.getUint32(16, true);
  const sequence = view.getUint32(20, true);
  return { envelope: { kind, rank, run, step, sequence, time }, headerBytes, arrayCount };
}

function readHeader(bytes: Uint8Array, fail: Fail): { small: Record<string, unknown>; arrays: unknown[] } {
  try {
    const json: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    if (!isObject(json) || !isObject(json['small']) || !Array.isArray(json['arrays']))
      return fail('its header is not one');
    const small = fromJson(json['small']);
    if (!isObject(small)) return fail('its small data is not an object');
    return { small, arrays: json['arrays'] };
  } catch (error) {
    if (error instanceof MalformedUpdateError) throw error;
    return fail(`its header cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
}

function readArray(
  message: Uint8Array<ArrayBuffer>,
  firstArray: number,
  entry: unknown,
  fail: Fail,
): NamedArray {
  if (!isObject(entry)) return fail('one of its arrays is not described');
  const { name, dtype, shape, offset } = entry;
  if (typeof name !== 'string' || nameProblem(name) !== undefined)
    return fail('one of its arrays has no proper name');
  const type = typeof dtype === 'string' && Object.hasOwn(ARRAY_CLASSES, dtype) ? dtype : undefined;
  if (type === undefined) return fail(`its array "${name}" is of no known type`);
  const length = shapeLength(shape);
  if (length === undefined) return fail(`the shape of its array "${name}" is not one`);
  const ArrayClass = ARRAY_CLASSES[type as keyof typeof ARRAY_CLASSES];
  const room = message.length - firstArray;
  const fits = isCount(offset) && offset % 8 === 0 && offset + length * ArrayClass.BYTES_PER_ELEMENT <= room;
  if (!fits) return fail(`its array "${name}" does not lie inside the message`);
  const data = new ArrayClass(message.buffer, message.byteOffset + firstArray + offset, length);
  return { name, data, shape: shape as readonly number[] };
}

/** Elements of an array of this shape; undefined where it is no shape. */
function shapeLength(shape: unknown): number | undefined {
  if (!Array.isArray(shape) || shape.length > DIMENSIONS_MAX || !shape.every(isCount)) return undefined;
  const length = shape.reduce((product, size) => product * size, 1);
  return Number.isSafeInteger(length) ? length : undefined;
}

const RESERVED_NAMES: ReadonlySet<string> = new Set(
  'small run step kind sequence time reason report addArray array shape send recv beginRun endrun close constructor prototype __proto__'.split(
    ' ',
  ),
);

/** Why an array cannot be called this; undefined where it can. */
export function nameProblem(name: string): string | undefined {
  if (RESERVED_NAMES.has(name)) return 'md has a member of that name';
  if (!/^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/.test(name))
    return 'a name is a letter followed by up to 63 letters, digits, "_", "." and "-"';
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function roundUp8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}
