/**
 * The way to a process that has come to look on. It may hang at any moment, and the program must neither wait for it nor be held by
 * what lies here for it. So everything goes in pieces that the ring to it takes at once, and no more of them than fit in there:
 * at most 256 KiB that the viewer has not said it took. The rest waits here, as references to bodies that all viewers share, and is
 * forgotten when the line closes. How much that may be is for whoever sends to bound.
 *
 *     tag + 1   text   for the viewer itself
 *     tag + 2   head   of a value, and the length of its body
 *     tag + 3   body   piece by piece                                   "+131072" comes back: so many bytes were taken
 */
import type { Communicator, Request } from '../../index.ts';
import type { ViewerLine } from './viewer-desk.ts';

export const VIEWER_TAGS = { text: 1, head: 2, body: 3 } as const;
/** What follows the head in its message. */
export const BODY_LENGTH_BYTES = 8;
const PIECE_BYTES = 32_768;
const WINDOW_BYTES = 262_144;
/** A viewer gives back so much at a time. */
export const TAKEN_BYTES = 65_536;
const TAKEN = /^\+(\d{1,9})$/;

interface Waiting {
  readonly bytes: Uint8Array;
  readonly tag: number;
}

export class MpiViewerLine implements ViewerLine {
  readonly #comm: Communicator;
  readonly #rank: number;
  readonly #tag: number;
  #waiting: Waiting[] = [];
  /** Of the first that waits. */
  #sent = 0;
  #waitingBytes = 0;
  #untaken = 0;
  #isBusy = false;
  #isOpen = true;

  /** @param tag of the stream, below those that viewers hear */
  constructor(comm: Communicator, rank: number, tag: number) {
    this.#comm = comm;
    this.#rank = rank;
    this.#tag = tag;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get bufferedBytes(): number {
    return this.#waitingBytes;
  }

  sendFrame(head: Uint8Array, body: Uint8Array): void {
    const whole = new Uint8Array(head.byteLength + BODY_LENGTH_BYTES);
    whole.set(head);
    new DataView(whole.buffer).setFloat64(head.byteLength, body.byteLength, true);
    this.#enqueue(whole, VIEWER_TAGS.head);
    this.#enqueue(body, VIEWER_TAGS.body);
  }

  sendText(text: string): void {
    this.#enqueue(new TextEncoder().encode(text), VIEWER_TAGS.text);
  }

  /** True where the text was a word to the line itself. */
  hear(text: string): boolean {
    const taken = TAKEN.exec(text)?.[1];
    if (taken === undefined) return false;
    this.#untaken = Math.max(0, this.#untaken - Number(taken));
    this.#pump();
    return true;
  }

  /** What waits is forgotten; the text is the last word. */
  close(text?: string): void {
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (text !== undefined && this.#isOpen)
      this.#send(new TextEncoder().encode(text), this.#tag + VIEWER_TAGS.text);
    this.#isOpen = false;
  }

  #enqueue(bytes: Uint8Array, tag: number): void {
    if (!this.#isOpen) return;
    this.#waiting.push({ bytes, tag: this.#tag + tag });
    this.#waitingBytes += bytes.byteLength;
    this.#pump();
  }

  #pump(): void {
    while (!this.#isBusy && this.#isOpen) {
      const [first] = this.#waiting;
      if (first === undefined) return;
      const piece = first.bytes.subarray(this.#sent, this.#sent + PIECE_BYTES);
      if (this.#untaken + piece.byteLength > WINDOW_BYTES) return;
      this.#untaken += piece.byteLength;
      this.#waitingBytes -= piece.byteLength;
      this.#sent += piece.byteLength;
      if (this.#sent === first.bytes.byteLength) {
        this.#waiting.shift();
        this.#sent = 0;
      }
      this.#send(piece, first.tag);
    }
  }

  #send(piece: Uint8Array, tag: number): void {
    let request: Request;
    try {
      request = this.#comm.send(piece, this.#rank, tag);
    } catch {
      // Whoever receives from there learns of its end.
      this.#isOpen = false;
      return;
    }
    if (request.done) return void request.catch(() => undefined);
    this.#isBusy = true;
    const goOn = (): void => {
      this.#isBusy = false;
      this.#pump();
    };
    void request.catch(() => undefined).then(goOn);
  }
}
