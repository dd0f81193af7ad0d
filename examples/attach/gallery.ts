/**
 * Lets viewers in while a computation goes on: publishes a name, accepts in the background, and gives each viewer the newest
 * frame when it asks for one. The computation calls `show` and goes on at once. Whatever a viewer does, leave, die, or stop
 * in the middle of a word, costs the computation a line in its log; nobody is ever waited for.
 */
import * as MPI from 'parley';
import type { Frame, Wish } from './frame.ts';

export class Gallery {
  readonly #port: MPI.Port;
  readonly #closing = new AbortController();
  #number = 0;
  /** Woken by the next frame, or by null in the end. */
  #waiting: ((frame: Frame | null) => void)[] = [];
  #enough: () => void = () => undefined;

  private constructor(port: MPI.Port) {
    this.#port = port;
  }

  /** Lets viewers in from now on; resolves when so many have come. */
  static async open(name: string, viewers: number): Promise<Gallery> {
    const gallery = new Gallery(await MPI.openPort());
    const enough = new Promise<void>((resolve) => (gallery.#enough = resolve));
    await MPI.publishName(name, gallery.#port).catch(say);
    gallery.#letIn(viewers).catch(say);
    if (viewers > 0) await enough;
    return gallery;
  }

  /** There is something new to see. */
  show(frame: Frame): void {
    for (const wake of this.#waiting.splice(0)) wake(frame);
  }

  /** Sends everybody home. */
  async close(): Promise<void> {
    for (const wake of this.#waiting.splice(0)) wake(null);
    this.#closing.abort();
    await this.#port.close();
  }

  async #letIn(viewers: number): Promise<void> {
    for await (const viewer of this.#port) {
      const number = ++this.#number;
      say(`viewer ${number} is here`);
      void this.#serve(viewer, number);
      if (number === viewers) this.#enough();
    }
  }

  async #serve(viewer: MPI.Intercommunicator, number: number): Promise<void> {
    const { signal } = this.#closing;
    try {
      for await (const { data } of viewer.messages<Wish>({ source: 0, signal })) {
        if (data === 'goodbye') break;
        await viewer.send(await this.#next(), 0);
      }
      say(`viewer ${number} has left`);
    } catch (error) {
      // It was killed, say. Its share of the connection goes with it.
      if (!signal.aborted)
        say(`viewer ${number} is gone: ${error instanceof MPI.MPIError ? error.code : String(error)}`);
    }
    // Frees in the background; `disconnect` would wait for the viewer.
    viewer.free();
  }

  #next(): Promise<Frame | null> {
    if (this.#closing.signal.aborted) return Promise.resolve(null);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** The log of the computation. */
function say(what: unknown): void {
  console.error(what instanceof Error ? what.message : what);
}
