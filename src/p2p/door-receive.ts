/** A receive at the door: short messages of anybody, a longer one only up to a bound and one at a time from each. */
import type { ArrivedMessage } from '../engine/arrived-message.ts';
import type { MatchContext } from '../engine/match-context.ts';
import type { OperationDriver } from '../engine/operation.ts';
import type { Landing } from '../engine/landing.ts';
import type { Party } from '../engine/party.ts';
import { type Decoder, ReceiveValue } from '../engine/receive-value.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { ANY_SOURCE, ANY_TAG } from '../model/constants.ts';
import type { ProcessId } from '../model/process-id.ts';
import type { Frame } from '../wire/frame.ts';

/** More than any question needs: the longest carries the environment of a new process. */
const DOOR_BYTES_MAX = 2 ** 23;
const NOTHING = new Uint8Array(0);

export class DoorReceive extends ReceiveValue {
  /** Who has sent the message that it got. */
  sender: ProcessId | null = null;
  /** Called once, when it has waited and got a message, whole or not. */
  onMatched: (() => void) | null = null;
  readonly #talking: Set<ProcessId>;
  /** Whether it is this one that its sender talks to at length. */
  #listens = false;

  constructor(driver: OperationDriver, context: MatchContext, decoder: Decoder, talking: Set<ProcessId>) {
    super(driver, context, ANY_SOURCE, ANY_TAG, decoder);
    this.#talking = talking;
  }

  override matchFrame(peer: Party, frame: Frame): void {
    this.#hears(peer);
    super.matchFrame(peer, frame);
  }

  override matchParts(
    peer: Party,
    source: number,
    tag: number,
    elementType: number,
    length: number,
  ): Landing {
    this.#hears(peer);
    return super.matchParts(peer, source, tag, elementType, length);
  }

  override matchArrived(message: ArrivedMessage): void {
    this.#hears(message.peer);
    super.matchArrived(message);
  }

  #hears(peer: Party): void {
    this.sender = peer.id;
    // Where its sender takes the message back it does not wait for another one: that is somebody else's by then.
    this.reserved = true;
    const { onMatched } = this;
    this.onMatched = null;
    onMatched?.();
  }

  protected override place(length: number): Uint8Array {
    const { sender } = this;
    if (length > DOOR_BYTES_MAX || sender === null || this.#talking.has(sender)) {
      this.fail(new MPIError('MPI_ERR_OTHER', 'Cannot take so much at the door'));
      return NOTHING;
    }
    this.#talking.add(sender);
    this.#listens = true;
    return super.place(length);
  }

  override complete(): void {
    this.#endTalk();
    super.complete();
  }

  override fail(reason: unknown): void {
    this.#endTalk();
    super.fail(reason);
  }

  #endTalk(): void {
    if (this.sender !== null && this.#listens) this.#talking.delete(this.sender);
    this.#listens = false;
  }
}
