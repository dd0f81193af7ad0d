/** Ports, as programs hold them: a place where clients find this process (MPI-4.1 §11.9.2). */
import { hostname, networkInterfaces } from 'node:os';
import type { OpenPort } from '../dynamic/open-port.ts';
import type { Surroundings } from '../dynamic/surroundings.ts';
import { MPIError } from '../errors/mpi-error.ts';
import type { Intercommunicator, Intracommunicator } from './intracommunicator.ts';

/** The standard's reserved keys for a port (MPI-4.1 §11.9.5). */
export interface PortOptions {
  /** An address of this host; another one is an error. */
  ip_address?: string;
  /** A number of a network port. Clients of this host come without one. */
  ip_port?: string;
}

/**
 * A port that this process has open. `await using` closes it; `for await` accepts clients on COMM_SELF.
 *
 * ```ts
 * const port = await MPI.openPort();
 * for await (const client of port) void serve(client);
 * ```
 */
export class Port {
  /** What a client needs, and all it needs: one printable string of at most MAX_PORT_NAME characters. */
  readonly name: string;
  readonly #port: OpenPort;
  readonly #surroundings: Surroundings;
  readonly #self: Intracommunicator;

  constructor(surroundings: Surroundings, self: Intracommunicator, port: OpenPort) {
    this.#surroundings = surroundings;
    this.#self = self;
    this.#port = port;
    this.name = port.name;
  }

  /** True once it is closed. */
  get closed(): boolean {
    return this.#port.closed;
  }

  /** Clients that wait to be accepted. */
  get waiting(): number {
    return this.#port.waiting;
  }

  /** Closes it: clients that wait, and come later, are refused with MPI_ERR_PORT; so are accepts under way (MPI_Close_port). */
  close(): Promise<void> {
    this.#surroundings.ports.close(this.#port);
    return Promise.resolve();
  }

  toString(): string {
    return this.name;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** One intercommunicator for each client, until the port is closed. Leaving the loop leaves the port open. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Intercommunicator> {
    return this.#self.accepting(this);
  }
}

const KEYS = ['ip_address', 'ip_port'];

/** Throws for options that cannot be met. */
export function checkPortOptions(options: PortOptions): void {
  const unknown = Object.keys(options).filter((key) => !KEYS.includes(key));
  if (unknown.length > 0) {
    throw new MPIError(
      'MPI_ERR_INFO_KEY',
      `Cannot open a port with the option ${unknown.map((key) => JSON.stringify(key)).join(', ')}: the options are ${KEYS.join(', ')}`,
    );
  }
  const { ip_address: address, ip_port: port } = options;
  if (address !== undefined && !isOwnAddress(address)) {
    throw new MPIError(
      'MPI_ERR_INFO_VALUE',
      `Cannot open a port at the address ${JSON.stringify(address)}: this host (${hostname()}) has no such address`,
    );
  }
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new MPIError(
      'MPI_ERR_INFO_VALUE',
      `Cannot open a port with ip_port ${JSON.stringify(port)}: a number from 0 to 65535 is wanted`,
    );
  }
}

function isOwnAddress(address: string): boolean {
  if (address === 'localhost' || address === hostname() || address === '0.0.0.0' || address === '::')
    return true;
  return Object.values(networkInterfaces()).some(
    (all) => all?.some((one) => one.address === address) === true,
  );
}
