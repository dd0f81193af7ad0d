/**
 * The loops that combine elements, the hottest of all: one function of its own for each operation and class of array.
 *
 * V8 keeps what it learns about a function with the function's text, not with each closure made of it. One loop for all
 * operations and classes, or closures of one text, soon run many times slower than a loop that has only ever seen one class
 * of array and one rule. So each loop is compiled from a text of its own, sixteen elements to a round, which beat one and eight; the
 * rule is part of the text, since a call is inlined or not by how the loop happened to be used first.
 *
 * WebAssembly with 128-bit vectors was tried for SUM of Float64. No ring can be its memory, so both operands are copied in
 * and the result out: behind these loops for short and for long data, about even at some tens of KiB. So there is none here; where
 * elements lie in WebAssembly's memory anyway it is ahead (vector-loops.ts).
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
