/**
 * Which way an update of a client goes: from where its arrays lie, at once or when its turn has come, or as a copy in the queue. Every way is there
 * awaited and blocking.
 */
import type { ArrayToSend, FrameHead } from '../update/frame-encoder.ts';
import { AT_ONCE } from './deferred.ts';
import { FrameInPlace, type InPlaceMeans, PATIENCE_MS } from './frame-in-place.ts';
import type { FrameSender } from './frame-sender.ts';
import type { Turn } from './send-waiters.ts';

type SmallValues = Readonly<Record<string, unknown>>;

export class UpdateSender {
  readonly #sender: FrameSender;
  readonly #means: InPlaceMeans;

  constructor(sender: FrameSender, means: InPlaceMeans) {
    this.#sender = sender;
    this.#means = means;
  }

  /**
   * Resolves when the arrays are the program's again. It counts as issued from here on, but where it is refused.
   *
   * @throws {MPIError} where it cannot be encoded, or too many wait already.
   */
  send(head: FrameHead, small: SmallValues, arrays: readonly ArrayToSend[]): Promise<void> {
    const { run } = head;
    const inPlace = this.#inPlace(head, small, arrays);
    if (inPlace === null) return this.#enqueue(head, small, arrays);
    if (this.#sender.isClear) return this.#sender.sendInPlace(inPlace, run);
    return this.#sendInTurn(inPlace, this.#sender.awaitTurn(inPlace, run));
  }

  /** The same, blocking. */
  sendSync(head: FrameHead, small: SmallValues, arrays: readonly ArrayToSend[]): void {
    const { run } = head;
    const inPlace = this.#inPlace(head, small, arrays);
    if (inPlace !== null && this.#sender.isClear) return this.#sender.sendInPlaceSync(inPlace, run);
    const turn = inPlace === null ? null : this.#sender.awaitTurn(inPlace, run);
    if (inPlace !== null && turn !== null && this.#comesInTimeSync(turn))
      return this.#sender.sendInTurnSync(inPlace);
    if (this.#sender.failure === null) {
      const placed = turn === null ? this.#enqueue(head, small, arrays) : turn.giveUp();
      if (placed !== AT_ONCE) void placed.catch(() => undefined);
    }
    while (this.#sender.isFull) {
      this.#means.line.waitSync();
      this.#sender.look();
    }
    if (this.#sender.failure !== null) throw this.#sender.failure;
  }

  /** Takes a copy. */
  #enqueue(head: FrameHead, small: SmallValues, arrays: readonly ArrayToSend[]): Promise<void> {
    const buffer = this.#means.encoder.encode(head, small, arrays);
    return this.#sender.enqueue({ buffer, run: head.run, isUpdate: true, endsRun: false });
  }

  /** Null where a copy has to be sent. */
  #inPlace(head: FrameHead, small: SmallValues, arrays: readonly ArrayToSend[]): FrameInPlace | null {
    this.#sender.look();
    const mayBe = this.#sender.isClear || this.#sender.isSoonClear;
    return mayBe ? FrameInPlace.of(this.#means, head, small, arrays) : null;
  }

  async #sendInTurn(inPlace: FrameInPlace, turn: Turn): Promise<void> {
    let isCopied = false as boolean;
    const timer = setTimeout(() => {
      if (turn.hasCome) return;
      isCopied = true;
      void turn.giveUp();
    }, PATIENCE_MS);
    try {
      await turn.come;
    } finally {
      clearTimeout(timer);
    }
    if (!isCopied) await this.#sender.sendInTurn(inPlace);
  }

  /** Whether the turn comes before patience is over; waits for that with the thread blocked. */
  #comesInTimeSync(turn: Turn): boolean {
    const limit = this.#means.slots.limitWait(PATIENCE_MS);
    while (!turn.hasCome && !limit.done && this.#sender.failure === null) {
      this.#means.line.waitSync(limit);
      this.#sender.look();
    }
    limit.cancel();
    return turn.hasCome;
  }
}
