/**
 * The two ways of waiting behind one face, so that a case is written once: `await way.call(comm, 'recv', 0, 7)` is
 * `comm.recvSync(0, 7)` or `await comm.recv(0, 7)`.
 */
import { COMM_WORLD, type Communicator } from 'parley';

/** The verbs that have a twin with the suffix `Sync`. */
type Verb<C> = {
  [K in keyof C]: K extends string ? (`${K}Sync` extends keyof C ? K : never) : never;
}[keyof C];
type Arguments<F> = F extends (...args: infer A) => unknown ? A : never;
type Result<F> = F extends (...args: never) => infer R ? Awaited<R> : never;

export class Way {
  readonly name: string;
  /** Whether this rank blocks its thread. */
  readonly blocks: boolean;

  constructor(name: string, blocks: boolean) {
    this.name = name;
    this.blocks = blocks;
  }

  /** Calls a verb of a communicator and waits for its result. */
  async call<C extends Communicator, V extends Verb<C>>(
    comm: C,
    verb: V,
    ...args: Arguments<C[V]>
  ): Promise<Result<C[V]>> {
    const name = this.blocks ? `${verb}Sync` : verb;
    const method = comm[name as keyof C] as (...args: unknown[]) => unknown;
    return (await Reflect.apply(method, comm, args)) as Result<C[V]>;
  }

  /** Waits for a request that is under way. */
  async wait<T>(request: PromiseLike<T> & { waitSync(): T }): Promise<T> {
    return this.blocks ? request.waitSync() : await request;
  }
}

/** All ranks block; all await; even ranks block while odd ones await. */
export const WAYS: readonly Way[] = [
  new Way('blocking', true),
  new Way('awaiting', false),
  new Way('mixed', COMM_WORLD.rank % 2 === 0),
];
