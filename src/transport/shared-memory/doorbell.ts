/**
 * A doorbell: a named pipe that wakes a process whose thread sleeps in its event loop. Ringers write one byte; the
 * owner lets libuv watch its end, and drains it. A byte too many is harmless: it means "look once more".
 */
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

const ONE_BYTE = Uint8Array.of(1);

/** The ringer's end. */
export class Doorbell {
  readonly #path: string;
  #descriptor = -1;

  constructor(path: string) {
    this.#path = path;
  }

  /** Wakes the owner. Nothing happens where it is gone: its death is told by its agent. */
  ring(): void {
    try {
      if (this.#descriptor < 0) {
        this.#descriptor = openSync(this.#path, constants.O_WRONLY | constants.O_NONBLOCK);
      }
      writeSync(this.#descriptor, ONE_BYTE);
    } catch (error) {
      // EAGAIN: the pipe is full of bells that nobody has answered yet. ENXIO, EPIPE, ENOENT: nobody is there.
      if (!isCode(error, 'EAGAIN', 'ENXIO', 'EPIPE', 'ENOENT')) throw error;
    }
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}

/** The owner's end: calls `rung` from the event loop. */
export class DoorbellListener {
  readonly #socket: Socket;

  constructor(path: string, rung: () => void) {
    // Open for writing too, so that the pipe never ends when the last ringer closes it.
    const descriptor = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
    this.#socket = new Socket({ fd: descriptor, readable: true, writable: false });
    this.#socket.on('data', rung);
    this.#socket.unref();
  }

  /** Whether a process that has nothing else to do stays for the bell. */
  holdProcess(hold: boolean): void {
    if (hold) this.#socket.ref();
    else this.#socket.unref();
  }

  close(): void {
    this.#socket.destroy();
  }
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(error.code as string);
}
