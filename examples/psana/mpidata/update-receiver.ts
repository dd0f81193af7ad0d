/**
 * The master's half of `md`: takes messages from anybody, checks them, answers them, and tells what each means.
 *
 *   probe, any source ──▶ found: its transfer begins ──▶ transfers of each client, in order ──▶ complete: checked, told
 *        ▲                                                        │
 *        └────────── whichever comes first is next ───────────────┘
 *
 * Nothing that a client does stops it. A client that dies is reported by MPI (MPI_ERR_PROC_FAILED names it); one that
 * is silent for longer than the patience, also in the middle of a message, is no longer waited for; one that sends
 * nonsense is told to stop, and what else it sends is taken and thrown away.
 *
 * Messages are received into buffers that are used again: what an update holds is valid until the next.
 */
import { encodeAcknowledgement } from './acknowledgement.ts';
import { ClientLedger, type LedgerEvent } from './client-ledger.ts';
import {
  failedRanks,
  mpiErrorCode,
  TAG_ACKNOWLEDGEMENT,
  TAG_UPDATE,
  type IncomingMessage,
  type Link,
} from './link.ts';
import { decodeUpdate, MalformedUpdateError } from './update-format.ts';

export interface ReceiverOptions {
  /** Milliseconds for which a client may be silent; Infinity for ever. */
  readonly patienceMs: number;
  /** A longer message is nonsense. */
  readonly updateBytesMax: number;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** What comes next: a message was found, a transfer has ended, or neither, for a reason. */
type Arrival =
  | { readonly kind: 'found'; readonly matched: IncomingMessage }
  | { readonly kind: 'nothing'; readonly error: unknown }
  /** `error` is null where all of it has come. */
  | { readonly kind: 'transferred'; readonly transfer: Transfer; readonly error: unknown };

interface Transfer {
  readonly rank: number;
  readonly buffer: ArrayBuffer;
  readonly bytes: number;
}

const SMALLEST_BUFFER = 65536;
const DIED = 'its process died';

export class UpdateReceiver {
  readonly #link: Link;
  readonly #options: ReceiverOptions;
  readonly #ledger: ClientLedger;
  /** What one message or failure meant, handed out one by one: never more than a few for each client. */
  readonly #events: LedgerEvent[] = [];
  /** Transfers under way, for each client in the order of its messages; its window bounds how many. */
  readonly #transfers = new Map<number, Promise<Arrival>[]>();
  readonly #free: ArrayBuffer[] = [];
  readonly #finished = new AbortController();
  #probe: Promise<Arrival> | undefined;
  /** Holds the update that was told last. */
  #current: ArrayBuffer | undefined;

  constructor(link: Link, clients: readonly number[], options: ReceiverOptions) {
    this.#link = link;
    this.#options = options;
    this.#ledger = new ClientLedger(clients, options.patienceMs, options.now());
  }

  /** Clients that were silent for too long and did not come back. */
  get hung(): number[] {
    return this.#ledger.ranks('hung');
  }

  /** Clients that died or sent nonsense. */
  get lost(): number[] {
    return this.#ledger.ranks('lost');
  }

  /** The next event; undefined once nobody is waited for. */
  async next(): Promise<LedgerEvent | undefined> {
    for (;;) {
      const event = this.#events.shift();
      if (event !== undefined) return event;
      if (this.#ledger.finished) {
        this.#finished.abort();
        return undefined;
      }
      this.#events.push(...this.#understand(await this.#arrival()));
    }
  }

  /** Takes nothing more from this client: what it sent makes no sense to the program. */
  refuse(rank: number, reason: string): void {
    this.#events.push(...this.#refuse(rank, 0, reason));
  }

