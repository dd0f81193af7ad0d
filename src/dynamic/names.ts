/** Publishing ports under names, and finding them (MPI_Publish_name and its sisters, MPI-4.1 §11.9.4). */
import { setTimeout as delay } from 'node:timers/promises';
import { MPIError } from '../errors/mpi-error.ts';
import { type WaitOptions } from '../engine/request.ts';
import { hasFired } from '../engine/wait-options.ts';
import type { ProcessId } from '../model/process-id.ts';
import { lookUpInDirectory, publishInDirectory, unpublishInDirectory } from '../pmi/name-directory.ts';
import { parsePortName } from './port-name.ts';

/** How often a name that is waited for is looked up. */
const LOOK_MS = 20;
const NAME_CHARACTERS_MAX = 1024;

export class Names {
  readonly #base: string;
  readonly #self: ProcessId;
  readonly #published = new Set<string>();

  /** `base` is the directory that the user's jobs on this host have in common. */
  constructor(base: string, self: ProcessId) {
    this.#base = base;
    this.#self = self;
  }

  publish(service: string, port: string): void {
    checkService(service, 'publish');
    parsePortName(port, 'publish');
    const taken = publishInDirectory(this.#base, service, port.trim(), this.#self);
    if (taken !== null) {
      throw new MPIError(
        'MPI_ERR_SERVICE',
        `Cannot publish ${JSON.stringify(service)}: process ${String(taken.process.pid)} has published it since ${new Date(taken.since).toISOString()}; ` +
          'choose another name, or unpublish it there ("parley names" lists all)',
      );
    }
    this.#published.add(service);
  }

  /** `port` is only compared. */
  unpublish(service: string, port: string | undefined): void {
    checkService(service, 'unpublish');
    const name = lookUpInDirectory(this.#base, service);
    if (name === null) throw this.#notPublished(service, 'nobody has published it');
    if (port !== undefined && name.port !== port.trim())
      throw this.#notPublished(service, 'it is published for another port');
    if (!unpublishInDirectory(this.#base, service, this.#self))
      throw this.#notPublished(
        service,
        `process ${String(name.process.pid)} has published it, and only that one may`,
      );
    this.#published.delete(service);
  }

  /** The port of that name; throws MPI_ERR_NAME where there is none now. */
  lookUp(service: string): string {
    checkService(service, 'look up');
    const name = lookUpInDirectory(this.#base, service);
    if (name !== null) return name.port;
    throw new MPIError(
      'MPI_ERR_NAME',
      `Cannot look up ${JSON.stringify(service)}: nobody publishes it; start its server, wait for it with a timeout, or see "parley names"`,
    );
  }

  /** The same, waiting for somebody to publish it where a time is given for that. */
  async waitFor(service: string, options: WaitOptions): Promise<string> {
    const intent = (): string => `look up ${JSON.stringify(service)}`;
    if (hasFired(options, intent)) throw options.signal.reason;
    const { signal, timeout = 0 } = options;
    const end = performance.now() + timeout;
    for (;;) {
      try {
        return this.lookUp(service);
      } catch (error) {
        if (!isUnknown(error) || performance.now() >= end) throw error;
      }
      await delay(
        Math.min(LOOK_MS, Math.max(1, end - performance.now())),
        undefined,
        signal === undefined ? {} : { signal },
      ).catch(() => {
        throw signal?.reason;
      });
    }
  }

  /** The same with the thread blocked; `progress` is called again and again meanwhile. */
  waitForSync(service: string, timeout: number, progress: () => void): string {
    hasFired({ timeout }, () => `look up ${JSON.stringify(service)}`);
    const end = performance.now() + timeout;
    const word = new Int32Array(new SharedArrayBuffer(4));
    for (;;) {
      try {
        return this.lookUp(service);
      } catch (error) {
        if (!isUnknown(error) || performance.now() >= end) throw error;
      }
      progress();
      Atomics.wait(word, 0, 0, Math.min(LOOK_MS, Math.max(1, end - performance.now())));
    }
  }

  /** Withdraws all that this process has published. */
  withdrawAll(): void {
    for (const service of this.#published) unpublishInDirectory(this.#base, service, this.#self);
    this.#published.clear();
  }

  #notPublished(service: string, why: string): MPIError {
    return new MPIError('MPI_ERR_SERVICE', `Cannot unpublish ${JSON.stringify(service)}: ${why}`);
  }
}

const isUnknown = (error: unknown): boolean => error instanceof MPIError && error.code === 'MPI_ERR_NAME';

function checkService(service: unknown, verb: string): void {
  if (typeof service === 'string' && service !== '' && service.length <= NAME_CHARACTERS_MAX) return;
  const shown = typeof service === 'string' ? JSON.stringify(service.slice(0, 40)) : `a ${typeof service}`;
  throw new MPIError(
    'MPI_ERR_ARG',
    `Cannot ${verb} ${shown}: a name of 1 to ${String(NAME_CHARACTERS_MAX)} characters is wanted`,
  );
}
