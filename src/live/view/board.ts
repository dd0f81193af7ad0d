/**
 * What a program shows: the last value of every topic, for whoever looks on, near or far. Each viewer gets the newest values as
 * fast as it can draw them; the program shows panels and hears what people do, and never waits for a viewer.
 *
 *     show() ─→ board ─┬─→ pages                         (serve-view.ts: http and WebSocket)
 *                      └─→ processes that have come here (attach/door.ts: an MPI port under a name)
 */
import type { Attendance, ViewerDesk, ViewerLine } from '../stream/viewer-desk.ts';
import { Door } from './attach/door.ts';
import { AutomaticPanels } from './automatic-panels.ts';
import { type BoardOptions, RATE_DEFAULT, VIEWERS_MAX_DEFAULT } from './board-options.ts';
import type { ViewFeedback } from './feedback.ts';
import type { Panel, Region } from './panel.ts';
import { Alarms } from './server/alarms.ts';
import { Audience } from './server/audience.ts';
import { FeedbackQueue } from './server/feedback-queue.ts';
import { requireTopicName } from './server/panel-check.ts';
import { Settings } from './server/settings.ts';
import { tellStream } from './server/tell-stream.ts';
import { type BodyFormat, type PanelSource, Topic } from './server/topic.ts';
import type { ViewFrame } from './wire/view-frame.ts';
import type { AlarmShown, FramePanel, MirroredPanel, ViewPanel } from './wire/view-topics.ts';

/** Panels that are being shown. Made by `serveView` and `publishView`. */
export class Board implements ViewerDesk, AsyncDisposable {
  readonly #options: BoardOptions;
  readonly #now: () => number;
  readonly #topics = new Map<string, Topic>();
  readonly #own = { view: new Topic('$view'), alarms: new Topic('$alarms') };
  readonly #audience: Audience;
  readonly #queues = new Set<FeedbackQueue>();
  readonly #alarms = new Alarms();
  readonly #regions = new Map<string, Region | null>();
  readonly #settings = new Settings();
  /** Topics that the program shows itself. */
  readonly #chosen = new Set<string>();
  /** The highest version of what has been removed: what is shown from then on is newer to every viewer. */
  #lastVersion = 0;
  readonly #automatic: AutomaticPanels | undefined;
  readonly #onAbort = (): void => void this.close();
  /** Of another server, whose board this one shows. */
  #mirrored: ViewPanel | undefined;
  #door: Door | undefined;
  #closed: Promise<void> | undefined;

  /** Use `serveView` or `publishView`. */
  constructor(options: BoardOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#audience = new Audience({
      rate: options.rate ?? RATE_DEFAULT,
      topics: () => [...Object.values(this.#own), ...this.#topics.values()],
      changed: () => this.#publishOwn(),
      demanded: (hertz) => options.onDemand?.(hertz),
      heard: (said) => this.#hear(said),
    });
    this.#publishOwn();
    // That there are none is news to whoever has seen those of the program before.
    this.#publishAlarms();
    const { stream, automatic = true } = options;
    if (stream === undefined) return;
    stream.viewerDesk = this;
    if (automatic) this.#automatic = new AutomaticPanels(this, stream);
  }

  get title(): string {
    return this.#mirrored?.title ?? this.#options.title ?? 'parley';
  }

  /** Pages and processes that look on at this moment, and what they have: values skipped for each, bytes on their way. */
  get viewers(): readonly { readonly skipped: number; readonly undrawnBytes: number }[] {
    return this.#audience.viewers;
  }

  /** Active alarms, then those that are over, the latest first. */
  get alarms(): readonly AlarmShown[] {
    return this.#alarms.list();
  }

  /** Regions that people have drawn, by topic; `null` where they have removed it. */
  get regions(): ReadonlyMap<string, Region | null> {
    return this.#regions;
  }

  /**
   * Shows a panel in place of the last one of this name; a strip chart goes on. Arrays are copied. In place of a panel a function
   * may stand that makes it: it is called when a viewer is ready for it, and never where nobody looks, so that its alarms are
   * noticed only then; what it throws is shown in its place.
   *
   * @throws MPIError of class MPI_ERR_ARG where lengths or shapes do not fit together
   */
  show(name: string, panel: PanelSource): void {
    if (!this.#chosen.has(name)) {
      // A strip chart of the program's own does not go on where one that appeared by itself ends.
      this.remove(name);
      this.#chosen.add(name);
    }
    this.#show(name, panel);
  }

