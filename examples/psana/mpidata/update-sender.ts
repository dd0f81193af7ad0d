/**
 * The client's half of `md`: numbers its messages, keeps at most a window of updates unacknowledged, and gives a sign of
 * life when there is nothing else to say.
 *
 *   client   update 1   update 2   …  update K │ waits ……… │ update K+1        the queue at the master never holds
 *   master   ·········································· ack 1 ▲                more than K updates of one client
 *
 * The bytes of an update are copied once, into a buffer that is used again when the update is acknowledged; so an
 * array that was added is the caller's again as soon as `send` has returned.
 */
import { ACKNOWLEDGEMENT_WORDS, decodeAcknowledgement } from './acknowledgement.ts';
import { MASTER, TAG_ACKNOWLEDGEMENT, TAG_UPDATE, type Link } from './link.ts';
import { encodeUpdate, type Kind, type NamedArray } from './update-format.ts';

export interface SenderOptions {
  /** How many updates may be unacknowledged. */
  readonly window: number;
  /** Milliseconds between signs of life; Infinity for none. */
  readonly heartbeatMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Content {
  readonly run: number;
  readonly step: number;
  readonly small: Record<string, unknown>;
  readonly arrays: readonly NamedArray[];
}

interface InFlight {
  readonly buffer: ArrayBuffer | undefined;
  readonly sent: Promise<void>;
}

export class UpdateSender {
  readonly #link: Link;
  readonly #options: SenderOptions;
  readonly #free: ArrayBuffer[] = [];
  /** Updates and goodbyes by sequence number, until they are acknowledged. */
  readonly #inFlight = new Map<number, InFlight>();
  readonly #reader: Promise<void>;
  readonly #heart: NodeJS.Timeout | undefined;
  #sequence = 0;
  #lastSent = 0;
  #heartbeat: number | undefined;
  #goodbye: number | undefined;
  #failure: Error | undefined;
  readonly #waiting: (() => void)[] = [];

  constructor(link: Link, options: SenderOptions) {
    this.#link = link;
    this.#options = options;
    this.#reader = this.#readAcknowledgements();
    if (Number.isFinite(options.heartbeatMs)) {
      this.#heart = setInterval(() => {
        this.#beat();
      }, options.heartbeatMs).unref();
    }
  }

  /** Sends one message; returns when its content has been copied and there is room for it in the window. */
  async send(kind: Exclude<Kind, 'heartbeat'>, content: Content): Promise<void> {
    while (this.#inFlight.size >= this.#options.window && this.#failure === undefined) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    if (this.#failure !== undefined) throw this.#failure;
    this.#dispatch(kind, content);
  }

  /** Says goodbye and returns when the master has got everything that was sent. */
  async close(): Promise<void> {
    await this.send('bye', { run: 0, step: 0, small: {}, arrays: [] });
    await this.#reader;
    if (this.#failure !== undefined) throw this.#failure;
  }

  #dispatch(kind: Kind, content: Content): number {
    const sequence = ++this.#sequence;
    const time = this.#options.now();
    this.#lastSent = time;
    const encoded = encodeUpdate({ ...content, kind, rank: this.#link.rank, sequence, time });
    const buffer = this.#buffer(encoded.bytes);
    const message = new Uint8Array(buffer, 0, encoded.bytes);
    encoded.write(message);
    const sent = Promise.resolve(this.#link.send(message, MASTER, TAG_UPDATE)).catch((error: unknown) => {
      this.#fail(error);
    });
    if (kind === 'heartbeat') this.#heartbeat = sequence;
    else this.#inFlight.set(sequence, { buffer, sent });
    if (kind === 'bye') this.#goodbye = sequence;
    return sequence;
  }

  /** One sign of life at a time, and none while the last one is unanswered: a slow master is not flooded with them. */
  #beat(): void {
    const silent = this.#options.now() - this.#lastSent;
    if (this.#heartbeat !== undefined || this.#failure !== undefined || this.#goodbye !== undefined) return;
    if (silent >= this.#options.heartbeatMs)
      this.#dispatch('heartbeat', { run: 0, step: 0, small: {}, arrays: [] });
  }

  #buffer(bytes: number): ArrayBuffer {
    const index = this.#free.findIndex((buffer) => buffer.byteLength >= bytes);
    const [found] = index < 0 ? [] : this.#free.splice(index, 1);
    return found ?? new ArrayBuffer(bytes);
  }

  /** Runs from the start until the goodbye is acknowledged, or the master is gone. */
  async #readAcknowledgements(): Promise<void> {
    const words = new Uint32Array(ACKNOWLEDGEMENT_WORDS);
    try {
      do {
        await this.#link.recvInto(words, MASTER, TAG_ACKNOWLEDGEMENT);
        const { sequence, stop } = decodeAcknowledgement(words);
        if (stop) throw new Error('it takes nothing more from this client');
        await this.#settle(sequence);
        this.#wake();
      } while (this.#goodbye === undefined || this.#inFlight.has(this.#goodbye));
    } catch (error) {
      this.#fail(error);
    } finally {
      clearInterval(this.#heart);
    }
  }

  async #settle(sequence: number): Promise<void> {
    if (sequence === this.#heartbeat) this.#heartbeat = undefined;
    const message = this.#inFlight.get(sequence);
    if (message === undefined) return;
    await message.sent;
    this.#inFlight.delete(sequence);
    if (message.buffer !== undefined && this.#free.length < this.#options.window)
      this.#free.push(message.buffer);
  }

  #fail(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#failure ??= new Error(
      `Client ${this.#link.rank} cannot send to the master (rank ${MASTER}): ${reason}`,
      { cause },
    );
    this.#wake();
  }

  #wake(): void {
    for (const resume of this.#waiting.splice(0)) resume();
  }
}
