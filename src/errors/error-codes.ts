/**
 * The error codes of one process: the predefined classes, and the classes, codes and texts that the program adds
 * (MPI-4.1 §9.5). A class is a code too, its own; every code belongs to one class.
 *
 *     0 … LASTCODE   predefined; nothing of it can be changed
 *     LASTCODE + 1 … in the order in which they were added, classes and codes alike; no number is given out twice
 */
import { ERR_LASTCODE, ERROR_CLASSES, errorClassName, errorClassNumber } from './error-classes.ts';
import { MPIError } from './mpi-error.ts';

interface AddedCode {
  readonly errorClass: number;
  text: string;
}

export class ErrorCodes {
  readonly #added = new Map<number, AddedCode>();
  #lastUsed = ERR_LASTCODE;

  /** The largest code that was ever in use (MPI_LASTUSEDCODE); it only grows. */
  get lastUsed(): number {
    return this.#lastUsed;
  }

  /** A new class (MPI_Add_error_class). */
  addClass(): number {
    return this.#add(this.#lastUsed + 1);
  }

  /** A new code of a class, predefined or added (MPI_Add_error_code). */
  addCode(errorClass: number): number {
    if (!this.#isClass(errorClass)) {
      throw new MPIError(
        'MPI_ERR_ARG',
        `Cannot add an error code to class ${String(errorClass)}: no error class has this number`,
      );
    }
    return this.#add(errorClass);
  }

  /** Gives an added class or code a text, or another one (MPI_Add_error_string). */
  setText(code: number, text: string): void {
    if (typeof text !== 'string') {
      throw new MPIError(
        'MPI_ERR_ARG',
        `Cannot give error code ${String(code)} a text of type ${typeof text}: a string is wanted`,
      );
    }
    this.#addedCode(code, 'give a text to').text = text;
  }

  /** Takes a text away (MPI_Remove_error_string): it is empty then. */
  removeText(code: number): void {
    const added = this.#addedCode(code, 'remove the text of');
    if (added.text === '') {
      throw new MPIError('MPI_ERR_ARG', `Cannot remove the text of error code ${String(code)}: it has none`);
    }
    added.text = '';
  }

  /** Removes a code that has no text any more (MPI_Remove_error_code). */
  removeCode(code: number): void {
    const { errorClass } = this.#addedCode(code, 'remove');
    if (errorClass === code) {
      throw new MPIError(
        'MPI_ERR_ARG',
        `Cannot remove error code ${String(code)}: it is a class; removeErrorClass removes it`,
      );
    }
    this.#remove(code);
  }

  /** Removes a class that has neither codes nor a text any more (MPI_Remove_error_class). */
  removeClass(errorClass: number): void {
    if (this.#addedCode(errorClass, 'remove').errorClass !== errorClass) {
      throw new MPIError(
        'MPI_ERR_ARG',
        `Cannot remove error class ${String(errorClass)}: it is a code of another class; removeErrorCode removes it`,
      );
    }
    for (const [code, added] of this.#added) {
      if (added.errorClass !== errorClass || code === errorClass) continue;
      throw new MPIError(
        'MPI_ERR_ARG',
        `Cannot remove error class ${String(errorClass)}: it still has codes, such as ${String(code)}; remove those first`,
      );
    }
    this.#remove(errorClass);
  }

  /** What a code means: of an added one the text it was given, else a sentence and the name of the class. */
  text(code: number): string {
    const name = errorClassName(code);
    if (name !== undefined) return `${ERROR_CLASSES[name][1]} (${name})`;
    return this.#known(code, 'explain').text;
  }

  /** The class that a code belongs to (MPI_Error_class). */
  classOf(code: number): number {
    return errorClassName(code) === undefined ? this.#known(code, 'find the class of').errorClass : code;
  }

  /** Number of a predefined class by its name. */
  classNamed(name: string): number {
    const number = errorClassNumber(name);
    if (number !== undefined) return number;
    throw new MPIError(
      'MPI_ERR_ARG',
      `Cannot find the error class ${JSON.stringify(name)}: names such as MPI_ERR_RANK are wanted`,
    );
  }

  /** An error of this code, with the message that belongs to it. */
  errorOf(code: number, attempt: string): MPIError {
    const name = errorClassName(code);
    if (name !== undefined) return new MPIError(name, `${attempt}: ${ERROR_CLASSES[name][1]}`);
    const { errorClass, text } = this.#known(code, 'make an error of');
    const added = { name: `USER_ERR_${String(code)}`, errorCode: code, errorClass };
    return new MPIError(added, text === '' ? attempt : `${attempt}: ${text}`);
  }

  #isClass(number: number): boolean {
    return errorClassName(number) !== undefined || this.#added.get(number)?.errorClass === number;
  }

  #add(errorClass: number): number {
    this.#added.set(++this.#lastUsed, { errorClass, text: '' });
    return this.#lastUsed;
  }

  #remove(code: number): void {
    if (this.#added.get(code)?.text !== '') {
      throw new MPIError(
        'MPI_ERR_ARG',
        `Cannot remove error code ${String(code)}: it still has a text; remove that first (removeErrorString)`,
      );
    }
    this.#added.delete(code);
  }

  /** An added code, which may be changed. */
  #addedCode(code: number, doing: string): AddedCode {
    const name = errorClassName(code);
    if (name === undefined) return this.#known(code, doing);
    throw new MPIError('MPI_ERR_ARG', `Cannot ${doing} error code ${String(code)}: ${name} is predefined`);
  }

  #known(code: number, doing: string): AddedCode {
    const added = this.#added.get(code);
    if (added !== undefined) return added;
    throw new MPIError(
      'MPI_ERR_ARG',
      `Cannot ${doing} error code ${String(code)}: no error class or code has this number`,
    );
  }
}
