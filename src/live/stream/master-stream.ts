/**
 * The master's end of a stream: receives from all clients in turn, keeps runs apart, knows who is there, stores, and speaks
 * back.
 *
 *     client 1 ─→ one message ┐
 *     client 2 ─→ one message ┼→ one frame of each in turn → stores → listeners → your loop → a credit back
 *     client 3 ─→ one message ┘
 *
 * It goes on only as fast as the loop asks: what is not asked for waits at the clients, under the policy that they declared.
 */
import { MPIError } from '../../index.ts';
import { BufferPool, type PooledBuffer } from '../update/buffer-pool.ts';
import { FrameError } from '../update/frame-error.ts';
import type { Update } from '../update/update.ts';
import { Acknowledger } from './acknowledger.ts';
import type { ClientEntry, ClientPeer, ClientRow } from './client-entry.ts';
import { ClientTable } from './client-table.ts';
import { eventIterator } from './event-iterator.ts';
import { EventOutlet } from './event-outlet.ts';
import { takeFrame } from './frame-intake.ts';
import type { MasterEvent } from './master-events.ts';
import { type OpenStreamOptions, requireMasterOptions } from './master-options.ts';
import { RunLedger } from './run-ledger.ts';
import { SilenceWatch } from './silence-watch.ts';
import { StoreGate } from './store-gate.ts';
import type { ViewerDesk } from './viewer-desk.ts';
import { wallClock } from './wire-tags.ts';

const CLOSED = 'its master has closed it';

/** Its clients are reached over MPI (open-stream.ts) or come out of a journal (replay.ts). */
export class MasterStream implements AsyncIterable<MasterEvent> {
  /** Where those go who come to look on; set by what shows the stream. */
  viewerDesk: ViewerDesk | null = null;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Memory of the updates. */
  readonly pool: BufferPool;
  readonly ledger: RunLedger;
  readonly #table: ClientTable;
  readonly #stores: StoreGate;
  readonly #outlet = new EventOutlet();
  readonly #watch: SilenceWatch;
  readonly #ready: ClientEntry[] = [];
  readonly #settings: Record<string, unknown> = {};
  readonly #closed = new AbortController();
  readonly #acknowledger = new Acknowledger(() => this.#outlet.wake());
  #awaited = 0;
  #closing: Promise<void> | null = null;

