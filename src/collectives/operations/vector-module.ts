/**
 * WebAssembly modules of one function each: `target = left ∘ right` for elements that lie in the memory the module imports,
 * by operations on vectors of 128 bits. Sixteen bytes by one instruction, four instructions to a round; what is left at the end goes one
 * element at a time by the same instruction.
 *
 *     loop(target, left, right, bytes)       target may be left, or right
 */

const MAGIC = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];
const I32 = 0x7f;
const NOTHING = 0x40;
const [TARGET, LEFT, RIGHT, BYTES, END] = [0, 1, 2, 3, 4];
const VECTOR_BYTES = 16;
const VECTORS_A_ROUND = 4;

const OP = { block: 0x02, loop: 0x03, end: 0x0b, br: 0x0c, brIf: 0x0d, get: 0x20, set: 0x21 } as const;
const I32_OP = { const: 0x41, gtUnsigned: 0x4b, geUnsigned: 0x4f, add: 0x6a } as const;
const VECTOR_PREFIX = 0xfd;
const VECTOR_LOAD = 0x00;
const VECTOR_STORE = 0x0b;
/** By the bytes of an element: loading one into every lane, storing that of one lane. */
const LOAD_SPLAT: Readonly<Record<number, number>> = { 1: 0x07, 2: 0x08, 4: 0x09, 8: 0x0a };
const STORE_LANE: Readonly<Record<number, number>> = { 1: 0x58, 2: 0x59, 4: 0x5a, 8: 0x5b };

/** The names under which the module imports its memory, and exports its function. */
const MEMORY_NAMES = ['parley', 'memory'] as const;
export const LOOP_NAME = 'loop';

/** The code of the module for an operation by its code among the vector instructions, on elements of so many bytes. */
export function vectorModule(operation: number, elementBytes: number): Uint8Array {
  const types = [0x01, 0x60, 4, I32, I32, I32, I32, 0];
  const memory = [0x01, ...MEMORY_NAMES.flatMap(name), 0x02, 0x00, 0x01];
  const functions = [0x01, 0x00];
  const exports = [0x01, ...name(LOOP_NAME), 0x00, 0x00];
  const body = [0x01, 0x01, I32, ...loops(operation, elementBytes), OP.end];
  const code = [0x01, ...unsigned(body.length), ...body];
  const sections: [number, number[]][] = [
    [1, types],
    [2, memory],
    [3, functions],
    [7, exports],
    [10, code],
  ];
  const bytes = sections.flatMap(([id, content]) => [id, ...unsigned(content.length), ...content]);
  return Uint8Array.from([...MAGIC, ...bytes]);
}

function loops(operation: number, elementBytes: number): number[] {
  const round = VECTOR_BYTES * VECTORS_A_ROUND;
  const combine = vector(operation);
  const vectors = Array.from({ length: VECTORS_A_ROUND }, (_, place) => {
    const at = [4, ...unsigned(place * VECTOR_BYTES)];
    return [
      ...get(TARGET),
      ...[...get(LEFT), ...vector(VECTOR_LOAD), ...at],
      ...[...get(RIGHT), ...vector(VECTOR_LOAD), ...at],
      ...combine,
      ...[...vector(VECTOR_STORE), ...at],
    ];
  }).flat();
  const align = Math.log2(elementBytes);
  const element = [
    ...get(TARGET),
    ...[...get(LEFT), ...vector(LOAD_SPLAT[elementBytes]!), align, 0],
    ...[...get(RIGHT), ...vector(LOAD_SPLAT[elementBytes]!), align, 0],
    ...combine,
    ...[...vector(STORE_LANE[elementBytes]!), align, 0, 0],
  ];
  const noWholeRound = [...get(TARGET), ...constant(round), I32_OP.add, ...get(END), I32_OP.gtUnsigned];
  return [
    ...[...get(TARGET), ...get(BYTES), I32_OP.add, OP.set, END],
    ...whileNot(noWholeRound, [...vectors, ...advance(round)]),
    ...whileNot([...get(TARGET), ...get(END), I32_OP.geUnsigned], [...element, ...advance(elementBytes)]),
  ];
}

const whileNot = (over: number[], step: number[]): number[] => [
  ...[OP.block, NOTHING, OP.loop, NOTHING],
  ...[...over, OP.brIf, 1],
  ...[...step, OP.br, 0],
  ...[OP.end, OP.end],
];

const advance = (bytes: number): number[] =>
  [TARGET, LEFT, RIGHT].flatMap((local) => [...get(local), ...constant(bytes), I32_OP.add, OP.set, local]);

const get = (local: number): number[] => [OP.get, local];
const vector = (operation: number): number[] => [VECTOR_PREFIX, ...unsigned(operation)];

/** A number from 0 on, seven bits to a byte, the lowest first (LEB128). */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 0x7f; value >>>= 7) bytes.push((value & 0x7f) | 0x80);
  return [...bytes, value];
}

/** A signed constant: one more byte where the sixth bit would be taken for the sign. */
function constant(value: number): number[] {
  const bytes = unsigned(value);
  const last = bytes.pop()!;
  return [I32_OP.const, ...bytes, ...(last & 0x40 ? [last | 0x80, 0] : [last])];
}

const name = (text: string): number[] => [text.length, ...Buffer.from(text)];
