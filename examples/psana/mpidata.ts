/**
 * `md`: what clients and the master exchange. One object for a process's whole life, used again for every update.
 *
 *   client                                          master
 *   md.beginRun(54)                                 while ((rank = await md.recv()) !== undefined) {
 *   md.addArray('img', image, [rows, columns])        if (md.kind === 'update') {
 *   md.small.intensity = 1234                            md.array('img', Float64Array), md.shape('img'), md.small.intensity
 *   await md.send()                                      …
 *   await md.endrun()                                 if (md.kind === 'closed') …  md.report tells how complete run md.run is
 *   await md.close()                                 }
 *
 * An update is one message, so it arrives whole or not at all; every message carries its run, so runs never mix; a client
 * may be `window` updates ahead of the master, then `send` waits. A client that dies, hangs or sends nonsense is an event
 * at the master (`lost`, `hung`), never a stop. The parts: mpidata/update-format.ts (bytes), mpidata/update-sender.ts,
 * mpidata/update-receiver.ts, mpidata/client-ledger.ts (who is alive, which runs are closed).
 */
import type { TypedArray } from 'parley';
import type { LedgerEvent, RunReport } from './mpidata/client-ledger.ts';
import { MASTER, type Link } from './mpidata/link.ts';
import { nameProblem, type NamedArray, type Update } from './mpidata/update-format.ts';
import { UpdateReceiver } from './mpidata/update-receiver.ts';
import { UpdateSender } from './mpidata/update-sender.ts';

export interface MpiDataOptions {
  /** Updates that a client may be ahead of the master; 4 by default. */
  readonly window?: number;
  /** Seconds for which a client may be silent before the master stops waiting for it; 30 by default, 0 for ever. */
  readonly patience?: number;
  /** Longest message that the master takes, in bytes; 1 GiB by default. */
  readonly updateBytesMax?: number;
}

const WINDOW = 4;
const PATIENCE_S = 30;
const UPDATE_BYTES_MAX = 1024 ** 3;
/** Signs of life for each patience: the loss of no single one makes a client look hung. */
const HEARTBEATS = 4;

export class MpiData {
  /** Small data of the update: any properties, of plain data. After a `recv`, what the client sent. */
  small: Record<string, unknown> = {};
  /** Step of a scan, for programs that scan something. */
  step = 0;
  readonly #link: Link;
  readonly #sender: UpdateSender | undefined;
  readonly #receiver: UpdateReceiver | undefined;
  #run = 0;
  #sentInRun = 0;
  #arrays: NamedArray[] = [];
  #event: LedgerEvent | undefined;

