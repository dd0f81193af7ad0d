/**
 * The end of a communicator for the program: it gets a prototype on which each verb is covered by one that throws. So
 * nothing has to ask, at each message, whether its communicator may still be used.
 */
import type { MPIError } from '../errors/mpi-error.ts';
import { VERBS } from './verbs.ts';

/** What such a communicator has below. */
interface Below {
  readonly core: { unusable(): MPIError };
}

/** The methods that do nothing in MPI, but are of no use any more either. */
const OF_ERRORS = ['setErrhandler', 'getErrhandler', 'callErrhandler'];

/** The prototype of the communicators of a class that are over: what they say of themselves stays. */
export function retiredPrototype(prototype: object): object {
  const retired = Object.create(prototype) as object;
  const refuse = function (this: Below): never {
    throw this.core.unusable();
  };
  for (const verb of [...VERBS, ...OF_ERRORS]) {
    if (verb in prototype) Object.defineProperty(retired, verb, { value: refuse, configurable: true });
  }
  return retired;
}

/** From now on every verb of the communicator throws. */
export function retire(communicator: object, retired: object): void {
  // An error handler may have put something before the verbs.
  for (const name of Object.getOwnPropertyNames(communicator))
    if (Object.hasOwn(retired, name)) Reflect.deleteProperty(communicator, name);
  Object.setPrototypeOf(communicator, retired);
}
