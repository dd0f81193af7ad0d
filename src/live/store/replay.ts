/**
 * Plays a journal through the same master that wrote it: the same events, the same runs, the same losses, at any speed.
 *
 *     journal ─→ frames, client by client ─→ MasterStream ─→ stores, listeners, your loop
 */
import type { ClientEntry, ClientPeer } from '../stream/client-entry.ts';
import type { OpenStreamOptions } from '../stream/master-options.ts';
import { MasterStream } from '../stream/master-stream.ts';
import { decodeFrame } from '../update/frame-decoder.ts';
import { SESSION_RECORD } from './journal-format.ts';
import { type JournalNote, readNote } from './journal-notes.ts';
import { type JournalEnd, type JournalRecord, JournalScan } from './journal-scan.ts';

export interface ReplayOptions extends Pick<OpenStreamOptions, 'stores' | 'checked' | 'silentHoldsRun'> {
  /** 1: as fast as it was recorded; 2: twice as fast. As fast as possible by default. */
  readonly speed?: number;
  /** Ends the replay where it is. */
  readonly signal?: AbortSignal;
}

/**
 * Opens a journal as a stream.
 *
 * ```ts
 * for await (const event of await replayJournal('run7.journal', { speed: 2 })) show(event);
 * ```
 *
 * Its clock shows the times of the recording. A torn end is passed over; `stream.played` tells of it.
 *
 * @throws {MPIError} MPI_ERR_IO where the file cannot be opened, or is no journal.
 */
export async function replayJournal(path: string, options: ReplayOptions = {}): Promise<Replay> {
  return new Replay(await JournalScan.open(path), options);
}

/** Nobody is there to hear it. */
const ABSENT: ClientPeer = { acknowledge: () => undefined, tell: () => undefined, hangUp: () => undefined };

export class Replay extends MasterStream {
  /** Resolves when everything was read, with where and how the journal ends. */
  readonly played: Promise<JournalEnd>;
  readonly #scan: JournalScan;
  readonly #speed: number;
  readonly #signal: AbortSignal | undefined;
  readonly #clock: { at: number };
  #clients = new Map<number, ClientEntry>();

  constructor(scan: JournalScan, options: ReplayOptions) {
    const clock = { at: 0 };
    super({ ...options, silentMs: Infinity, now: () => clock.at });
    this.#clock = clock;
    this.#scan = scan;
    this.#speed = options.speed ?? Infinity;
    this.#signal = options.signal;
    this.played = this.#play(this.awaitMore());
    // Whoever asks hears of it; the loop ends anyway.
    this.played.catch(() => undefined);
  }

  async #play(done: () => void): Promise<JournalEnd> {
    try {
      for (let record = await this.#scan.next(); record !== undefined; record = await this.#scan.next()) {
        if (record.type === SESSION_RECORD) {
          this.#endSession();
          continue;
        }
        await this.#waitUntil(record.receivedAt);
        if (this.#signal?.aborted === true || this.closedSignal.aborted) break;
        await this.#feed(record);
      }
      return this.#scan.end;
    } finally {
      this.#endSession();
      done();
      await this.#scan.close();
    }
  }

  async #feed({ client, frame }: JournalRecord): Promise<void> {
    const note = readNote(decodeFrame(frame));
    const entry = this.#clients.get(client);
    if (note !== undefined) this.#heed(note, client, entry);
    if (note !== undefined || entry === undefined) return;
    const buffer = this.pool.acquire(frame.byteLength);
    buffer.bytes.set(frame);
    await this.offer(entry, buffer);
  }

  #heed(note: JournalNote, client: number, entry: ClientEntry | undefined): void {
    if (note.type === 'expected') {
      this.#clients.set(client, this.join(ABSENT, note.name, note.expected));
    } else if (entry !== undefined) {
      if (note.type === 'failed') this.fail(entry, new Error(note.message));
      else if (note.type === 'silent') this.silence(entry);
      else this.revive(entry);
    }
  }

  /** A master that was killed has seen nobody leave. */
  #endSession(): void {
    for (const entry of this.#clients.values())
      this.fail(entry, new Error('the journal of its master ends here'));
    this.#clients = new Map();
    this.ledger.restart();
  }

  async #waitUntil(time: number): Promise<void> {
    const pause = this.#clock.at === 0 ? 0 : (time - this.#clock.at) / this.#speed;
    if (pause >= 1) await this.#pause(pause);
    this.#clock.at = Math.max(this.#clock.at, time);
  }

  /** Ends at once where the replay is ended. */
  #pause(milliseconds: number): Promise<void> {
    const signals = [this.closedSignal, ...(this.#signal === undefined ? [] : [this.#signal])];
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        for (const signal of signals) signal.removeEventListener('abort', end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      for (const signal of signals) signal.addEventListener('abort', end);
      if (signals.some(({ aborted }) => aborted)) end();
    });
  }
}
