/** The page of a running program: a server on one port, for browsers that have the token. */
import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { WebSocket, WebSocketServer } from 'ws';
import { MPIError } from '../../index.ts';
import { type BoardOptions, VIEWERS_MAX_DEFAULT } from './board-options.ts';
import { Board } from './board.ts';
import { requireToken } from './server/access.ts';
import { createPageServer } from './server/http-server.ts';
import { SocketLine } from './server/socket-line.ts';

const HEARTBEAT_MS = 15_000;

export interface ServeViewOptions extends BoardOptions {
  /** One that is free by default. */
  readonly port?: number;
  /** `'127.0.0.1'` by default: this host alone. `'0.0.0.0'` lets others in who have the whole address. */
  readonly host?: string;
  /** Names that this host is known by, beside its addresses and `localhost`: for pages of other hosts. */
  readonly hosts?: readonly string[];
  /** The first part of the page's path, which whoever looks has to know: random by default. Letters, digits, and what else an address may have. */
  readonly token?: string;
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
 * With `{ stream }` panels appear by themselves for what the stream's clients send; with `{ publish: 'name' }` the same page can
 * be had from another terminal, by `parley view name`.
 *
 * @throws MPIError of class MPI_ERR_ARG where the token cannot stand in an address, MPI_ERR_OTHER where the port cannot be had, MPI_ERR_SERVICE where another process has the name
 */
export async function serveView(options: ServeViewOptions = {}): Promise<View> {
  const token = options.token ?? randomBytes(18).toString('base64url');
  requireToken(token);
  const view = new View(options, token);
  try {
    await view.open();
  } catch (error) {
    await view.close();
    throw error;
  }
  return view;
}

/** A page that is being served. */
export class View extends Board {
  readonly #options: ServeViewOptions;
  readonly #token: string;
  readonly #server: Server;
  readonly #sockets: WebSocketServer;
  readonly #heartbeat: NodeJS.Timeout;
  readonly #unanswered = new Set<WebSocket>();

  /** Use `serveView`. */
  constructor(options: ServeViewOptions, token: string) {
    super(options);
    this.#options = options;
    this.#token = token;
    const { server, sockets } = createPageServer({
      token,
      hosts: [options.host ?? '', ...(options.hosts ?? [])],
      title: this.title,
      viewersMax: options.viewersMax ?? VIEWERS_MAX_DEFAULT,
      onSocket: (socket) => this.#receive(socket),
    });
    this.#server = server;
    this.#sockets = sockets;
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
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

  /** Called by `serveView`. */
  override async open(): Promise<void> {
    const { port = 0, host = '127.0.0.1', signal } = this.#options;
    signal?.throwIfAborted();
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (cause) => {
        reject(
          new MPIError('MPI_ERR_OTHER', `Cannot serve a page at ${host}:${port}: ${cause.message}`, {
            cause,
          }),
        );
      });
      this.#server.listen({ port, host }, resolve);
    });
    await super.open();
  }

  protected override async end(): Promise<void> {
    clearInterval(this.#heartbeat);
    await super.end();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #receive(socket: WebSocket): void {
    const { hear, gone } = this.welcome(new SocketLine(socket), 'u16', () => socket.terminate());
    socket.on('error', () => socket.terminate());
    socket.on('pong', () => this.#unanswered.delete(socket));
    socket.on('message', (data, isBinary) => {
      if (!isBinary) hear((data as Buffer).toString());
    });
    socket.on('close', () => {
      this.#unanswered.delete(socket);
      gone();
    });
  }

  /** A page that has answered nothing since the last beat is gone. */
  #beat(): void {
    for (const socket of this.#sockets.clients) {
      if (this.#unanswered.has(socket)) socket.terminate();
      else {
        this.#unanswered.add(socket);
        socket.ping();
      }
    }
  }
}
