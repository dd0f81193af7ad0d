/** A receive of a message as it is, neither decoded nor copied further: to be passed on, or decoded once at the end. */
import type { Frame } from '../wire/frame.ts';
import { ReceiveOperation } from './receive-operation.ts';

/** A message's data with the type it travels under. */
export interface Payload {
  readonly elementType: number;
  readonly bytes: Uint8Array;
}

const NOTHING = new Uint8Array(0);

export class ReceivePayload extends ReceiveOperation<Payload> {
  #bytes: Uint8Array = NOTHING;
  #placed: Uint8Array | null = null;

  override refusal(): null {
    return null;
  }

  protected override place(length: number): Uint8Array {
    this.#placed = this.freshPlace(length);
    return this.#placed;
  }

  protected override get lent(): boolean {
    return false;
  }

  protected override get placed(): Uint8Array | null {
    return this.#placed;
  }

  protected override takeFrame(frame: Frame): void {
    this.#bytes = frame.data.slice(frame.start, frame.start + frame.size);
  }

  protected override takeBytes(bytes: Uint8Array): void {
    this.#bytes = bytes;
  }

  protected override takePlace(place: Uint8Array): void {
    this.#bytes = place;
  }

  protected override result(): Payload {
    return { elementType: this.elementType, bytes: this.#bytes };
  }
}
