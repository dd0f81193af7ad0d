/**
 * The short calls that were made last on a communicator with the thread blocked, with what their verbs have made of them. Loops make the same
 * call again and again, and to look at its buffers, its operation and the table of algorithms takes longer than to move eight bytes.
 *
 *     send, recv, op, root    the same ones, and as long as they were      →  what the verb had made of them
 *
 * Each verb has places for a few roots, which in loops go round. Nothing is kept that holds much memory alive (recent-buffers.ts).
 */
import { type BufferLike, isTypedArray, type TypedArray } from '../../wire/element-type.ts';
import { mayBeKept } from '../recent-buffers.ts';
import { type CommonVerb, numberOfVerb } from './call.ts';

/** For so many roots of each verb; a power of two. */
const PLACES = 4;

/** A verb, and by its type what it makes of a call. */
export class PreparedVerb<Data> {
  readonly number: number;
  declare readonly data: Data;

  constructor(verb: CommonVerb) {
    this.number = numberOfVerb(verb);
  }
}

interface Kept {
  readonly send: TypedArray;
  readonly recv: TypedArray | null;
  readonly op: object | null;
  readonly root: number;
  readonly sendBytes: number;
  readonly recvBytes: number;
  readonly data: unknown;
}

export class PreparedCalls {
  readonly #kept: (Kept | undefined)[] = [];

  /** What was kept of the same call; null for nothing. */
  find<Data>(
    verb: PreparedVerb<Data>,
    send: BufferLike | null,
    recv: BufferLike | null,
    op: object | null,
    root: number,
  ): Data | null {
    // Whatever else a program passes its verb will refuse.
    if (typeof root !== 'number') return null;
    const kept = this.#kept[placeOf(verb.number, root)];
    // Asked first: an argument that was left out is undefined, too.
    if (kept === undefined) return null;
    if (kept.send !== send || kept.recv !== recv || kept.op !== op || kept.root !== root) return null;
    // Its memory may have been transferred, or resized.
    if (kept.send.byteLength !== kept.sendBytes) return null;
    return kept.recv !== null && kept.recv.byteLength !== kept.recvBytes ? null : (kept.data as Data);
  }

  keep<Data>(
    verb: PreparedVerb<Data>,
    send: BufferLike,
    recv: BufferLike | null,
    op: object | null,
    root: number,
    data: Data,
  ): void {
    // The length of a DataView cannot be asked where its memory is gone.
    if (!isTypedArray(send) || !mayBeKept(send)) return;
    if (recv !== null && !(isTypedArray(recv) && mayBeKept(recv))) return;
    const [sendBytes, recvBytes] = [send.byteLength, recv?.byteLength ?? 0];
    this.#kept[placeOf(verb.number, root)] = { send, recv, op, root, sendBytes, recvBytes, data };
  }
}

const placeOf = (verb: number, root: number): number => verb * PLACES + (root & (PLACES - 1));
