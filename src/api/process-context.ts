/** What the communicators of a process share, beside the engine. */
import type { Inheritance } from '../dynamic/spawn-order.ts';
import type { Surroundings } from '../dynamic/surroundings.ts';
import type { ErrorCodes } from '../errors/error-codes.ts';
import type { ProcessId } from '../model/process-id.ts';
import type { Attributes } from './attributes.ts';
import type { PredefinedErrorHandler } from './error-handling/error-handler.ts';

export interface ProcessContext {
  /** Of the communicators that are made of no other. */
  readonly initialErrhandler: PredefinedErrorHandler;
  readonly errorCodes: ErrorCodes;
  /** Whether the arguments of collectives are compared before they run. */
  readonly checksCollectives: boolean;
  /** True from the moment on in which this process begins to leave MPI. */
  readonly leaving: boolean;
  /** Where this process stands among others; a process alone enters its host's universe by asking. */
  readonly surroundings: () => Surroundings;
  /** What processes that this one spawns inherit. */
  inheritance(): Inheritance;
  /** Attributes for a new communicator: the predefined ones. */
  newAttributes(): Attributes;
  /** Ends the jobs of these processes, and this process. */
  abort(code: number, processes: readonly ProcessId[]): never;
  /** Ends every process that this one is connected to, and this one. */
  abortConnected(code: number): never;
  /** Writes a text for people on standard error, at once. */
  report(text: string): void;
}
