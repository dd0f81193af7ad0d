/** A receive into a buffer that the program owns: raw bytes, no value is made, nothing is allocated. */
import { MPIError } from '../errors/mpi-error.ts';
import { UNDEFINED } from '../model/constants.ts';
import { copyBytes } from '../wire/copy-bytes.ts';
import { elementBytes, elementTypeName, typesAgree } from '../wire/element-type.ts';
import type { Frame } from '../wire/frame.ts';
import type { MatchContext } from './match-context.ts';
import type { OperationDriver } from './operation.ts';
import { ReceiveOperation } from './receive-operation.ts';
import type { Status } from './request.ts';

export class ReceiveInto extends ReceiveOperation<Status> {
  readonly #target: Uint8Array;
  readonly #targetType: number;

  constructor(
    driver: OperationDriver,
    context: MatchContext,
    source: number,
    tag: number,
    target: Uint8Array,
    targetType: number,
  ) {
    super(driver, context, source, tag);
    this.#target = target;
    this.#targetType = targetType;
  }

  override refusal(elementType: number, source: number, tag: number): MPIError | null {
    if (elementType === this.#targetType || typesAgree(elementType, this.#targetType)) return null;
    const sent = elementType === 0 ? 'a value' : `elements of ${elementTypeName(elementType)}`;
    return new MPIError(
      'MPI_ERR_TYPE',
      `Cannot receive the message of rank ${String(source)} with tag ${String(tag)} on ${this.context.label()} into a ${elementTypeName(this.#targetType)}: ` +
        `it holds ${sent}; receive it with recv, or into a buffer of the same kind (it stays in the queue)`,
    );
  }

  protected override wanted(): string {
    const count = this.#target.length / elementBytes(this.#targetType);
    // Barriers wait so.
    if (count === 0) return '';
    return `${String(count)} × ${elementTypeName(this.#targetType)}`;
  }

  protected override place(): Uint8Array {
    return this.#target;
  }

  protected override get lent(): boolean {
    return true;
  }

  protected override get placed(): Uint8Array {
    return this.#target;
  }

  protected override takeFrame(frame: Frame): void {
    copyBytes(frame.data, frame.start, frame.size, this.#target, 0);
    if (frame.size > this.#target.length) this.#truncated();
  }

  protected override takeBytes(bytes: Uint8Array): void {
    copyBytes(bytes, 0, bytes.length, this.#target, 0);
    if (bytes.length > this.#target.length) this.#truncated();
  }

  protected override takePlace(): void {
    if (this.length > this.#target.length) this.#truncated();
  }

  #truncated(): void {
    this.fail(
      new MPIError(
        'MPI_ERR_TRUNCATE',
        `Cannot receive all ${String(this.length)} bytes of the message of rank ${String(this.matchedSource)} with tag ${String(this.matchedTag)} on ` +
          `${this.context.label()}: the buffer has ${String(this.#target.length)}, which now hold the beginning; probe first, or offer as many`,
      ),
    );
  }

  protected override result(): Status {
    return this.completedStatus();
  }

  protected override completedStatus(): Status {
    const bytes = Math.min(this.length, this.#target.length);
    const count = bytes / elementBytes(this.#targetType);
    return {
      source: this.matchedSource,
      tag: this.matchedTag,
      count: Number.isInteger(count) ? count : UNDEFINED,
      bytes,
      cancelled: this.cancelled,
    };
  }
}