  /** Shows it unless the program shows something of this name itself. */
  suggest(name: string, panel: Panel): void {
    if (!this.#chosen.has(name)) this.#show(name, panel);
  }

  /** Moves it behind all others, unless the program shows it itself. */
  suggestLast(name: string): void {
    const topic = this.#topics.get(name);
    if (topic === undefined || this.#chosen.has(name)) return;
    this.#topics.delete(name);
    this.#add(topic);
  }

  /** Marks a region on an image, in place of the one that is marked there, as if it had been drawn; no feedback tells of it. */
  markRegion(name: string, region: Region | null): void {
    this.#regions.set(name, region);
    this.#publishOwn();
  }

  /** Takes a panel off the page. */
  remove(name: string): boolean {
    const topic = this.#topics.get(name);
    if (topic === undefined) return false;
    this.#topics.delete(name);
    this.#lastVersion = Math.max(this.#lastVersion, topic.version);
    this.#regions.delete(name);
    this.#settings.forget(name);
    this.#audience.forget(name);
    if (this.#alarms.forget(name, this.#now())) this.#publishAlarms();
    this.#publishOwn();
    return true;
  }

  /** What people at the pages do from now on; ends when the page is closed. */
  feedback(): AsyncIterableIterator<ViewFeedback, undefined> {
    const queue = new FeedbackQueue((gone) => this.#queues.delete(gone));
    if (this.#closed === undefined) this.#queues.add(queue);
    else queue.close();
    return queue;
  }

  /** Ends all connections to viewers. */
  close(): Promise<void> {
    this.#closed ??= this.end();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  // ── for the doors

  /** Opens what the options name; called once by whoever makes a board. */
  async open(): Promise<void> {
    const { signal, publish } = this.#options;
    signal?.throwIfAborted();
    if (publish !== undefined) this.#door = await Door.open(publish, this);
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Called once, by close(). */
  protected async end(): Promise<void> {
    this.#automatic?.stop();
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
    const { stream } = this.#options;
    if (stream?.viewerDesk === this) stream.viewerDesk = null;
    this.#audience.dismiss();
    for (const queue of this.#queues) queue.close();
    await this.#door?.close();
  }

  /** A process has come to look on. */
  admit(line: ViewerLine, name: string, hangUp: () => void): Attendance | string {
    const { viewersMax = VIEWERS_MAX_DEFAULT, onViewer } = this.#options;
    if (this.#closed !== undefined) return 'nothing is shown any more';
    const { size } = this.#audience;
    if (size >= viewersMax) return `it has ${size} viewers, and lets no more in`;
    line.sendText(JSON.stringify({ type: 'welcome', title: this.title }));
    const attendance = this.welcome(line, 'raw', hangUp);
    onViewer?.({ type: 'attached', viewer: name });
    return {
      hear: attendance.hear,
      gone: (error) => {
        attendance.gone();
        if (this.#closed === undefined)
          onViewer?.({ type: error === undefined ? 'left' : 'lost', viewer: name });
      },
    };
  }

  /** Somebody looks on. */
  welcome(line: ViewerLine, format: BodyFormat, hangUp: () => void): Attendance {
    return this.#audience.welcome(line, format, hangUp);
  }

  /** Shows what another board has shown, which is of another process. */
  mirror({ name, panel, time }: ViewFrame<MirroredPanel>): void {
    if (this.#closed !== undefined) return;
    switch (panel.kind) {
      case '$view':
        return this.#resemble(panel);
      case '$alarms':
        this.#alarms.adopt(panel.alarms);
        return this.#publishAlarms();
      default: {
        const topic = this.#topics.get(name) ?? this.#add(this.#newTopic(name));
        if (panel.kind === 'strip') topic.extend(panel, time);
        else topic.show(panel, time);
        this.#audience.mark(topic);
      }
    }
  }

  /** All panels go. */
  clear(): void {
    for (const name of [...this.#topics.keys()]) this.remove(name);
  }

  #show(name: string, panel: PanelSource): void {
    if (this.#closed !== undefined) return;
    requireTopicName(name);
    const time = this.#now();
    const known = this.#topics.get(name);
    const topic = known ?? this.#newTopic(name);
    topic.show(panel, time);
    if (known === undefined) this.#add(topic);
    if (typeof panel !== 'function') this.#observe(name, panel);
    this.#audience.mark(topic);
  }

  #newTopic(name: string): Topic {
    // It is made in the middle of sending to a viewer: what comes of it is sent when that is done.
    return new Topic(name, this.#lastVersion, (panel) => queueMicrotask(() => this.#observe(name, panel)));
  }

  /** What a panel means beside what it shows. */
  #observe(name: string, panel: Panel): void {
    if (!this.#topics.has(name)) return;
    if (this.#alarms.observe(name, panel, this.#now())) this.#publishAlarms();
    if (this.#settings.observe(name, panel)) this.#publishOwn();
  }

  #add(topic: Topic): Topic {
    this.#topics.set(topic.name, topic);
    this.#publishOwn();
    return topic;
  }

  #resemble(panel: ViewPanel): void {
    this.#mirrored = panel;
    for (const name of this.#topics.keys()) if (!panel.topics.includes(name)) this.remove(name);
    this.#regions.clear();
    for (const [topic, region] of Object.entries(panel.regions)) this.#regions.set(topic, region);
    this.#settings.adopt(panel.settings);
    this.#publishOwn();
  }

  #hear(said: ViewFeedback): void {
    if (said.type === 'region' || said.type === 'setting') {
      if (!this.#topics.has(said.topic)) return;
      if (said.type === 'region') this.#regions.set(said.topic, said.region);
      else this.#settings.set(said.topic, said.name, said.value);
    }
    this.#publishOwn();
    const { stream, onFeedback } = this.#options;
    if (onFeedback !== undefined) onFeedback(said);
    else if (stream !== undefined) tellStream(stream, said, this.#regions);
    for (const queue of this.#queues) queue.push(said);
  }

  /** In the order of the first showing: of another board's, where this is its mirror. */
  #names(): readonly string[] {
    const names = [...this.#topics.keys()];
    const order = this.#mirrored?.topics;
    return order === undefined ? names : order.filter((name) => this.#topics.has(name));
  }

  #publishOwn(): void {
    this.#publish(this.#own.view, {
      kind: '$view',
      title: this.title,
      session: this.#audience.session,
      topics: this.#names(),
      viewers: this.#audience.size,
      rate: this.#options.rate ?? RATE_DEFAULT,
      regions: Object.fromEntries(this.#regions),
      settings: this.#settings.list(),
    });
  }

  #publishAlarms(): void {
    this.#publish(this.#own.alarms, { kind: '$alarms', alarms: this.#alarms.list() });
  }

  #publish(topic: Topic, panel: FramePanel): void {
    topic.publish(panel, this.#now());
    this.#audience.mark(topic);
  }
}
