/** The loop over a master's events: one that is there is answered at once, without a promise more than the loop asks for. */
import { asError } from './as-error.ts';
import type { MasterEvent } from './master-events.ts';

type Next = MasterEvent | undefined;

/** `next` gives undefined at the end; `left` is called where the loop ends before. */
export function eventIterator(
  next: () => Next | Promise<Next>,
  left: () => void,
): AsyncIterator<MasterEvent, undefined> {
  return {
    next: () => {
      try {
        const value = next();
        return value instanceof Promise ? value.then(toResult) : Promise.resolve(toResult(value));
      } catch (error) {
        return Promise.reject(asError(error));
      }
    },
    return: () => {
      left();
      return Promise.resolve({ done: true, value: undefined });
    },
  };
}

const toResult = (value: Next): IteratorResult<MasterEvent, undefined> =>
  value === undefined ? { done: true, value } : { done: false, value };
