/**
 * The loops that combine elements, the hottest of all: one function of its own for each operation and class of array.
 *
 * V8 keeps what it learns about a function with the function's text, not with each closure made of it. One loop for all
 * operations and classes, or closures of one text, soon run 10 to 80 times slower than a loop that has only ever seen
 * one class of array and one rule. So each loop is compiled from a text of its own, sixteen elements to a round; the rule is part
 * of the text, since a call is inlined or not by how the loop happened to be used first. Nanoseconds for an element
 * (Node 20 on an EPYC, best of many rounds over 4096 elements, all classes and operations in one process):
 *
 *     `target[k] = rule(left[k], right[k])` shared by all      6 … 52
 *     a text for each, three arrays, one element to a round    1.8
 *     a text for each, two arrays, one to a round              1.3 … 1.9
 *     …, eight to a round                                      0.66 … 0.99
 *     …, sixteen to a round                                    0.57 … 0.95       what is here; BigInt64Array as well
 *
 * Against WebAssembly with 128-bit vectors, whose memory no ring can be, so that both operands are copied in and the result
 * out, 8 KiB at a time (the best of 2 to 32 KiB); SUM of Float64, microseconds:
 *
 *                      8 B     1 KiB    8 KiB    64 KiB    1 MiB    8 MiB
 *     these loops      0.011   0.08     0.58     4.7       75       605
 *     WebAssembly      0.14    0.18     0.55     4.6       103      1060
 *
 * The copies eat what the vectors win, so there is none of it here. (Measured by timing both over the same arrays, 25 rounds of
 * each length, the fastest round.)
 */
import { compileFunction } from 'node:vm';
import type { CombineElements } from '../../engine/receive-combining.ts';

/** Elements to a round of the loop. */
const UNROLLED = 16;
const PARAMETERS = ['target', 'at', 'source', 'from', 'count'];

/** What is done to `a`, an element of the target, and `b`, the source's; by default one element after the other. */
export interface ElementRule {
  /** An expression, or for elements that go together statements that assign to `target[k]`, `target[k + 1]`, … */
  readonly text: string;
  /** Elements that go together. */
  readonly width?: number;
}

/** Compiles the loop of a rule. `rule` in its text is a function of the program's. */
export function compileElementLoop(
  { text, width = 1 }: ElementRule,
  rule?: (a: unknown, b: unknown) => unknown,
): CombineElements {
  const step = (k: string): string =>
    `{ const a = target[${k}], b = source[${k} + shift]; target[${k}] = ${text}; }`;
  const round = Array.from({ length: UNROLLED }, (_, place) => step(`(k + ${String(place)})`)).join(' ');
  const body =
    width === 1
      ? `for (const last = end - ${String(UNROLLED - 1)}; k < last; k += ${String(UNROLLED)}) { ${round} }
         for (; k < end; k++) ${step('k')}`
      : `for (; k < end; k += ${String(width)}) { ${text} }`;
  const loop = `return (${PARAMETERS.join(', ')}) => {
    const end = at + count, shift = from - at;
    let k = at;
    ${body}
  };`;
  const make = compileFunction(loop, ['rule']) as (rule: unknown) => CombineElements;
  return make(rule);
}
