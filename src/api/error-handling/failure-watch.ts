/**
 * Listens to the failures of one object's verbs, without a word in the verbs themselves: on this object each is covered by
 * one that calls it and watches what becomes of it. Objects that nobody listens to are as fast as ever.
 *
 *     throws                 its caller hears of it after the listener
 *     gives a request        its failure, when it comes, also where nobody awaits it
 *     gives a message        as a matched probe does: the failures of its own verbs
 *     gives an iterator      the failures of its steps
 */
import { Operation } from '../../engine/operation.ts';

/** `underWay`: the verb, or the step of an iterator, had begun before; else what it was asked to do was refused at once. */
export type FailureListener = (reason: unknown, underWay: boolean) => void;

type Method = (...args: unknown[]) => unknown;
type Methods = Record<string, Method | undefined>;

/** The verbs of the message that a matched probe gives. */
const MESSAGE_VERBS = ['recv', 'recvInto', 'recvSync', 'recvIntoSync'];

export interface FailureWatch {
  /** What is called meanwhile is not watched, nor what comes of it. */
  unheard<T>(call: () => T): T;
  stop(): void;
}

/**
 * Calls the listener once for each failure of these verbs; names that the object lacks are passed over. A verb that
 * calls another one counts once.
 */
export function watchFailures(
  target: object,
  verbs: readonly string[],
  listener: FailureListener,
): FailureWatch {
  const methods = target as Methods;
  const uncover: (() => void)[] = [];
  let depth = 0;
  for (const verb of verbs) {
    const original = methods[verb];
    if (original === undefined) continue;
    const own = Object.getOwnPropertyDescriptor(target, verb);
    const watched = (...args: unknown[]): unknown => {
      depth++;
      try {
        const result = Reflect.apply(original, target, args);
        if (depth === 1) watchResult(result, listener);
        return result;
      } catch (reason) {
        if (depth === 1) listener(reason, false);
        throw reason;
      } finally {
        depth--;
      }
    };
    Object.defineProperty(target, verb, { value: watched, configurable: true, writable: true });
    uncover.push(() => {
      // Somebody else may have covered it in the meantime.
      if (methods[verb] !== watched) return;
      if (own === undefined) Reflect.deleteProperty(target, verb);
      else Object.defineProperty(target, verb, own);
    });
  }
  return {
    unheard(call) {
      depth++;
      try {
        return call();
      } finally {
        depth--;
      }
    },
    stop() {
      for (const one of uncover) one();
    },
  };
}

function watchResult(result: unknown, listener: FailureListener): void {
  if (result instanceof Operation) {
    const underWay = !result.done;
    result.observe({
      failed: (reason) => {
        listener(reason, underWay);
      },
      completed: (value) => watchMessage(value, listener),
    });
  } else if (isIterator(result)) {
    const next = result.next.bind(result);
    result.next = async () => {
      try {
        return await next();
      } catch (reason) {
        listener(reason, true);
        throw reason;
      }
    };
  } else {
    watchMessage(result, listener);
  }
}

/** The handle of a matched message can fail on its own. */
function watchMessage(value: unknown, listener: FailureListener): void {
  const isHandle = typeof value === 'object' && value !== null && Object.hasOwn(value, 'recvIntoSync');
  if (isHandle) watchFailures(value, MESSAGE_VERBS, listener);
}

const isIterator = (value: unknown): value is AsyncIterator<unknown> =>
  typeof value === 'object' && value !== null && Symbol.asyncIterator in value && 'next' in value;
