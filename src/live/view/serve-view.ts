/**
 * The page of a running program: a server that keeps the last value of every topic, and gives each viewer the newest ones as fast
 * as that viewer can draw them. The program shows panels and hears what people do; it never waits for a viewer.
 */
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebSocket, WebSocketServer } from 'ws';
import { MPIError } from '../../index.ts';
import { readViewerMessage, type ViewFeedback } from './feedback.ts';
import type { Region } from './panel.ts';
import { Alarms } from './server/alarms.ts';
import { FeedbackQueue } from './server/feedback-queue.ts';
import { createPageServer } from './server/http-server.ts';
import { requireTopicName } from './server/panel-check.ts';
import { type PanelSource, Topic } from './server/topic.ts';
import { Viewer } from './server/viewer.ts';
import type { AlarmShown, FramePanel } from './wire/view-topics.ts';

const RATE_DEFAULT = 30;
const VIEWERS_MAX_DEFAULT = 64;
const HEARTBEAT_MS = 15_000;
/** Remembered for viewers that come later; the oldest give way. */
const SETTINGS_MAX = 256;

export interface ServeViewOptions {
  /** At the head of the page: `'parley'` by default. */
  readonly title?: string;
  /** One that is free by default. */
  readonly port?: number;
  /** `'127.0.0.1'` by default: this host alone. `'0.0.0.0'` lets others in who have the whole address. */
  readonly host?: string;
  /** Names that this host is known by, beside its addresses and `localhost`: for pages of other hosts. */
  readonly hosts?: readonly string[];
  /** Random by default. */
  readonly token?: string;
  /** Frames of a topic for each second that a viewer gets until it asks for another rate: 30 by default. */
  readonly rate?: number;
  /** Further ones are refused: 64 by default. */
  readonly viewersMax?: number;
  /** Hears everything that `feedback()` gives. */
  readonly onFeedback?: (feedback: ViewFeedback) => void;
  /** Closes the page. */
  readonly signal?: AbortSignal;
  /** Milliseconds since 1970; the system's clock by default. */
  readonly now?: () => number;
}

/**
 * Serves a page that shows what this program gives it.
 *
 * ```ts
 * await using view = await serveView({ title: 'von Hamos' });
 * console.log(view.url);
 * view.show('camera', { kind: 'image', data: frame, shape: [704, 768], unit: 'photons' });
 * for await (const said of view.feedback()) if (said.type === 'region') useRegion(said.region);
 * ```
 *
 * @throws MPIError of class MPI_ERR_OTHER where the port cannot be had
 */
export async function serveView(options: ServeViewOptions = {}): Promise<View> {
  const token = options.token ?? randomBytes(18).toString('base64url');
  const view = new View(options, token);
  await view.listen();
  return view;
}

/** A page that is being served. */
export class View implements AsyncDisposable {
  readonly #options: ServeViewOptions;
  readonly #token: string;
  readonly #now: () => number;
  readonly #session: string = randomBytes(9).toString('base64url');
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #topics = new Map<string, Topic>();
  readonly #own = { view: new Topic('$view'), alarms: new Topic('$alarms') };
  readonly #viewers = new Map<WebSocket, Viewer>();
  readonly #queues = new Set<FeedbackQueue>();
  readonly #alarms = new Alarms();
  readonly #regions = new Map<string, Region | null>();
  readonly #settings = new Map<string, number | string | boolean>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #unanswered = new Set<WebSocket>();
  readonly #onAbort = (): void => void this.close();
  #closed: Promise<void> | undefined;

  /** Use `serveView`. */
  constructor(options: ServeViewOptions, token: string) {
    this.#options = options;
    this.#token = token;
    this.#now = options.now ?? Date.now;
    const { server, sockets } = createPageServer({
      token,
      hosts: [options.host ?? '', ...(options.hosts ?? [])],
      title: this.title,
      viewersMax: options.viewersMax ?? VIEWERS_MAX_DEFAULT,
      onSocket: (socket) => this.#welcome(socket),
    });
    this.#server = server;
    this.#sockets = sockets;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
    this.#publishOwn();
  }

  get title(): string {
    return this.#options.title ?? 'parley';
  }

