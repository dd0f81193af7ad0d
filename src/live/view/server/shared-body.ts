/**
 * What viewers are sent of a topic. Its memory is used again for a later value when nobody holds it any more: an image of a megabyte in
 * new memory each time costs more for the pages of the system than for all of its values. Who goes without having drawn it
 * never lets go, and leaves it to the garbage collector, since something may still be on its way from there.
 */
import type { FrameBody } from '../wire/view-frame.ts';

/** What is shorter costs little. */
const REUSED_BYTES_MIN = 65_536;

export class SharedBody {
  readonly body: FrameBody;
  readonly #giveBack: (memory: Uint8Array) => void;
  #holders = 1;

  /** Held by whoever makes it. */
  constructor(body: FrameBody, giveBack: (memory: Uint8Array) => void) {
    this.body = body;
    this.#giveBack = giveBack;
  }

  hold(): void {
    this.#holders += 1;
  }

  letGo(): void {
    this.#holders -= 1;
    const { bytes } = this.body;
    if (this.#holders === 0 && bytes.byteLength >= REUSED_BYTES_MIN)
      this.#giveBack(new Uint8Array(bytes.buffer));
  }
}