  constructor(options: OpenStreamOptions = {}) {
    const { silentMs = 5000, silentHoldsRun = true, stores = [], poolBytesMax, checked = false } = options;
    requireMasterOptions(options);
    this.now = options.now ?? wallClock;
    const bytesMax = poolBytesMax === undefined ? {} : { bytesMax: poolBytesMax };
    this.pool = new BufferPool({ checked, ...bytesMax });
    this.ledger = new RunLedger((event) => this.#tell(event), silentHoldsRun);
    this.#table = new ClientTable((id) => this.ledger.forget(id));
    this.#stores = new StoreGate(stores, {
      storeFailed: (error) => this.#outlet.tell({ type: 'storeFailed', error }),
      stored: (entry) => this.#acknowledger.stored(entry),
    });
    this.#stores.note({ type: 'streamOpened', silentHoldsRun }, this.now());
    const clients = (): Iterable<ClientEntry> => this.#table.all();
    this.#watch = new SilenceWatch({
      silentMs,
      now: this.now,
      clients,
      onSilent: (entry) => this.silence(entry),
    });
  }

  // ── what the program sees

  /** The table of clients, those that left last included. */
  clients(): ClientRow[] {
    return this.#table.rows(this.now());
  }

  /** The newest run under way, and its step; undefined between runs. */
  get current(): { readonly run: number; readonly step: number | undefined } | undefined {
    return this.ledger.current;
  }

  /** All events. The loop ends when every client has left, failed or is not waited for, and no further ones are awaited. */
  [Symbol.asyncIterator](): AsyncIterator<MasterEvent> {
    return eventIterator(
      () => this.#next(),
      () => this.#outlet.releaseCurrent(),
    );
  }

  /** The updates alone. */
  async *updates(): AsyncGenerator<Update, void, undefined> {
    for await (const event of this) if (event.type === 'update') yield event;
  }

  /** Calls the listener for every event, ahead of the loop; an update is valid during the call alone. The result ends that. */
  subscribe(listener: (event: MasterEvent) => void): () => void {
    return this.#outlet.subscribe(listener);
  }

  /** Sets values that all clients see as `stream.settings`, late ones as well; or some clients, by their ids. */
  set(settings: Readonly<Record<string, unknown>>, clients?: readonly number[]): void {
    if (clients === undefined) Object.assign(this.#settings, settings);
    this.#table.say({ settings }, clients);
  }

  get settings(): Readonly<Record<string, unknown>> {
    return this.#settings;
  }

  /** Asks for something once, as for a frame: clients take it with `stream.takeRequest(name)`. */
  request(name: string, value?: unknown, clients?: readonly number[]): void {
    this.#table.say({ requests: [{ name, value }] }, clients);
  }

  /** Asks the clients to end in good order: their `stopSignal` fires. */
  stop(reason: string = 'the master asks its clients to stop', clients?: readonly number[]): void {
    this.#table.say({ stop: reason }, clients);
  }

  /** Fires when the stream is closed. */
  get closedSignal(): AbortSignal {
    return this.#closed.signal;
  }

  /**
   * Tells the clients that nothing is taken any more, waits until those that live have heard it, and closes the stores.
   *
   * @throws {MPIError} where a store fails at last, or has failed and no loop has come to the event that tells of it; an AggregateError
   * of such errors where several have.
   */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #close(): Promise<void> {
    // After the first turn, since #closing has to be set.
    await Promise.resolve();
    this.#closed.abort(new Error('the stream was closed'));
    this.#table.say({ closed: CLOSED });
    // What no loop asks for any more.
    const unheard: Error[] = [];
    for (let event = await this.#next(); event !== undefined; event = await this.#next())
      if (event.type === 'storeFailed') unheard.push(event.error);
    this.#watch.stop();
    await this.#stores.close(unheard);
  }

  // ── what peers tell

  /** Takes a client on. `expected`: runs wait for it from the start; else from the first one that it says something of. */
  join(peer: ClientPeer, name: string, expected: boolean): ClientEntry {
    const entry = this.#table.add(name, peer, this.now());
    this.ledger.join(entry.runs, expected);
    this.#stores.note({ type: 'clientExpected', client: entry.client, expected }, this.now());
    return entry;
  }

  /** The loop over events does not end until the result is called, as more clients may come. */
  awaitMore(): () => void {
    this.#awaited += 1;
    return () => {
      this.#awaited -= 1;
      this.#outlet.wake();
    };
  }

  /** A message of the client; the promise resolves when it was read. The stream takes the buffer over. */
  offer(entry: ClientEntry, buffer: PooledBuffer): Promise<void> {
    if (entry.isOver) {
      buffer.release();
      return Promise.resolve();
    }
    this.revive(entry);
    const taken = entry.offer(buffer);
    this.#makeReady(entry);
    return taken;
  }

  /** It gives no sign of life. */
  silence(entry: ClientEntry): void {
    if (entry.isOver || entry.state === 'silent') return;
    entry.state = 'silent';
    this.#tell({ type: 'clientSilent', client: entry.client, lastSeen: entry.lastSeen });
    this.ledger.become(entry.id, 'silent');
  }

  /** A sign of life. */
  revive(entry: ClientEntry): void {
    entry.lastSeen = this.now();
    if (entry.state !== 'silent') return;
    entry.state = entry.greeted ? 'live' : 'joining';
    this.#tell({ type: 'clientBack', client: entry.client });
    this.ledger.become(entry.id, 'present');
  }

  /** The client is gone without a bye. */
  fail(entry: ClientEntry, cause: Error): void {
    if (entry.isOver) return;
    entry.state = 'failed';
    entry.dropMessage();
    const error =
      cause instanceof MPIError
        ? cause
        : new MPIError('MPI_ERR_OTHER', `Cannot go on with ${entry.name}: ${cause.message}`, { cause });
    entry.error = error;
    entry.peer.tell({ closed: error.message });
    entry.peer.hangUp();
    this.#tell({ type: 'clientFailed', client: entry.client, error });
    this.ledger.become(entry.id, 'failed');
  }

  /** The client has said who it is. */
  joined(entry: ClientEntry): void {
    if (Object.keys(this.#settings).length > 0) entry.peer.tell({ settings: { ...this.#settings } });
    this.#table.greeted(entry);
    if (this.#closing !== null) entry.peer.tell({ closed: CLOSED });
    this.#tell({ type: 'clientJoined', client: entry.client });
  }

  /** The client has said bye. */
  left(entry: ClientEntry): void {
    entry.state = 'left';
    entry.dropMessage();
    this.#tell({ type: 'clientLeft', client: entry.client });
    this.ledger.become(entry.id, 'left');
  }

  #next(): MasterEvent | undefined | Promise<MasterEvent | undefined> {
    return this.#outlet.next(
      () => this.#takeNext(),
      () => this.#isFinished(),
    );
  }

  /** Takes one frame of whoever is next. */
  #takeNext(): boolean | Promise<boolean> {
    const entry = this.#ready.shift();
    if (entry === undefined) return false;
    entry.isReady = false;
    let wait: Promise<unknown> | undefined;
    let held: PooledBuffer | null = null;
    try {
      const next = entry.nextFrame();
      if (next === undefined) return true;
      const { frame, buffer } = next;
      held = buffer;
      if (entry.hasMessage) this.#makeReady(entry);
      // The store's hold outlives the intake's.
      buffer.retain();
      const update = takeFrame(this, entry, frame, buffer);
      wait = this.#stores.append(entry, frame, buffer);
      buffer.release();
      // Behind what it has set going, as the begin of its run.
      if (update !== null) {
        this.#outlet.tell(update);
        this.#acknowledger.taken(entry, frame.bytes.byteLength);
      }
      this.#acknowledger.dismiss(entry);
    } catch (error) {
      if (!(error instanceof FrameError) && !(error instanceof MPIError)) throw error;
      held?.release();
      held?.release();
      this.fail(entry, error);
    }
    return wait === undefined ? true : wait.then(() => true);
  }

  #isFinished(): boolean {
    if (this.#awaited > 0 || this.#acknowledger.isBusy) return false;
    let isFinished = true;
    for (const entry of this.#table.all()) {
      // A closed stream does not wait for those that never came, or that do not listen.
      if (this.#closing !== null && (!entry.greeted || entry.state === 'silent')) entry.peer.hangUp();
      else if (!entry.isDone && (entry.state !== 'silent' || this.ledger.silentHoldsRun)) isFinished = false;
    }
    return isFinished;
  }

  #makeReady(entry: ClientEntry): void {
    if (entry.isReady) return;
    entry.isReady = true;
    this.#ready.push(entry);
    this.#outlet.wake();
  }

  #tell(event: Exclude<MasterEvent, Update | { type: 'storeFailed' }>): void {
    this.#stores.note(event, this.now());
    this.#outlet.tell(event);
  }
}
