/**
 * Attributes: what a program, or a library that it uses, hangs on a communicator under keys of its own
 * (MPI-4.1 §7.7), and the keys of the values that the environment hangs on every one (§9.1.2).
 */
import { MPIError } from '../errors/mpi-error.ts';

/** A key under which values of type T hang on communicators (MPI_Comm_create_keyval). */
export interface Keyval<T> {
  readonly name: string;
  readonly __type?: T;
}

/** What is done with a value when its communicator is duplicated or goes. */
export interface KeyvalOptions<T> {
  /** The value for the duplicate; undefined for none, which is the default. Where it throws, the duplication fails. */
  copy?: (value: T) => T | undefined;
  /**
   * Called once when the value is replaced or deleted, and when its communicator is freed or disconnected; of COMM_SELF
   * at finalize. The value is gone also where it throws; whoever caused the call then gets an MPIError with the cause.
   */
  delete?: (value: T) => void;
}

class AttributeKey<T> implements Keyval<T> {
  readonly name: string;
  readonly options: KeyvalOptions<T>;
  readonly predefined: boolean;
  freed: boolean = false;

  constructor(name: string, options: KeyvalOptions<T>, predefined: boolean) {
    this.name = name;
    this.options = options;
    this.predefined = predefined;
  }
}

/**
 * Makes a key (MPI_Comm_create_keyval, MPI-4.1 §7.7.2).
 *
 * ```ts
 * const visits = MPI.createKeyval<number>('visits', { copy: (value) => value });
 * MPI.COMM_WORLD.setAttr(visits, 1);
 * ```
 */
export function createKeyval<T>(name: string = 'attribute', options: KeyvalOptions<T> = {}): Keyval<T> {
  return new AttributeKey(name, options, false);
}

/** Frees a key (MPI_Comm_free_keyval): values that hang under it stay, and their delete callbacks still run. */
export function freeKeyval<T>(key: Keyval<T>): void {
  const known = keyOf(key, 'free');
  if (known.predefined)
    throw new MPIError('MPI_ERR_KEYVAL', `Cannot free the key ${known.name}: it is predefined`);
  if (known.freed)
    throw new MPIError('MPI_ERR_KEYVAL', `Cannot free the key ${known.name}: it has been freed already`);
  known.freed = true;
}

const predefined = <T>(name: string): Keyval<T> => new AttributeKey<T>(name, {}, true);

/** The largest tag (MPI_TAG_UB). */
export const TAG_UB: Keyval<number> = predefined('TAG_UB');
/** Rank of a host process, PROC_NULL: there is none (MPI_HOST). */
export const HOST: Keyval<number> = predefined('HOST');
/** Rank of a process that can do input and output, ANY_SOURCE: each can (MPI_IO). */
export const IO: Keyval<number> = predefined('IO');
/** Whether the clocks of all processes are the same (MPI_WTIME_IS_GLOBAL). */
export const WTIME_IS_GLOBAL: Keyval<boolean> = predefined('WTIME_IS_GLOBAL');
/** The largest error code that was ever in use; it grows with each class and code that is added (MPI_LASTUSEDCODE). */
export const LASTUSEDCODE: Keyval<number> = predefined('LASTUSEDCODE');
/** Number of processes that the universe has room for, this job's included (MPI_UNIVERSE_SIZE). */
export const UNIVERSE_SIZE: Keyval<number> = predefined('UNIVERSE_SIZE');
/** Which of the commands of an MPMD start this process is (MPI_APPNUM). */
export const APPNUM: Keyval<number> = predefined('APPNUM');

/** The predefined keys' values, which are the same on every communicator of a process. */
export interface PredefinedValues {
  get(key: Keyval<unknown>): unknown;
}

/** The attributes of one communicator, in the order in which they were set. */
export class Attributes {
  readonly #values = new Map<AttributeKey<unknown>, unknown>();
  readonly #predefined: PredefinedValues;

  constructor(predefined: PredefinedValues) {
    this.#predefined = predefined;
  }

  get<T>(key: Keyval<T>): T | undefined {
    const known = keyOf(key, 'read an attribute by');
    return (known.predefined ? this.#predefined.get(key) : this.#values.get(known)) as T | undefined;
  }

  set<T>(key: Keyval<T>, value: T): void {
    const known = this.#writable(key, 'set an attribute under');
    if (known.freed)
      throw new MPIError(
        'MPI_ERR_KEYVAL',
        `Cannot set an attribute under the key ${known.name}: it has been freed`,
      );
    this.#delete(known);
    this.#values.set(known, value);
  }

  delete<T>(key: Keyval<T>): void {
    this.#delete(this.#writable(key, 'delete the attribute under'));
  }

  /** What a duplicate of the communicator starts with. Where a copy callback throws, the copies made so far go again. */
  duplicate(): Attributes {
    const copy = new Attributes(this.#predefined);
    for (const [key, value] of this.#values) {
      try {
        const copied = key.options.copy?.(value);
        if (copied !== undefined) copy.#values.set(key, copied);
      } catch (cause) {
        copy.discard();
        throw callbackFailed('copy', key, cause);
      }
    }
    return copy;
  }

  /**
   * Deletes all that are there now, the latest first. Every callback is called, also after one that throws; then one
   * error tells of the failures.
   */
  deleteAll(): void {
    const failures: MPIError[] = [];
    for (const key of [...this.#values.keys()].reverse()) {
      try {
        this.#delete(key);
      } catch (error) {
        failures.push(error as MPIError);
      }
    }
    const [first] = failures;
    if (first === undefined) return;
    if (failures.length === 1) throw first;
    throw new MPIError(
      'MPI_ERR_OTHER',
      `${String(failures.length)} delete callbacks threw; the first: ${first.message}`,
      {
        cause: new AggregateError(failures),
      },
    );
  }

  /** The same for a communicator that comes to nothing: that is what is told, and no delete callback's failure. */
  discard(): void {
    try {
      this.deleteAll();
    } catch {
      // Every callback was called.
    }
  }

  #delete(key: AttributeKey<unknown>): void {
    if (!this.#values.has(key)) return;
    const value = this.#values.get(key);
    this.#values.delete(key);
    try {
      key.options.delete?.(value);
    } catch (cause) {
      throw callbackFailed('delete', key, cause);
    }
  }

  #writable<T>(key: Keyval<T>, doing: string): AttributeKey<unknown> {
    const known = keyOf(key, doing);
    if (known.predefined)
      throw new MPIError('MPI_ERR_KEYVAL', `Cannot ${doing} the key ${known.name}: it is predefined`);
    return known;
  }
}

function callbackFailed(which: 'copy' | 'delete', key: AttributeKey<unknown>, cause: unknown): MPIError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MPIError(
    'MPI_ERR_OTHER',
    `Cannot ${which} the attribute under the key ${key.name}: its ${which} callback threw: ${why}`,
    { cause },
  );
}

function keyOf(key: Keyval<unknown>, doing: string): AttributeKey<unknown> {
  if (key instanceof AttributeKey) return key as AttributeKey<unknown>;
  throw new MPIError(
    'MPI_ERR_KEYVAL',
    `Cannot ${doing} ${typeof key === 'object' ? 'an object' : typeof key}: a key made by createKeyval is wanted, or a predefined one`,
  );
}
