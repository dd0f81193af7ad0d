/**
 * Names of ports: all that a client needs, in one line of printable characters.
 *
 *     parley:1:<process that has opened it>:<number of the port>:<128 bits that only those know who were told>
 *              3f0c…9a.0                     16 hexadecimal       32 hexadecimal digits
 */
import { MPIError } from '../errors/mpi-error.ts';
import type { ProcessId } from '../model/process-id.ts';

/** Characters that a port name has at most (MPI_MAX_PORT_NAME). */
export const MAX_PORT_NAME = 256;

export interface PortAddress {
  readonly owner: ProcessId;
  readonly id: string;
  readonly secret: string;
}

const PORT_NAME = /^parley:1:(?<owner>[0-9a-f]{32}\.\d{1,9}):(?<id>[0-9a-f]{16}):(?<secret>[0-9a-f]{32})$/;
const OTHER_VERSION = /^parley:(?!1:)\d+:/;

export function formatPortName({ owner, id, secret }: PortAddress): string {
  return `parley:1:${owner}:${id}:${secret}`;
}

/** Reads a port name; `verb` is what was to be done with the port. */
export function parsePortName(name: unknown, verb: string): PortAddress {
  const text = typeof name === 'string' ? name.trim() : null;
  const { owner, id, secret } = (text === null ? null : PORT_NAME.exec(text))?.groups ?? {};
  if (owner !== undefined && id !== undefined && secret !== undefined) return { owner, id, secret };
  const shown = text === null ? whatIs(name) : JSON.stringify(text.slice(0, 60));
  const why =
    text !== null && OTHER_VERSION.test(text)
      ? 'another version of parley has made it'
      : 'a name that openPort has given is wanted, beginning with "parley:"';
  throw new MPIError('MPI_ERR_PORT', `Cannot ${verb} ${shown}: it is no port name; ${why}`);
}

/** Something that is no text, and may not be turned into one. */
const whatIs = (value: unknown): string =>
  typeof value === 'object' && value !== null ? 'an object' : String(value);

/** A port in messages: its name without the secret. */
export function publicPortName({ owner, id }: PortAddress): string {
  return `parley:1:${owner.slice(0, 8)}…:${id}`;
}
