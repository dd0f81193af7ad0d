/** The way to a page: its WebSocket. */
import type { WebSocket } from 'ws';
import type { ViewerLine } from '../../stream/viewer-desk.ts';

export class SocketLine implements ViewerLine {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === this.#socket.OPEN;
  }

  get bufferedBytes(): number {
    return this.#socket.bufferedAmount;
  }

  /** One message of two fragments: the body is shared, and nothing is copied together. */
  sendFrame(head: Uint8Array, body: Uint8Array): void {
    this.#socket.send(head, { binary: true, fin: false });
    this.#socket.send(body, { binary: true, fin: true });
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }
}
