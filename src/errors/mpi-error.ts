/**
 * The one error that this library throws at programs. Its message follows the house rule: what was attempted,
 * with the value quoted; what is wanted; the way out; and the class in brackets at the end.
 */
import { ERROR_CLASSES, type ErrorClassName } from './error-classes.ts';

/** A failed MPI operation (MPI-4.1 §9.4). */
export class MPIError extends Error {
  /** The standard's name of the error class, e.g. `'MPI_ERR_RANK'`. */
  readonly code: string;
  /** Its number in the MPI-5.0 ABI. */
  readonly errorClass: number;

  constructor(code: ErrorClassName, message: string, options?: ErrorOptions) {
    super(`${message} (${code})`, options);
    this.code = code;
    this.errorClass = ERROR_CLASSES[code][0];
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'MPIError', configurable: true, writable: true });
  }
}
