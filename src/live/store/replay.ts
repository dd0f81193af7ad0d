/**
 * Plays a journal through the same master that wrote it: the same events, the same runs, the same losses, at any speed.
 *
 *     journal ─→ frames, client by client ─→ MasterStream ─→ stores, listeners, your loop
 */
import type { ClientEntry, ClientPeer } from '../stream/client-entry.ts';
import { MPIError } from '../../index.ts';
import type { MasterEvent } from '../stream/master-events.ts';
import type { OpenStreamOptions } from '../stream/master-options.ts';
import { MasterStream } from '../stream/master-stream.ts';
import { decodeFrame } from '../update/frame-decoder.ts';
import { FrameError } from '../update/frame-error.ts';
import { SESSION_RECORD } from './journal-format.ts';
import { failureOf, type JournalNote, NO_CLIENT, readNote } from './journal-notes.ts';
import { type JournalEnd, type JournalRecord, JournalScan } from './journal-scan.ts';

export interface ReplayOptions extends Pick<OpenStreamOptions, 'stores' | 'checked'> {
  /** Whether runs wait for silent clients: as with the master that wrote the journal by default, true in journals of earlier versions. */
  readonly silentHoldsRun?: boolean;
  /** 1: as fast as it was recorded; 2: twice as fast. As fast as possible by default. What lies between two masters is not waited for. */
  readonly speed?: number;
  /**
   * Whether what is damaged before the journal's end is passed over; `played` says how much. False by default: the loop over
   * events, and `played`, end in an MPI_ERR_IO there.
   */
  readonly skipDamage?: boolean;
  /** Called where a further master has begun to write: its clients and runs are counted anew. */
  readonly onSession?: () => void;
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
 * What is damaged before the end ends the loop in an MPI_ERR_IO, unless `skipDamage` is set.
 *
 * @throws {MPIError} MPI_ERR_IO where the file cannot be opened, or is no journal.
 */
export async function replayJournal(path: string, options: ReplayOptions = {}): Promise<Replay> {
  return new Replay(await JournalScan.open(path), options);
}

/** Timers of more than 31 bits fire at once. */
const PAUSE_MAX_MS = 2 ** 30;

/** Nobody is there to hear it. */
const ABSENT: ClientPeer = { acknowledge: () => undefined, tell: () => undefined, hangUp: () => undefined };

export class Replay extends MasterStream {
  /** Resolves when everything was read, with where and how the journal ends. */
  readonly played: Promise<JournalEnd>;
  readonly #scan: JournalScan;
  readonly #speed: number;
  readonly #skipsDamage: boolean;
  readonly #onSession: (() => void) | undefined;
  readonly #silentHoldsRun: boolean | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #clock: { at: number };
  /** The next record is a session's first one: its time is not waited for. */
  #isFirst = true;
  #clients = new Map<number, ClientEntry>();

  constructor(scan: JournalScan, options: ReplayOptions) {
    const clock = { at: 0 };
    super({ ...options, silentMs: Infinity, now: () => clock.at });
    this.#clock = clock;
    this.#scan = scan;
    this.#speed = options.speed ?? Infinity;
    this.#skipsDamage = options.skipDamage ?? false;
    this.#onSession = options.onSession;
    this.#silentHoldsRun = options.silentHoldsRun;
    this.#signal = options.signal;
    this.played = this.#play(this.awaitMore());
    // Whoever asks hears of it, or goes through the loop.
    this.played.catch(() => undefined);
  }

  /** All events. The loop ends with the journal, in an error where that cannot be read to its end. */
  override [Symbol.asyncIterator](): AsyncIterator<MasterEvent> {
    const events = super[Symbol.asyncIterator]();
    return {
      next: async () => {
        const result = await events.next();
        if (result.done === true) await this.played;
        return result;
      },
      return: async () => (await events.return?.()) ?? { done: true, value: undefined },
    };
  }

