/** The server of a page: its text, its files, its socket, one port, and nothing for whoever lacks the token. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { type AccessRules, pathBehindToken } from './access.ts';
import { listPageFiles, type PageFile } from './page-files.ts';
import { pageText } from './page-text.ts';

const SOCKET_PATH = 'socket';
const MESSAGE_BYTES_MAX = 64 * 1024;
const HEADERS: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

export interface PageServerOptions extends AccessRules {
  readonly title: string;
  readonly viewersMax: number;
  readonly onSocket: (socket: WebSocket) => void;
}

export function createPageServer(options: PageServerOptions): { server: Server; sockets: WebSocketServer } {
  const files = listPageFiles();
  const page = pageText(options.title, files.keys());
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MESSAGE_BYTES_MAX,
    perMessageDeflate: false,
  });

  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const path = pathBehindToken(request, options);
    if (path === undefined)
      return refuse(response, 403, 'This page wants its whole address, token included.');
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405, 'GET only.');
    if (path === '') {
      // Without the slash at its end the page's own paths would lack the token.
      if (!request.url?.split('?', 1)[0]?.endsWith('/'))
        return void response.writeHead(308, { ...HEADERS, Location: `/${options.token}/` }).end();
      const policy = page.policy(request.headers.host ?? '');
      return send(
        response,
        { ...HEADERS, 'Content-Security-Policy': policy, 'Content-Type': 'text/html; charset=utf-8' },
        page.text,
      );
    }
    const file = files.get(path);
    if (file === undefined) return refuse(response, 404, 'There is no such file.');
    const text = read(file);
    if (text === undefined) return refuse(response, 500, 'This file cannot be read.');
    return send(response, { ...HEADERS, 'Content-Type': file.type }, text);
  };

  const upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const path = pathBehindToken(request, options);
    if (path !== SOCKET_PATH) return hangUp(socket, path === undefined ? '403 Forbidden' : '404 Not Found');
    if (sockets.clients.size >= options.viewersMax) return hangUp(socket, '503 Service Unavailable');
    sockets.handleUpgrade(request, socket, head, options.onSocket);
  };

  return { server: createServer(answer).on('upgrade', upgrade), sockets };
}

/** Undefined where it is there no longer, as after the package has been installed anew. */
function read(file: PageFile): Buffer | undefined {
  try {
    return file.read();
  } catch {
    return undefined;
  }
}

function send(
  response: ServerResponse,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): void {
  response.writeHead(200, { ...headers, 'Content-Length': Buffer.byteLength(body) });
  response.end(response.req.method === 'HEAD' ? undefined : body);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { ...HEADERS, 'Content-Type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

function hangUp(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
