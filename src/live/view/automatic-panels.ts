/**
 * Panels that appear by themselves for what a stream brings: a line of status, the newest array of each name as it suits its shape,
 * a strip chart for each number among the small values, the table of clients, and a button that asks the clients to stop.
 *
 * Short arrays are shown as they come; of long ones (from 64 KiB on) the newest, twenty times a second at the most, as each
 * showing copies them. Numbers are averaged over half a second.
 */
import type { TypedArray } from '../../index.ts';
import type { MasterEvent } from '../stream/master-events.ts';
import type { MasterStream } from '../stream/master-stream.ts';
import { RateMeter } from '../stream/rate-meter.ts';
import type { Update } from '../update/update.ts';
import { panelFor } from './panel-for.ts';
import type { Panel } from './panel.ts';

const LONG_BYTES = 65_536;
const LONG_PAUSE_MS = 50;
const TICK_MS = 500;
/** Further names are not shown. */
const ARRAYS_MAX = 64;
const NUMBERS_MAX = 32;

/** Where they appear. */
export interface PanelBoard {
  suggest(name: string, panel: Panel): void;
  /** Behind all others, unless the program shows it itself. */
  suggestLast(name: string): void;
}

interface Mean {
  sum: number;
  count: number;
}

export class AutomaticPanels {
  readonly #board: PanelBoard;
  readonly #stream: MasterStream;
  readonly #rate = new RateMeter();
  /** When each array was shown last. */
  readonly #arrays = new Map<string, number>();
  readonly #numbers = new Map<string, Mean>();
  readonly #timer: NodeJS.Timeout;
  readonly #unsubscribe: () => void;
  #updates = 0;
  #ended: number | undefined;
  #hasNew = true;

  constructor(board: PanelBoard, stream: MasterStream) {
    this.#board = board;
    this.#stream = stream;
    this.#unsubscribe = stream.subscribe((event) => this.#hear(event));
    this.#timer = setInterval(() => this.#tick(), TICK_MS).unref();
    this.#tick();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#unsubscribe();
  }

  #hear(event: MasterEvent): void {
    if (event.type === 'update') return this.#take(event);
    if (event.type === 'runEnded') this.#ended = event.run;
    // What is known at the ends of runs and clients stays, also where nothing follows.
    this.#tick();
  }

  #take(update: Update): void {
    const now = this.#stream.now();
    this.#updates += 1;
    this.#rate.add(1, now);
    for (const { name, data, shape } of update.frame.arrays) this.#showArray(name, data, shape, now);
    for (const [name, value] of Object.entries(update.small)) {
      if (typeof value === 'number' && !update.has(name)) this.#note(name, value);
    }
  }

  #showArray(name: string, data: TypedArray, shape: readonly number[], now: number): void {
    const shownAt = this.#arrays.get(name);
    if (shownAt === undefined && this.#arrays.size >= ARRAYS_MAX) return;
    if (shownAt !== undefined && data.byteLength >= LONG_BYTES && now - shownAt < LONG_PAUSE_MS) return;
    if (shownAt === undefined) this.#hasNew = true;
    this.#arrays.set(name, now);
    this.#board.suggest(topicOf(name), panelFor(name, data, shape));
  }

  #note(name: string, value: number): void {
    let mean = this.#numbers.get(name);
    if (mean === undefined) {
      if (this.#numbers.size >= NUMBERS_MAX) return;
      this.#numbers.set(name, (mean = { sum: 0, count: 0 }));
      this.#hasNew = true;
    }
    mean.sum += value;
    mean.count += 1;
  }

  #tick(): void {
    const stream = this.#stream;
    const { run = this.#ended, step } = stream.current ?? {};
    this.#board.suggest('status', {
      kind: 'status',
      events: this.#updates,
      rate: this.#rate.perSecond(stream.now()),
      state: stream.closedSignal.aborted
        ? 'ended'
        : stream.current === undefined
          ? 'between runs'
          : 'running',
      ...(run === undefined ? {} : { run }),
      ...(step === undefined ? {} : { step }),
    });
    for (const [name, mean] of this.#numbers) {
      if (mean.count === 0) continue;
      const values = { [name]: mean.sum / mean.count };
      mean.sum = mean.count = 0;
      this.#board.suggest(topicOf(name), { kind: 'strip', title: name, values });
    }
    this.#board.suggest('clients', { kind: 'clients', rows: stream.clients() });
    if (!this.#hasNew) return;
    this.#hasNew = false;
    this.#board.suggestLast('clients');
    this.#board.suggest('controls', { kind: 'controls', controls: [{ type: 'stop' }] });
    this.#board.suggestLast('controls');
  }
}

/** Panels that appear whatever the stream brings. */
const OWN: ReadonlySet<string> = new Set(['status', 'clients', 'controls']);

/** Any name will do for an array; those of topics have their rules, and some are taken. */
function topicOf(name: string): string {
  if (name === '') return '(no name)';
  return OWN.has(name) ? `${name} (data)` : name.replace(/^\$/, '＄').slice(0, 200);
}
