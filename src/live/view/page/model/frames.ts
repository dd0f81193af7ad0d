/**
 * What the page knows: the last frame of each topic, and a ring of recent ones to look back at. Components read from here and
 * are told once for each animation frame, however many messages came in between.
 */
import type { AlarmsPanel, StripFrame, ViewPanel } from '../../wire/view-topics.ts';
import type { Frame } from './frame.ts';
import { FrameRing } from './frame-ring.ts';
import { Strip } from './strip.ts';

/** Frames of one topic go into the ring no more often than that. */
const RING_INTERVAL_MS = 100;

export class Frames {
  readonly ring: FrameRing;
  readonly #latest = new Map<string, Frame>();
  readonly #strips = new Map<string, Strip>();
  readonly #arrivals = new Map<string, number[]>();
  readonly #listeners = new Set<() => void>();
  #isScheduled = false;
  /** The moment that is shown, in milliseconds since 1970 of the server; undefined: now. */
  #moment: number | undefined;

  constructor(ringBytesMax: number) {
    this.ring = new FrameRing(ringBytesMax);
  }

  get moment(): number | undefined {
    return this.#moment;
  }

  get view(): ViewPanel | undefined {
    const panel = this.#latest.get('$view')?.panel;
    return panel?.kind === '$view' ? panel : undefined;
  }

  get alarms(): AlarmsPanel['alarms'] {
    const panel = this.#latest.get('$alarms')?.panel;
    return panel?.kind === '$alarms' ? panel.alarms : [];
  }

  has(name: string): boolean {
    return this.#latest.has(name);
  }

  /** Names of the topics that have come, in the server's order. */
  get names(): readonly string[] {
    return (this.view?.topics ?? []).filter((name) => this.#latest.has(name));
  }

  /** Frames that this page was not sent, in all. */
  get skipped(): number {
    return [...this.#latest.values()].reduce((sum, { skipped }) => sum + skipped, 0);
  }

  receive(frame: Frame, bytes: number): void {
    const { name, panel, time } = frame;
    if (panel.kind === '$view') this.#enter(panel);
    const before = this.#latest.get(name);
    this.#latest.set(name, panel.kind === 'strip' ? { ...frame, panel: this.#strip(name, panel) } : frame);
    if (!name.startsWith('$') && frame.version !== before?.version) {
      this.#note(name);
      // While somebody looks back, what is looked at stays.
      if (
        panel.kind !== 'strip' &&
        this.#moment === undefined &&
        time - this.ring.lastTime(name) >= RING_INTERVAL_MS
      )
        this.ring.add(frame, bytes);
    }
    this.changed();
  }

  /** The frame to be drawn: the last one, or the one of the moment that somebody looks back at. */
  shown(name: string): Frame | undefined {
    const latest = this.#latest.get(name);
    if (this.#moment === undefined || latest === undefined) return latest;
    if (latest.panel.kind === 'strip')
      return { ...latest, panel: this.#strips.get(name)?.until(this.#moment) ?? latest.panel };
    return this.ring.at(name, this.#moment) ?? latest;
  }

  /** Versions of everything that is here: where a new connection goes on. */
  versions(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#latest].map(([name, { version }]) => [name, version]));
  }

  /** Frames of a topic in the last second or so, for each second. */
  rate(name: string, now: number): number {
    const times = this.#arrivals.get(name) ?? [];
    const recent = times.filter((time) => now - time < 2000);
    const first = recent[0];
    return first === undefined || recent.length < 2
      ? 0
      : ((recent.length - 1) * 1000) / Math.max(1, now - first);
  }

  lookAt(moment: number | undefined): void {
    this.#moment = moment;
    this.changed();
  }

  /** Tells every listener before the next frame is painted; hidden pages are told by a slow timer. */
  changed(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const tell = (): void => {
      this.#isScheduled = false;
      for (const listener of this.#listeners) listener();
    };
    if (document.hidden) setTimeout(tell, 1000);
    else requestAnimationFrame(tell);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Another session is another program: nothing of the old one stays. */
  #enter(view: ViewPanel): void {
    const isOther = this.view !== undefined && this.view.session !== view.session;
    for (const name of [...this.#latest.keys()]) {
      const stays = isOther ? name === '$view' : name.startsWith('$') || view.topics.includes(name);
      if (stays) continue;
      this.#latest.delete(name);
      this.#strips.delete(name);
      this.#arrivals.delete(name);
    }
    if (isOther) this.ring.clear();
  }

  #strip(name: string, panel: StripFrame): StripFrame {
    let strip = this.#strips.get(name);
    if (strip === undefined) this.#strips.set(name, (strip = new Strip()));
    return strip.append(panel);
  }

  #note(name: string): void {
    const times = this.#arrivals.get(name) ?? [];
    times.push(performance.now());
    if (times.length > 128) times.shift();
    this.#arrivals.set(name, times);
  }
}
