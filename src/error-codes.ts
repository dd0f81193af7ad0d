/** Public functions on error classes and codes, the standard's and those that the program adds (MPI-4.1 §9.4, §9.5). */
import { mpi } from './this-process.ts';

/**
 * What an error class or code means, in a sentence (MPI_Error_string, MPI-4.1 §9.4); '' for one that the program has added
 * and given no text.
 *
 * @throws {MPIError} MPI_ERR_ARG where no class or code has this number.
 */
export function errorString(code: number): string {
  return mpi.errorCodes.text(code);
}

/**
 * Number of a named class: `errorClass('MPI_ERR_PORT')`; or the class that a code belongs to (MPI_Error_class, MPI-4.1
 * §9.4).
 *
 * @throws {MPIError} MPI_ERR_ARG where there is no such class or code.
 */
export function errorClass(nameOrCode: string | number): number {
  return typeof nameOrCode === 'number'
    ? mpi.errorCodes.classOf(nameOrCode)
    : mpi.errorCodes.classNamed(nameOrCode);
}

/**
 * Adds an error class of the program's own; its number (MPI_Add_error_class, MPI-4.1 §9.5). Known in this process only.
 *
 * ```ts
 * const overload = MPI.addErrorClass();
 * MPI.addErrorString(overload, 'More clients than the master can show');
 * MPI.COMM_WORLD.callErrhandler(overload);
 * ```
 */
export function addErrorClass(): number {
  return mpi.errorCodes.addClass();
}

/** Adds an error code to a class, predefined or added; its number (MPI_Add_error_code). */
export function addErrorCode(errorClass: number): number {
  return mpi.errorCodes.addCode(errorClass);
}

/** Gives an added class or code a text, or another one (MPI_Add_error_string). */
export function addErrorString(code: number, text: string): void {
  mpi.errorCodes.setText(code, text);
}

/**
 * Removes an added class, which may have neither codes nor a text any more (MPI_Remove_error_class, MPI-4.1 §9.5). Its
 * number is not given out again.
 */
export function removeErrorClass(errorClass: number): void {
  mpi.errorCodes.removeClass(errorClass);
}

/** Removes an added code, which may not have a text any more (MPI_Remove_error_code). */
export function removeErrorCode(code: number): void {
  mpi.errorCodes.removeCode(code);
}

/** Takes the text of an added class or code away: it is '' then (MPI_Remove_error_string). */
export function removeErrorString(code: number): void {
  mpi.errorCodes.removeText(code);
}