  constructor(link: Link, options: MpiDataOptions = {}) {
    this.#link = link;
    const patience = options.patience ?? PATIENCE_S;
    const patienceMs = patience > 0 ? patience * 1000 : Infinity;
    if (link.rank === MASTER) {
      const clients = Array.from({ length: link.size - 1 }, (_, index) => index + 1);
      const updateBytesMax = options.updateBytesMax ?? UPDATE_BYTES_MAX;
      this.#receiver = new UpdateReceiver(link, clients, {
        patienceMs,
        updateBytesMax,
        now: () => performance.now(),
      });
    } else {
      const window = options.window ?? WINDOW;
      this.#sender = new UpdateSender(link, {
        window,
        heartbeatMs: patienceMs / HEARTBEATS,
        now: () => Date.now(),
      });
    }
  }

  // ───────────────────────────────────────────────────────────────────────────────────────────────── client

  /** Says which run the updates from here on belong to. */
  beginRun(run: number): void {
    if (!Number.isInteger(run) || run < 0 || run > 0xffffffff) {
      throw new RangeError(`Cannot begin run ${run}: a run number is an integer from 0 to 4294967295`);
    }
    this.#run = run;
    this.#sentInRun = 0;
  }

  /** Adds an array to the update. It is copied by `send`, and is yours again when `send` has returned. */
  addArray(name: string, data: TypedArray, shape: readonly number[] = [data.length]): void {
    const taken = this.#find(name) !== undefined;
    const problem = nameProblem(name) ?? (taken ? 'the update has an array of that name already' : undefined);
    if (problem !== undefined) throw new TypeError(`Cannot add an array called "${name}": ${problem}`);
    const length = shape.reduce((product, size) => product * size, 1);
    if (length !== data.length) {
      throw new RangeError(
        `Cannot add array "${name}": the shape ${shape.join('x')} has ${length} elements, the data ${data.length}`,
      );
    }
    this.#arrays.push({ name, data, shape });
  }

  /** Sends the update and empties `md` for the next one. Waits while the master is too far behind. */
  async send(): Promise<void> {
    const sender = this.#clientSide('send an update');
    await sender.send('update', { run: this.#run, step: this.step, small: this.small, arrays: this.#arrays });
    this.#sentInRun++;
    this.#empty();
  }

  /** Ends the run, and first sends what `md` still holds. */
  async endrun(): Promise<void> {
    const sender = this.#clientSide('end a run');
    if (this.#arrays.length > 0 || Object.keys(this.small).length > 0) await this.send();
    const small = { updates: this.#sentInRun };
    await sender.send('endRun', { run: this.#run, step: this.step, small, arrays: [] });
  }

  /** Says goodbye; returns when the master has got everything. */
  async close(): Promise<void> {
    await this.#clientSide('say goodbye').close();
  }

  // ───────────────────────────────────────────────────────────────────────────────────────────────── master

  /**
   * Waits for news of any client and returns its rank; undefined once every client has ended or is no longer waited for.
   * `kind` says what it is. The arrays of the update before are overwritten: copy what is to be kept.
   */
  async recv(): Promise<number | undefined> {
    this.#empty();
    this.#event = await this.#masterSide('receive').next();
    const update = this.#update;
    if (update !== undefined) {
      this.#run = update.run;
      this.step = update.step;
      this.small = update.small;
      this.#arrays = [...update.arrays];
    }
    if (this.#event?.kind === 'closed') this.#run = this.#event.report.run;
    return this.#event?.rank;
  }

  /**
   * What `recv` received: `update`; `endrun` (this client has ended the run); `closed` (all have: see `report`); `late` (an update
   * of a closed run); `lost`, `hung`, `back` (of the client itself: see `reason`).
   */
  get kind(): LedgerEvent['kind'] | undefined {
    return this.#event?.kind;
  }

  /** Run of the update, or that has closed; at a client, the run that it is in. */
  get run(): number {
    return this.#run;
  }

  /** Why a client is `lost`, `hung` or `back`. */
  get reason(): string | undefined {
    return this.#event !== undefined && 'reason' in this.#event ? this.#event.reason : undefined;
  }

  /** How complete the run is that has `closed`. */
  get report(): RunReport | undefined {
    return this.#event?.kind === 'closed' ? this.#event.report : undefined;
  }

  /** When the update was sent, in milliseconds since 1970 by the client's clock. */
  get time(): number | undefined {
    return this.#update?.time;
  }

  /** Clients whose process died or that sent nonsense. */
  get lost(): readonly number[] {
    return this.#masterSide('ask who is lost').lost;
  }

  /** Clients that were silent for too long and have not come back. */
  get hung(): readonly number[] {
    return this.#masterSide('ask who hangs').hung;
  }

  /** Takes nothing more from the client of this update, whose content makes no sense; it is `lost` for this reason. */
  refuse(reason: string): void {
    const rank = this.#update?.rank;
    if (rank !== undefined) this.#masterSide('refuse a client').refuse(rank, reason);
  }

  /**
   * An array of the update, as a view that is valid until the next `recv`. It must be of the class that is asked for, and
   * of the shape where one is given.
   */
  array<T extends TypedArray>(
    name: string,
    type: abstract new (...unused: never[]) => T,
    shape?: readonly number[],
  ): T {
    const found = this.#named(name);
    const action = `Cannot read array "${name}" from rank ${this.#source}`;
    if (!(found.data instanceof type)) {
      throw new TypeError(`${action} as ${type.name}: it is a ${found.data.constructor.name}`);
    }
    if (shape !== undefined && shape.join('x') !== found.shape.join('x')) {
      throw new RangeError(`${action}: its shape is ${found.shape.join('x')}, wanted is ${shape.join('x')}`);
    }
    return found.data;
  }

  /** Shape of an array of the update. */
  shape(name: string): readonly number[] {
    return this.#named(name).shape;
  }

  /** A number among the small data of the update. */
  number(name: string): number {
    const value = this.small[name];
    if (typeof value === 'number') return value;
    throw new TypeError(
      `Cannot read small.${name} from rank ${this.#source} as a number: it is ${typeof value}`,
    );
  }

  // ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  get #update(): Update | undefined {
    return this.#event !== undefined && 'update' in this.#event ? this.#event.update : undefined;
  }

  get #source(): string {
    return String(this.#event?.rank ?? 'nobody');
  }

  #find(name: string): NamedArray | undefined {
    return this.#arrays.find((array) => array.name === name);
  }

  #named(name: string): NamedArray {
    const found = this.#find(name);
    if (found !== undefined) return found;
    const known = this.#arrays.map((array) => `"${array.name}"`).join(', ') || 'none';
    throw new RangeError(
      `Cannot find array "${name}" in the update from rank ${this.#source}; its arrays: ${known}`,
    );
  }

  #empty(): void {
    this.#arrays = [];
    this.small = {};
  }

  #clientSide(action: string): UpdateSender {
    if (this.#sender !== undefined) return this.#sender;
    throw new Error(`Cannot ${action} at rank ${this.#link.rank}: it is the master, which only receives`);
  }

  #masterSide(action: string): UpdateReceiver {
    if (this.#receiver !== undefined) return this.#receiver;
    throw new Error(
      `Cannot ${action} at rank ${this.#link.rank}: it is a client; the master is rank ${MASTER}`,
    );
  }
}
