/**
 * A socket that belongs to somebody else, and is used for a moment without its owner's noticing: the bytes that are meant
 * for the borrower are taken before they reach the stream, so listeners, flowing or paused state and encoding stay as they
 * are; whatever else has come goes back to where it would have been.
 *
 *     descriptor ──► push ──► stream's buffer ──► owner         as it is
 *     descriptor ──► borrower        buffer ──► borrower first  borrowed: `push` is shadowed on this one object
 */
import type { Socket } from 'node:net';

/** What a borrower makes of the bytes that have come and that it has not used yet. */
export interface Taken {
  /** Bytes that are used up. */
  readonly used: number;
  /** Whether it wants no more: the socket is back with its owner then, with the bytes that were not used. */
  readonly over: boolean;
}
export type TakeBytes = (bytes: Buffer) => Taken;

/** Most bytes that are kept for a borrower that wants more. */
const KEPT_BYTES_MAX = 65_536;
const NOTHING = Buffer.alloc(0);

export class BorrowedSocket {
  readonly #socket: Socket;
  readonly #take: TakeBytes;
  readonly #onGone: (why: string) => void;
  #kept: Buffer = NOTHING;
  /** Whether the stream had decoded these bytes already. */
  #decoded = false;
  #ended = false;
  #returned = false;
  readonly #onClose = (): void => {
    this.#gone('it was closed');
  };
  readonly #onEnd = (): void => {
    this.#gone('the other end was closed');
  };
  readonly #onError = (error: Error): void => {
    this.#gone(error.message);
  };

  /** `onGone` is called once where nothing can come any more; the socket is back with its owner then. */
  constructor(socket: Socket, take: TakeBytes, onGone: (why: string) => void) {
    this.#socket = socket;
    this.#take = take;
    this.#onGone = onGone;
  }

  static isBorrowed(socket: Socket): boolean {
    return Object.hasOwn(socket, 'push');
  }

  /** Begins: what lies in the stream's buffer comes first. */
  borrow(): void {
    const socket = this.#socket;
    socket.on('close', this.#onClose);
    socket.on('error', this.#onError);
    socket.on('end', this.#onEnd);
    // Only in this object, and only until it is given back.
    socket.push = (chunk: unknown): boolean => {
      if (chunk === null) {
        this.#ended = true;
        this.#gone('the other end was closed');
      } else {
        this.#decoded = false;
        this.#came(Buffer.from(chunk as Uint8Array));
      }
      return true;
    };
    const early = this.#takeBuffered();
    if (early.length > 0) this.#came(early);
    if (this.#returned) return;
    if (socket.readableEnded) this.#onEnd();
    // Reading may have been at rest.
    else socket.read(0);
  }

  write(bytes: Buffer): void {
    if (!this.#socket.destroyed && this.#socket.writable) this.#socket.write(bytes);
  }

  /** Gives the socket back, with the bytes that were not used. */
  giveBack(): void {
    if (this.#returned) return;
    this.#returned = true;
    const socket = this.#socket;
    socket.off('close', this.#onClose);
    socket.off('error', this.#onError);
    socket.off('end', this.#onEnd);
    Reflect.deleteProperty(socket, 'push');
    const rest = this.#kept;
    this.#kept = NOTHING;
    if (rest.length > 0 && !socket.destroyed) {
      // Nothing else is in the stream's buffer: its front and its end are the same place.
      if (this.#decoded) socket.unshift(rest.toString(encodingOf(socket)), encodingOf(socket));
      else socket.push(rest);
    }
    if (this.#ended && !socket.destroyed) socket.push(null);
  }

  #came(bytes: Buffer): void {
    if (this.#returned) return;
    this.#kept = this.#kept.length === 0 ? bytes : Buffer.concat([this.#kept, bytes]);
    const { used, over } = this.#take(this.#kept);
    this.#kept = this.#kept.subarray(used);
    if (over) {
      this.giveBack();
    } else if (this.#kept.length > KEPT_BYTES_MAX) {
      this.#gone('it sends too much');
    }
  }

  #gone(why: string): void {
    if (this.#returned) return;
    this.giveBack();
    this.#onGone(why);
  }

  /** What the stream has read ahead. Its listeners do not hear of it: it is not theirs. */
  #takeBuffered(): Buffer {
    const socket = this.#socket;
    if (socket.readableLength === 0) return NOTHING;
    const early: Buffer[] = [];
    socket.emit = () => false;
    try {
      // Newer versions of Node hand it out piece by piece.
      while (socket.readableLength > 0) {
        const piece: unknown = socket.read();
        if (typeof piece === 'string') {
          this.#decoded = true;
          early.push(Buffer.from(piece, encodingOf(socket)));
        } else if (piece instanceof Uint8Array) {
          early.push(Buffer.from(piece));
        } else {
          break;
        }
      }
    } finally {
      Reflect.deleteProperty(socket, 'emit');
    }
    return Buffer.concat(early);
  }
}

const encodingOf = ({ readableEncoding }: Socket): BufferEncoding => readableEncoding ?? 'utf8';
