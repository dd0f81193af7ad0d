/** Recent frames of all topics, so many bytes at most; the oldest ones give way, whatever topic they are of. */
import type { Frame } from './frame.ts';

const FRAMES_MAX = 20_000;

export class FrameRing {
  readonly #bytesMax: number;
  #bytes = 0;
  #frames: { readonly frame: Frame; readonly bytes: number }[] = [];

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get from(): number | undefined {
    return this.#frames[0]?.frame.time;
  }

  get to(): number | undefined {
    return this.#frames.at(-1)?.frame.time;
  }

  /** The time of the nearest frame before (-1) or behind (1) that moment. */
  neighbour(moment: number, direction: -1 | 1): number | undefined {
    const found =
      direction < 0
        ? this.#frames.findLast(({ frame }) => frame.time < moment)
        : this.#frames.find(({ frame }) => frame.time > moment);
    return found?.frame.time;
  }

  lastTime(name: string): number {
    return this.#frames.findLast(({ frame }) => frame.name === name)?.frame.time ?? -Infinity;
  }

  add(frame: Frame, bytes: number): void {
    this.#frames.push({ frame, bytes });
    this.#bytes += bytes;
    let gone = 0;
    while (
      gone < this.#frames.length &&
      (this.#bytes > this.#bytesMax || this.#frames.length - gone > FRAMES_MAX)
    ) {
      this.#bytes -= this.#frames[gone]?.bytes ?? 0;
      gone += 1;
    }
    if (gone > 0) this.#frames = this.#frames.slice(gone);
  }

  /** The last frame of a topic that is not younger; the oldest one where all are. */
  at(name: string, moment: number): Frame | undefined {
    const found =
      this.#frames.findLast(({ frame }) => frame.name === name && frame.time <= moment) ??
      this.#frames.find(({ frame }) => frame.name === name);
    return found?.frame;
  }

  clear(): void {
    this.#frames = [];
    this.#bytes = 0;
  }
}