  #arrival(): Promise<Arrival> {
    if (this.#current !== undefined) this.#free.push(this.#current);
    this.#current = undefined;
    this.#probe ??= this.#startProbe();
    const oldest = [...this.#transfers.values()].flatMap(([first]) => (first === undefined ? [] : [first]));
    // Of several that are there the first is taken: what has arrived, before more is begun.
    return Promise.race([...oldest, this.#probe]);
  }

  async #startProbe(): Promise<Arrival> {
    const patience = this.#ledger.untilNextExpiry(this.#options.now());
    const timeout = Number.isFinite(patience) ? { timeout: Math.ceil(patience) + 1 } : {};
    const { signal } = this.#finished;
    try {
      const matched = await this.#link.mprobe(undefined, TAG_UPDATE, { ...timeout, signal });
      return { kind: 'found', matched };
    } catch (error) {
      return { kind: 'nothing', error };
    }
  }

  #understand(arrival: Arrival): LedgerEvent[] {
    if (arrival.kind === 'transferred') return this.#transferred(arrival.transfer, arrival.error);
    this.#probe = undefined;
    if (arrival.kind === 'found') return this.#receive(arrival.matched);
    const code = mpiErrorCode(arrival.error);
    if (code === 'MPI_ERR_TIMEOUT') return this.#ledger.expire(this.#options.now());
    const dead = code === 'MPI_ERR_PROC_FAILED' ? failedRanks(arrival.error) : [];
    // Anything else is the master's own trouble.
    if (dead.length === 0) throw arrival.error;
    return dead.flatMap((rank) => this.#ledger.lose(rank, DIED));
  }

  #receive(matched: IncomingMessage): LedgerEvent[] {
    const { source, bytes } = matched;
    if (bytes > this.#options.updateBytesMax) {
      ignoreFailure(matched.recvInto(new Uint8Array(0))); // takes it out of the way
      return this.#refuse(source, 0, `it sent a message of ${bytes} bytes`);
    }
    const transfer: Transfer = { rank: source, buffer: this.#takeBuffer(bytes), bytes };
    const queue = this.#transfers.get(source) ?? [];
    queue.push(endOf(transfer, matched.recvInto(new Uint8Array(transfer.buffer, 0, bytes))));
    this.#transfers.set(source, queue);
    return [];
  }

  #transferred({ rank, buffer, bytes }: Transfer, error: unknown): LedgerEvent[] {
    this.#transfers.set(rank, (this.#transfers.get(rank) ?? []).slice(1));
    this.#current = buffer;
    if (error !== null) {
      const isDead = mpiErrorCode(error) === 'MPI_ERR_PROC_FAILED';
      return this.#ledger.lose(rank, isDead ? DIED : `its message did not arrive whole: ${textOf(error)}`);
    }
    try {
      const update = decodeUpdate(new Uint8Array(buffer, 0, bytes), rank);
      if (this.lost.includes(rank)) return this.#refuse(rank, update.sequence, '');
      this.#answer(rank, update.sequence, false);
      return this.#ledger.accept(update, this.#options.now());
    } catch (problem) {
      if (problem instanceof MalformedUpdateError) return this.#refuse(rank, 0, problem.message);
      throw problem;
    }
  }

  #refuse(rank: number, sequence: number, reason: string): LedgerEvent[] {
    this.#answer(rank, sequence, true);
    return this.#ledger.lose(rank, reason);
  }

  #answer(rank: number, sequence: number, stop: boolean): void {
    // A client that has died in the meantime cannot hear it; that it has died is told by the next probe.
    const words = encodeAcknowledgement({ sequence, stop });
    ignoreFailure(this.#link.send(words, rank, TAG_ACKNOWLEDGEMENT));
  }

  #takeBuffer(bytes: number): ArrayBuffer {
    const index = this.#free.findIndex((buffer) => buffer.byteLength >= bytes);
    const [found] = index < 0 ? [] : this.#free.splice(index, 1);
    if (found !== undefined) return found;
    this.#free.pop(); // too small for what is sent now
    return new ArrayBuffer(2 ** Math.ceil(Math.log2(Math.max(bytes, SMALLEST_BUFFER))));
  }
}

/** How a transfer ends; its failure is a result. */
async function endOf(transfer: Transfer, request: PromiseLike<unknown>): Promise<Arrival> {
  try {
    await request;
    return { kind: 'transferred', transfer, error: null };
  } catch (error) {
    return { kind: 'transferred', transfer, error };
  }
}

function ignoreFailure(request: PromiseLike<unknown>): void {
  Promise.resolve(request).catch(() => undefined);
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
