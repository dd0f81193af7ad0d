/** Answers to one peer that found no room in its channel, in order. */
import type { Channel } from '../transport/transport.ts';
import type { ControlKind } from '../wire/frame.ts';
import { Fifo } from './fifo.ts';

interface Control {
  readonly kind: ControlKind;
  readonly id: number;
  readonly value: number;
}

export class Controls {
  readonly #waiting = new Fifo<Control>();
  readonly #most: number;

  /** `most` of them may wait. */
  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** False where too many wait. */
  add(kind: ControlKind, id: number, value: number): boolean {
    if (this.#waiting.size >= this.#most) return false;
    this.#waiting.push({ kind, id, value });
    return true;
  }

  /** Writes what the channel takes; true where it took anything. */
  write(channel: Channel): boolean {
    const before = this.#waiting.size;
    for (let control = this.#waiting.first; control !== undefined; control = this.#waiting.first) {
      if (!channel.pushControl(control.kind, control.id, control.value)) break;
      this.#waiting.shift();
    }
    return this.#waiting.size < before;
  }

  clear(): void {
    this.#waiting.takeAll();
  }
}
