/** A receive of any value: typed arrays come as they were sent, everything else is decoded. */
import { MPIError } from '../errors/mpi-error.ts';
import { PROC_NULL } from '../model/constants.ts';
import { bufferOfType } from '../wire/element-type.ts';
import type { Frame } from '../wire/frame.ts';
import type { MatchContext } from './match-context.ts';
import type { OperationDriver } from './operation.ts';
import { elementsIn } from './arrived-message.ts';
import { ReceiveOperation } from './receive-operation.ts';
import type { Message, Status } from './request.ts';

/** Makes values of bytes. The bytes are a peer's and may be anything. */
export interface Decoder {
  decode(bytes: Uint8Array, start: number, end: number): unknown;
}

export class ReceiveValue extends ReceiveOperation<Message> {
  readonly #decoder: Decoder;
  #placed: Uint8Array | null = null;
  #data: unknown = undefined;

  constructor(driver: OperationDriver, context: MatchContext, source: number, tag: number, decoder: Decoder) {
    super(driver, context, source, tag);
    this.#decoder = decoder;
  }

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
    const { data, start, size } = frame;
    if (this.elementType === 0) this.#decode(data, start, start + size);
    else this.takeBytes(data.slice(start, start + size));
  }

  protected override takeBytes(bytes: Uint8Array): void {
    if (this.elementType === 0) {
      this.#decode(bytes, 0, bytes.length);
      return;
    }
    try {
      this.#data = bufferOfType(this.elementType, bytes);
    } catch (error) {
      this.#malformed(error);
    }
  }

  protected override takePlace(place: Uint8Array): void {
    this.#placed = null;
    this.takeBytes(place);
  }

  #decode(bytes: Uint8Array, start: number, end: number): void {
    try {
      this.#data = this.#decoder.decode(bytes, start, end);
    } catch (error) {
      this.#malformed(error);
    }
  }

  #malformed(cause: unknown): void {
    const from = `rank ${String(this.matchedSource)} with tag ${String(this.matchedTag)} on ${this.context.label()}`;
    const why = cause instanceof Error ? cause.message : String(cause);
    this.fail(new MPIError('MPI_ERR_OTHER', `Cannot read the message of ${from}: ${why}`, { cause }));
  }

  protected override result(): Message {
    return { data: this.#data, source: this.matchedSource, tag: this.matchedTag };
  }

  protected override completedStatus(): Status {
    const nothing = this.cancelled || this.matchedSource === PROC_NULL;
    const elements = elementsIn(this.elementType, this.length);
    return {
      source: this.matchedSource,
      tag: this.matchedTag,
      count: nothing ? 0 : elements,
      bytes: this.length,
      cancelled: this.cancelled,
    };
  }
}
