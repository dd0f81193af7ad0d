/**
 * Errors as structured cloning keeps them: one of the standard classes by the error's name, its message, stack
 * and cause. A DOMException keeps its name as well, as the HTML standard has it. All else an error holds is lost.
 *
 * A cause comes last, since it may lead back to the error; one too deep in is deferred with the error as its place.
 */

const CLASSES = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError] as const;
const CLASS_BY_NAME: ReadonlyMap<string, number> = new Map(CLASSES.map(({ name }, index) => [name, index]));
const DOM_EXCEPTION = CLASSES.length;

export const HAS_MESSAGE = 1;
export const HAS_STACK = 2;
export const HAS_CAUSE = 4;
export const DEFERS_CAUSE = 8;
const PARTS_ALL = HAS_MESSAGE | HAS_STACK | HAS_CAUSE | DEFERS_CAUSE;

/** The parts of an error that travel. */
export interface ErrorParts {
  readonly classCode: number;
  /** Of a DOMException. */
  readonly name: string | undefined;
  readonly message: string | undefined;
  readonly stack: string | undefined;
  /** The property, since a cause may be undefined. */
  readonly cause: PropertyDescriptor | undefined;
}

export function takeErrorApart(error: Error): ErrorParts {
  const isDomException = error instanceof DOMException;
  const message = isDomException ? { value: error.message } : ownData(error, 'message');
  const { stack } = error as { stack?: unknown };
  return {
    classCode: isDomException ? DOM_EXCEPTION : (CLASS_BY_NAME.get(nameOf(error)) ?? 0),
    name: isDomException ? error.name : undefined,
    message: message === undefined ? undefined : String(message.value),
    stack: typeof stack === 'string' ? stack : undefined,
    cause: ownData(error, 'cause'),
  };
}

/** Whether a class code and a set of parts can belong to an error. */
export function isErrorHeader(classCode: number, parts: number): boolean {
  return classCode <= DOM_EXCEPTION && (parts & ~PARTS_ALL) === 0;
}

export function isDomExceptionCode(classCode: number): boolean {
  return classCode === DOM_EXCEPTION;
}

/** The error without its cause, see {@link setCause}. */
export function putErrorTogether(parts: Omit<ErrorParts, 'cause'>): Error {
  const error = withoutStackTrace(() => {
    if (parts.classCode === DOM_EXCEPTION) return new DOMException(parts.message, parts.name);
    return new (CLASSES[parts.classCode] ?? Error)(parts.message);
  });
  (error as { stack: unknown }).stack = parts.stack;
  return error;
}

export function setCause(error: Error, cause: unknown): void {
  Object.defineProperty(error, 'cause', {
    value: cause,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

/** As text, whatever the program has set it to. */
function nameOf(error: { readonly name: unknown }): string {
  return String(error.name);
}

function ownData(error: Error, key: string): PropertyDescriptor | undefined {
  const property = Object.getOwnPropertyDescriptor(error, key);
  return property !== undefined && 'value' in property ? property : undefined;
}

/** Walking the stack takes time and memory out of proportion to an error's bytes, for a trace that is thrown away. */
function withoutStackTrace<T>(make: () => T): T {
  const { stackTraceLimit } = Error;
  // Where a program has frozen its built-ins, setting fails, and the trace is made in vain.
  Reflect.set(Error, 'stackTraceLimit', 0);
  try {
    return make();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', stackTraceLimit);
  }
}
