/**
 * The one error that this library throws at programs. Its message follows the house rule: what was attempted,
 * with the value quoted; what is wanted; the way out; and the class in brackets at the end.
 */
import { ERROR_CLASSES, type ErrorClassName } from './error-classes.ts';

/** A code that the program has added, as an error carries it (error-codes.ts). */
export interface AddedErrorCode {
  /** Stands where the standard's name of a predefined class would, e.g. `'USER_ERR_16385'`. */
  readonly name: string;
  readonly errorCode: number;
  readonly errorClass: number;
}

/** A failed MPI operation (MPI-4.1 §9.4). */
export class MPIError extends Error {
  /** The standard's name of the error class, e.g. `'MPI_ERR_RANK'`; `'USER_ERR_16385'` of a code that the program has added. */
  readonly code: string;
  /** The number of the class, in the MPI-5.0 ABI where it is predefined. */
  readonly errorClass: number;
  /** The number of the error code: that of the class, unless the program has added codes to it (`addErrorCode`). */
  readonly errorCode: number;

  constructor(code: ErrorClassName | AddedErrorCode, message: string, options?: ErrorOptions) {
    super(`${message} (${typeof code === 'string' ? code : code.name})`, options);
    if (typeof code === 'string') {
      this.code = code;
      this.errorClass = this.errorCode = ERROR_CLASSES[code][0];
    } else {
      this.code = code.name;
      this.errorClass = code.errorClass;
      this.errorCode = code.errorCode;
    }
  }

  static {
    Object.defineProperty(this.prototype, 'name', { value: 'MPIError', configurable: true, writable: true });
  }
}