  async #play(done: () => void): Promise<JournalEnd> {
    try {
      for (;;) {
        const record = await this.#scan.next();
        if (record === undefined) {
          if (await this.#passDamage()) continue;
          break;
        }
        if (record.type === SESSION_RECORD) {
          this.#beginSession();
          continue;
        }
        if (record.client !== NO_CLIENT) await this.#waitUntil(record.receivedAt);
        if (this.#isEnded) break;
        await this.#feed(record);
      }
      return this.#scan.end;
    } finally {
      this.#endSession();
      done();
      await this.#scan.close();
    }
  }

  /** False at the journal's end. */
  async #passDamage(): Promise<boolean> {
    const damage = await this.#scan.damage();
    if (damage === undefined) return false;
    const { at, until, reason } = damage;
    if (!this.#skipsDamage)
      throw this.#damaged(at, reason, `goes on ${until - at} bytes further, at byte ${until}`);
    this.#scan.passOver(damage);
    return true;
  }

  #damaged(at: number, reason: string, further: string): MPIError {
    return new MPIError(
      'MPI_ERR_IO',
      `Cannot read journal "${this.#scan.path}" to its end: it is damaged at byte ${at} (${reason}) and ${further}; skipDamage (--skip-damage) passes over that`,
    );
  }

  async #feed(record: JournalRecord): Promise<void> {
    const { client, frame } = record;
    const note = this.#noteIn(record);
    const entry = this.#clients.get(client);
    if (note === undefined) return;
    if (note !== 'none') {
      this.#heed(note, client, entry);
    } else if (entry === undefined || entry.isOver) {
      // What said who it is was damaged.
      this.#scan.dismiss(record);
    } else {
      const buffer = this.pool.acquire(frame.byteLength);
      buffer.bytes.set(frame);
      await this.offer(entry, buffer);
    }
  }

  /** Undefined where the record is no frame, and passed over. */
  #noteIn(record: JournalRecord): JournalNote | 'none' | undefined {
    try {
      return readNote(decodeFrame(record.frame)) ?? 'none';
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      const { at, length } = record;
      if (!this.#skipsDamage)
        throw this.#damaged(at, `no frame: ${error.message}`, `goes on after ${length} bytes`);
      this.#scan.dismiss(record);
      return undefined;
    }
  }

  #heed(note: JournalNote, client: number, entry: ClientEntry | undefined): void {
    if (note.type === 'opened') {
      this.ledger.silentHoldsRun = this.#silentHoldsRun ?? note.silentHoldsRun;
    } else if (note.type === 'expected') {
      // No number is given twice: the record between two sessions was damaged.
      if (entry !== undefined) this.#beginSession();
      this.#clients.set(client, this.join(ABSENT, note.name, note.expected));
    } else if (entry !== undefined) {
      if (note.type === 'failed') this.fail(entry, failureOf(note));
      else if (note.type === 'silent') this.silence(entry);
      else this.revive(entry);
    }
  }

  #beginSession(): void {
    this.#endSession();
    this.#isFirst = true;
    this.ledger.silentHoldsRun = this.#silentHoldsRun ?? true;
    this.#onSession?.();
  }

  /** A master that was killed has seen nobody leave. */
  #endSession(): void {
    for (const entry of this.#clients.values())
      this.fail(entry, new Error('the journal of its master ends here'));
    this.#clients = new Map();
    this.ledger.restart();
  }

  async #waitUntil(time: number): Promise<void> {
    let pause = this.#isFirst ? 0 : (time - this.#clock.at) / this.#speed;
    this.#isFirst = false;
    while (pause >= 1 && !this.#isEnded) {
      await this.#pause(Math.min(pause, PAUSE_MAX_MS));
      pause -= PAUSE_MAX_MS;
    }
    this.#clock.at = Math.max(this.#clock.at, time);
  }

  get #isEnded(): boolean {
    return this.#signal?.aborted === true || this.closedSignal.aborted;
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
