/** The rendezvous that a peer has agreed to: their data goes out in turns, one part of each, as long as there is room. */
import type { Channel } from '../transport/transport.ts';
import { FrameKind } from '../wire/frame.ts';
import type { SendOperation } from './send-operation.ts';

export class Transfers {
  readonly #operations: SendOperation[] = [];

  get size(): number {
    return this.#operations.length;
  }

  add(operation: SendOperation): void {
    this.#operations.push(operation);
  }

  get all(): readonly SendOperation[] {
    return this.#operations;
  }

  takeAll(): SendOperation[] {
    return this.#operations.splice(0);
  }

  /** Writes what the channel takes; true where it took anything. */
  write(channel: Channel): boolean {
    const operations = this.#operations;
    let wrote = false;
    let turn = 0;
    while (operations.length > 0) {
      const operation = operations[turn % operations.length]!;
      const { data, landing, offset } = operation;
      const size = Math.min(channel.fragmentBytes, data.length - offset);
      if (!channel.pushPart(FrameKind.DATA, landing, data, offset, size)) return wrote;
      wrote = true;
      operation.offset += size;
      if (operation.offset < data.length) {
        turn++;
      } else {
        operations.splice(turn % operations.length, 1);
        operation.complete();
      }
    }
    return wrote;
  }
}