  /** Where a browser finds the page, token included. */
  get url(): string {
    const host = this.#options.host ?? '127.0.0.1';
    const shown = host === '0.0.0.0' || host === '::' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
    return `http://${shown}:${this.port}/${this.#token}/`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Pages that look on at this moment, and what they have: values skipped for each, bytes on their way. */
  get viewers(): readonly { readonly skipped: number; readonly undrawnBytes: number }[] {
    return [...this.#viewers.values()].map(({ skipped, undrawnBytes }) => ({ skipped, undrawnBytes }));
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
   * may stand that makes it: it is called when a viewer is ready for it, and never where nobody looks.
   *
   * @throws MPIError of class MPI_ERR_ARG where lengths or shapes do not fit together
   */
  show(name: string, panel: PanelSource): void {
    if (this.#closed !== undefined) return;
    requireTopicName(name);
    const time = this.#now();
    let topic = this.#topics.get(name);
    const isNew = topic === undefined;
    topic ??= new Topic(name);
    topic.show(panel, time);
    this.#topics.set(name, topic);
    if (isNew) this.#publishOwn();
    if (typeof panel !== 'function' && this.#alarms.observe(name, panel, time)) this.#publishAlarms();
    for (const viewer of this.#viewers.values()) viewer.mark(topic);
  }

  /** Takes a panel off the page. */
  remove(name: string): boolean {
    const wasThere = this.#topics.delete(name);
    if (!wasThere) return false;
    this.#regions.delete(name);
    for (const viewer of this.#viewers.values()) viewer.forget(name);
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

  /** Ends the server and all its connections. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      clearInterval(this.#heartbeat);
      this.#options.signal?.removeEventListener('abort', this.#onAbort);
      for (const viewer of this.#viewers.values()) viewer.close();
      for (const socket of this.#sockets.clients) socket.terminate();
      for (const queue of this.#queues) queue.close();
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Called by `serveView`. */
  async listen(): Promise<void> {
    const { port = 0, host = '127.0.0.1', signal } = this.#options;
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) => {
        clearInterval(this.#heartbeat);
        reject(
          new MPIError('MPI_ERR_OTHER', `Cannot serve a page at ${host}:${port}: ${cause.message}`, {
            cause,
          }),
        );
      });
      this.#server.listen({ port, host }, resolve);
    });
    signal?.addEventListener('abort', this.#onAbort, { once: true });
  }

  #welcome(socket: WebSocket): void {
    const { rate = RATE_DEFAULT } = this.#options;
    const viewer = new Viewer({ socket, session: this.#session, rate, now: () => performance.now() });
    this.#viewers.set(socket, viewer);
    socket.on('error', () => socket.terminate());
    socket.on('pong', () => this.#unanswered.delete(socket));
    socket.on('message', (data, isBinary) => {
      if (!isBinary) this.#hear(viewer, (data as Buffer).toString());
    });
    socket.on('close', () => {
      viewer.close();
      this.#viewers.delete(socket);
      this.#unanswered.delete(socket);
      if (this.#closed === undefined) this.#publishOwn();
    });
    this.#publishOwn();
  }

  #hear(viewer: Viewer, text: string): void {
    const message = readViewerMessage(text);
    if (message === undefined) return;
    switch (message.type) {
      case 'region':
        if (!this.#topics.has(message.topic)) return;
        this.#regions.set(message.topic, message.region);
        break;
      case 'setting':
        if (!this.#topics.has(message.topic)) return;
        remember(this.#settings, `${message.topic}/${message.name}`, message.value);
        break;
      case 'request':
      case 'stop':
        break;
      default:
        return viewer.receive(message, [...Object.values(this.#own), ...this.#topics.values()]);
    }
    this.#publishOwn();
    this.#options.onFeedback?.(message);
    for (const queue of this.#queues) queue.push(message);
  }

  #publishOwn(): void {
    this.#publish(this.#own.view, {
      kind: '$view',
      title: this.title,
      session: this.#session,
      topics: [...this.#topics.keys()],
      viewers: this.#viewers.size,
      rate: this.#options.rate ?? RATE_DEFAULT,
      regions: Object.fromEntries(this.#regions),
      settings: Object.fromEntries(this.#settings),
    });
  }

  #publishAlarms(): void {
    this.#publish(this.#own.alarms, { kind: '$alarms', alarms: this.#alarms.list() });
  }

  #publish(topic: Topic, panel: FramePanel): void {
    topic.publish(panel, this.#now());
    for (const viewer of this.#viewers.values()) viewer.mark(topic);
  }

  /** A viewer that has answered nothing since the last beat is gone. */
  #beat(): void {
    for (const socket of this.#viewers.keys()) {
      if (this.#unanswered.has(socket)) socket.terminate();
      else {
        this.#unanswered.add(socket);
        socket.ping();
      }
    }
  }
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  if (map.size > SETTINGS_MAX) map.delete(map.keys().next().value ?? '');
}
