/**
 * The reporter inside each test process: hands Node's test events to tools/test.mjs as lines of JSON on
 * descriptor 3, so that what the tests print themselves stays apart. Errors are turned into text here, with the
 * positions of the sources.
 */
import { writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { withSourcePositions } from './source-positions.mjs';

const EVENTS = new Map([
  ['test:dequeue', ({ name, nesting }) => ({ name, nesting })],
  ['test:complete', ({ name, nesting }) => ({ name, nesting })],
  ['test:start', ({ name, nesting }) => ({ name, nesting })],
  [
    'test:pass',
    ({ name, nesting, skip, todo, details }) => ({ name, nesting, skip, todo, ms: details.duration_ms }),
  ],
  [
    'test:fail',
    ({ name, nesting, todo, details }) => ({
      name,
      nesting,
      todo,
      ms: details.duration_ms,
      ...describe(details.error),
    }),
  ],
  ['test:diagnostic', ({ message, nesting }) => ({ message, nesting })],
]);

/** Yields nothing: a pipe that is written synchronously tells even of a test that then blocks the thread. */
export default async function* report(source) {
  for await (const { type, data } of source) {
    const pick = EVENTS.get(type);
    if (pick !== undefined) writeAll(`${JSON.stringify({ type, ...pick(data) })}\n`);
  }
}

function describe(error) {
  const cause = error?.cause ?? error;
  const failure = error?.failureType;
  // An assertion's stack already holds the difference; its other properties would only repeat it.
  const text =
    cause?.name === 'AssertionError' && cause.stack !== undefined
      ? cause.stack
      : inspect(cause, { depth: 6 });
  const told = typeof cause === 'string' ? cause : withoutNodeFrames(text);
  return { failure, error: withSourcePositions(told) };
}

function withoutNodeFrames(text) {
  return text
    .split('\n')
    .filter((line) => !/^\s+at .*\bnode:(?:internal|async_hooks)/.test(line))
    .join('\n')
    .trimEnd();
}

function writeAll(text) {
  let rest = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(3, rest));
    } catch (error) {
      if (error.code !== 'EAGAIN') return;
    }
  }
}
