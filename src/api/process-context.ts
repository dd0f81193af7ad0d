/** What the communicators of a process share, beside the engine. */
import type { Attributes } from './attributes.ts';

export interface ProcessContext {
  /** Attributes for a new communicator: the predefined ones. */
  newAttributes(): Attributes;
  /** Ends the job where `processes` is more than this one. */
  abort(code: number, processes: number): never;
}
