/** A viewer without a page: takes frames from the socket, and says when it has drawn them. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ViewerMessage } from '#live/view/feedback.js';
import { decodeViewFrame, type ViewFrame } from '#live/view/wire/view-frame.js';
import type { FramePanel } from '#live/view/wire/view-topics.js';

export type Frame = ViewFrame<FramePanel>;

export class ViewerClient {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  readonly #listeners = new Set<() => void>();

  private constructor(socket: WebSocket, drawsAtOnce: boolean) {
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    socket.on('message', (data, isBinary) => {
      if (!isBinary) return;
      const frame = decodeViewFrame<FramePanel>(data as ArrayBuffer);
      this.frames.push(frame);
      if (drawsAtOnce) this.say({ type: 'drawn', versions: { [frame.name]: frame.version } });
      for (const listener of this.#listeners) listener();
    });
  }

  static async connect(
    url: string,
    options: { hello?: ViewerMessage; drawsAtOnce?: boolean; rate?: number } = {},
  ): Promise<ViewerClient> {
    const { hello = { type: 'hello', session: '', seen: {} }, drawsAtOnce = true, rate = 240 } = options;
    const client = new ViewerClient(new WebSocket(`${url.replace('http', 'ws')}socket`), drawsAtOnce);
    await once(client.socket, 'open');
    client.say({ type: 'rate', hertz: rate });
    client.say(hello);
    return client;
  }

  say(message: ViewerMessage): void {
    this.socket.send(JSON.stringify(message));
  }

  of(name: string): readonly Frame[] {
    return this.frames.filter((frame) => frame.name === name);
  }

  last(name: string): Frame | undefined {
    return this.of(name).at(-1);
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        const listener = (): void => {
          this.#listeners.delete(listener);
          resolve();
        };
        this.#listeners.add(listener);
      });
    }
  }

  async close(): Promise<void> {
    this.socket.terminate();
    if (this.socket.readyState !== WebSocket.CLOSED) await once(this.socket, 'close');
  }
}
