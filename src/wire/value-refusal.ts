/** The error for a value that cannot travel: what it is, where it stands, what to send instead. */
import { describeBound } from './value-kinds.ts';
import { pathOf } from './value-path.ts';

/** Of a path in an error message. */
const PATH_LENGTH_MAX = 200;

/** Thrown inside, where it is not yet known at what path the value stands. */
export class Refusal extends Error {
  readonly value: unknown;

  constructor(value: unknown) {
    super();
    this.value = value;
  }
}

export function refusedAt(root: unknown, value: unknown): Error {
  const { what, instead } = describeBound(value);
  return dataCloneError(`${what}${placeOf(root, value)} cannot travel to another process: ${instead}`);
}

function placeOf(root: unknown, value: unknown): string {
  if (Object.is(root, value)) return '';
  let path: string | undefined;
  try {
    path = pathOf(root, value);
  } catch {
    // A getter that throws the second time.
  }
  if (path === undefined) return ' inside the value';
  return ` at ${path.length <= PATH_LENGTH_MAX ? path : `…${path.slice(-PATH_LENGTH_MAX)}`}`;
}

export function dataCloneError(message: string): Error {
  const error = new Error(message);
  error.name = 'DataCloneError';
  return error;
}
