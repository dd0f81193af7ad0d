/**
 * The end of a communicator for the program: on this object each verb is covered by one that throws. So nothing has to
 * ask, at each message, whether its communicator may still be used.
 */
import type { MPIError } from '../errors/mpi-error.ts';
import { VERBS } from './verbs.ts';

/** From now on every verb of the communicator throws this; what it says of itself stays. */
export function retire(communicator: object, unusable: () => MPIError): void {
  const refuse = (): never => {
    throw unusable();
  };
  for (const verb of VERBS) {
    if (!(verb in communicator)) continue;
    Object.defineProperty(communicator, verb, { value: refuse, configurable: true, writable: true });
  }
}
