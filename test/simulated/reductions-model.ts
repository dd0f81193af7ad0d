/**
 * What one process computes alone of the reductions: for each verb the arguments of a process and what it must have
 * afterwards. Every process draws the same numbers for the same step. Integers are computed as bigints and cut off at the end,
 * which no loop of the library does.
 */
import { createOp, type Op } from '#collectives/operations/op.js';
import { MAXLOC, MINLOC } from '#collectives/operations/pair-operations.js';
import * as predefined from '#collectives/operations/predefined.js';
import type { SeededRandom } from '#transport/simulated/seeded-random.js';
import type { TypedArray } from '#wire/element-type.js';

export interface ArrayClass {
  readonly name: string;
  readonly kind: 'float' | 'integer' | 'clamped' | 'big';
  readonly of: (elements: Iterable<unknown>) => TypedArray;
}

const arrayClass = (
  constructor: { readonly name: string; from(elements: Iterable<never>): TypedArray },
  kind: ArrayClass['kind'],
): ArrayClass => ({
  name: constructor.name,
  kind,
  of: (elements) => constructor.from(elements as Iterable<never>),
});

export const CLASSES: readonly ArrayClass[] = [
  arrayClass(Float64Array, 'float'),
  arrayClass(Float32Array, 'float'),
  ...[Int8Array, Uint8Array, Int16Array, Uint16Array, Int32Array, Uint32Array].map((constructor) =>
    arrayClass(constructor, 'integer'),
  ),
  arrayClass(Uint8ClampedArray, 'clamped'),
  arrayClass(BigInt64Array, 'big'),
  arrayClass(BigUint64Array, 'big'),
];

type Join = (a: bigint, b: bigint) => bigint;

/** An operation on elements with what it means; `join` takes what has been cut to the class before. */
export interface ElementOperation {
  readonly op: Op;
  readonly join: Join;
  readonly integersOnly: boolean;
  /** Values and indices take turns. */
  readonly pairs: boolean;
}

const truth = (value: boolean): bigint => (value ? 1n : 0n);
const onElements = (op: Op, join: Join, integersOnly: boolean = false): ElementOperation => ({
  op,
  join,
  integersOnly,
  pairs: false,
});

const modulo = (value: number, base: number): number => ((value % base) + base) % base;
/** x → ax + b modulo 5, as the number 5a + b: a composition depends on the order. */
const composed = (f: number, g: number): number => {
  const [a, b, c, d] = [Math.floor(f / 5), f % 5, Math.floor(g / 5), g % 5];
  return 5 * modulo(a * c, 5) + modulo(c * b + d, 5);
};
type Element = number | bigint;
const asComposed = (f: Element, g: Element): Element => {
  const result = composed(Number(f), Number(g));
  return typeof f === 'bigint' ? BigInt(result) : result;
};
const bigComposed: Join = (f, g) => BigInt(composed(Number(f), Number(g)));

export const COMPOSE: ElementOperation = onElements(
  createOp(asComposed, { name: 'compose' }),
  bigComposed,
  true,
);

export const ELEMENT_OPERATIONS: readonly ElementOperation[] = [
  onElements(predefined.SUM, (a, b) => a + b),
  onElements(predefined.PROD, (a, b) => a * b),
  onElements(predefined.MAX, (a, b) => (a > b ? a : b)),
  onElements(predefined.MIN, (a, b) => (a < b ? a : b)),
  onElements(predefined.LAND, (a, b) => truth(a !== 0n && b !== 0n), true),
  onElements(predefined.LOR, (a, b) => truth(a !== 0n || b !== 0n), true),
  onElements(predefined.LXOR, (a, b) => truth((a === 0n) !== (b === 0n)), true),
  onElements(predefined.BAND, (a, b) => a & b, true),
  onElements(predefined.BOR, (a, b) => a | b, true),
  onElements(predefined.BXOR, (a, b) => a ^ b, true),
  { op: MINLOC, join: (a, b) => (a < b ? a : b), integersOnly: false, pairs: true },
  { op: MAXLOC, join: (a, b) => (a > b ? a : b), integersOnly: false, pairs: true },
  COMPOSE,
  onElements(
    createOp((a: Element, _: Element) => a, { name: 'first' }),
    (a) => a,
  ),
  onElements(
    createOp((_: Element, b: Element) => b, { name: 'last' }),
    (_, b) => b,
  ),
  onElements(
    createOp((a: Element, b: Element) => (a > b ? a : b), { name: 'greater', commutative: true }),
    (a, b) => (a > b ? a : b),
  ),
];

/** Whether the operation may be used with the class. */
export function suits({ integersOnly }: ElementOperation, { kind }: ArrayClass): boolean {
  return !integersOnly || kind !== 'float';
}

/** What a rank gives. Small numbers where floats must stay exact, any bits for integers. */
export function operandOf(
  operation: ElementOperation,
  { kind, of }: ArrayClass,
  random: SeededRandom,
  length: number,
): TypedArray {
  const elements = Array.from({ length }, () => {
    if (operation === COMPOSE) return random.below(25);
    if (operation.pairs) return random.below(4);
    if (kind === 'float') return random.pick([1, 2, 3, -2]);
    return random.chance(0.3) ? random.below(2) : random.bits() | 0;
  });
  if (kind !== 'big') return of(elements);
  const scale = operation === COMPOSE ? 1n : 0x1_0000_0001n;
  return of(elements.map((element) => BigInt(element) * scale));
}

/** The combination of what some ranks give, in order. */
export function combined(
  { join, pairs }: ElementOperation,
  { kind, of }: ArrayClass,
  operands: readonly TypedArray[],
): TypedArray {
  // Cut to 32 bits first: a number would lose the lowest bits of a long product.
  const number = (element: bigint): number =>
    Number(kind === 'integer' ? BigInt.asIntN(32, element) : element);
  const cut = (elements: readonly bigint[]): TypedArray =>
    of(kind === 'big' ? elements : elements.map(number));
  const asBigints = (array: TypedArray): bigint[] => Array.from(array as Iterable<Element>, BigInt);
  return operands.reduce((left, right) => {
    const [a, b] = [asBigints(left), asBigints(right)];
    if (!pairs) return cut(a.map((element, k) => join(element, b[k]!)));
    return cut(
      a.map((element, k) => {
        const value = k - (k % 2);
        if (k === value) return join(element, b[k]!);
        if (a[value] === b[value]) return element < b[k]! ? element : b[k]!;
        return join(a[value]!, b[value]!) === a[value] ? element : b[k]!;
      }),
    );
  });
}
