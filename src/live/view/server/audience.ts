/** All who look on: pages and processes, each with a viewer of its own; and what the fastest of them wants. */
import { randomBytes } from 'node:crypto';
import type { Attendance, ViewerLine } from '../../stream/viewer-desk.ts';
import { readViewerMessage, type ViewFeedback } from '../feedback.ts';
import type { BodyFormat, Topic } from './topic.ts';
import { Viewer } from './viewer.ts';

export interface AudienceHost {
  /** Frames of a topic for each second, until a viewer asks for another rate. */
  readonly rate: number;
  /** All that a viewer has to get. */
  topics(): Iterable<Topic>;
  /** Somebody has come, or gone. */
  changed(): void;
  /** The rate of the fastest viewer is another one; 0 where nobody looks. */
  demanded(hertz: number): void;
  heard(said: ViewFeedback): void;
}

interface Guest {
  readonly viewer: Viewer;
  readonly hangUp: () => void;
}

export class Audience {
  /** Versions count from the start of a session. */
  readonly session: string = randomBytes(9).toString('base64url');
  readonly #host: AudienceHost;
  readonly #guests = new Set<Guest>();
  #demand = 0;
  #isOver = false;

  constructor(host: AudienceHost) {
    this.#host = host;
  }

  get size(): number {
    return this.#guests.size;
  }

  get viewers(): readonly { readonly skipped: number; readonly undrawnBytes: number }[] {
    return Array.from(this.#guests, ({ viewer: { skipped, undrawnBytes } }) => ({ skipped, undrawnBytes }));
  }

  /** Somebody looks on. */
  welcome(line: ViewerLine, format: BodyFormat, hangUp: () => void): Attendance {
    const { rate } = this.#host;
    const viewer = new Viewer({ line, session: this.session, format, rate, now: () => performance.now() });
    const guest = { viewer, hangUp };
    this.#guests.add(guest);
    this.#host.changed();
    this.#noticeDemand();
    return {
      hear: (text) => this.#hear(viewer, text),
      gone: () => {
        viewer.close();
        this.#guests.delete(guest);
        if (this.#isOver) return;
        this.#host.changed();
        this.#noticeDemand();
      },
    };
  }

  /** There is a new value. */
  mark(topic: Topic): void {
    for (const { viewer } of this.#guests) viewer.mark(topic);
  }

  forget(name: string): void {
    for (const { viewer } of this.#guests) viewer.forget(name);
  }

  /** Everybody goes. */
  dismiss(): void {
    this.#isOver = true;
    for (const { viewer, hangUp } of this.#guests) {
      viewer.close();
      hangUp();
    }
  }

  #hear(viewer: Viewer, text: string): void {
    const message = readViewerMessage(text);
    if (message === undefined) return;
    switch (message.type) {
      case 'region':
      case 'setting':
      case 'request':
      case 'stop':
        return this.#host.heard(message);
      default:
        viewer.receive(message, this.#host.topics());
        this.#noticeDemand();
    }
  }

  #noticeDemand(): void {
    let demand = 0;
    for (const { viewer } of this.#guests) demand = Math.max(demand, viewer.rate);
    if (demand === this.#demand) return;
    this.#demand = demand;
    this.#host.demanded(demand);
  }
}
