/** What a process needs of its host to meet others: a place where they find it, its agent, and its ports. */
import type { ProcessId } from '../model/process-id.ts';
import type { Ports } from './ports.ts';

export interface Surroundings {
  /** The directory of this process' job, beside which all others lie. */
  readonly directory: string;
  /** The agent: who starts processes. */
  readonly agent: ProcessId;
  readonly ports: Ports;
}

/** Asked for when they are first needed: a process alone makes itself known to the host then. */
export type FindSurroundings = () => Surroundings;
