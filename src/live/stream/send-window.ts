/** What a client may have on its way, or unread at the master, at a time: credits, each for one update, and bytes. */
import { NumberQueue } from './number-queue.ts';

/** The master gives credits back when it owes this part of the window (acknowledger.ts). */
const ANSWERS_IN_WINDOW = 4;

export class SendWindow {
  readonly #creditBytes: number;
  readonly #answeredFrom: number;
  /** Lengths of the updates that are on their way, in order. */
  readonly #underWay = new NumberQueue();
  #underWayBytes = 0;
  credits: number;

  constructor(credits: number, creditBytes: number) {
    this.credits = credits;
    this.#creditBytes = creditBytes;
    this.#answeredFrom = Math.ceil(credits / ANSWERS_IN_WINDOW);
  }

  /** Beyond the bytes by one update at most, so that any goes, however long. */
  get isOpen(): boolean {
    return this.credits > 0 && this.#underWayBytes < this.#creditBytes;
  }

  /** So much is under way that the master is going to give credits back, as soon as it has read that. */
  get isAnswered(): boolean {
    return this.#underWay.length >= this.#answeredFrom;
  }

  spend(byteLength: number): void {
    this.credits -= 1;
    this.#underWay.push(byteLength);
    this.#underWayBytes += byteLength;
  }

  grant(credits: number): void {
    this.credits += credits;
    for (let left = Math.min(credits, this.#underWay.length); left > 0; left -= 1)
      this.#underWayBytes -= this.#underWay.shift();
  }
}
