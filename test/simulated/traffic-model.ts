/**
 * Random messages, and what may become of them: the model that a world's traffic is held against, message by message.
 */
import assert from 'node:assert/strict';
import { ANY_SOURCE, ANY_TAG } from '#model/constants.js';
import type { SeededRandom } from '#transport/simulated/seeded-random.js';
import { bytesOf, elementTypeOf, type BufferLike, type TypedArray } from '#wire/element-type.js';

export interface TrafficMessage {
  readonly id: number;
  readonly from: number;
  readonly to: number;
  readonly tag: number;
  readonly data: unknown;
  /** True where the data tells which message it is. */
  readonly identified: boolean;
  /** Its place among those that went the same way. */
  readonly sequence: number;
}

/** Raw elements, as opposed to a value. */
export const isRaw = (data: unknown): data is TypedArray => elementTypeOf(data) !== 0;

const FILLER = 'the quick brown fox jumps over the lazy dog; ';

function randomLength(random: SeededRandom): number {
  if (random.chance(0.2)) return 0;
  return random.chance(0.75) ? random.between(1, 60) : random.between(60, 1200);
}

/** Every kind of data; what is long enough begins with the message's number, also where it is cut short. */
function randomData(random: SeededRandom, id: number): { data: unknown; identified: boolean } {
  const length = randomLength(random);
  switch (random.below(7)) {
    case 0:
      return { data: id, identified: true };
    case 1:
      return {
        data: { id, text: FILLER.repeat(length >> 3), list: [length, null, undefined, -0] },
        identified: true,
      };
    case 2:
      return {
        data: new Map<unknown, unknown>([
          ['id', id],
          [length, new Float32Array(length)],
        ]),
        identified: true,
      };
    case 3:
      return { data: new Float64Array(length).map((_, k) => id + k / 4096), identified: length > 0 };
    case 4:
      return { data: new Int32Array(length + 1).map((_, k) => id * (k + 1)), identified: true };
    case 5:
      return { data: Uint8Array.from({ length: length + 2 }, (_, k) => id >> (8 * k)), identified: true };
    default:
      return { data: Buffer.from(new Uint16Array(length + 1).fill(id).buffer), identified: true };
  }
}

/** Random messages among `size` ranks, by sender and in the order in which each sends them. */
export function randomTraffic(
  random: SeededRandom,
  size: number,
  count: number,
  tags: number,
): TrafficMessage[][] {
  const sequences = new Map<string, number>();
  const bySender: TrafficMessage[][] = Array.from({ length: size }, () => []);
  for (let id = 1; id <= count; id++) {
    const from = random.below(size);
    const to = random.below(size);
    const way = `${from} ${to}`;
    const sequence = sequences.get(way) ?? 0;
    sequences.set(way, sequence + 1);
    bySender[from]!.push({ id, from, to, tag: random.below(tags), sequence, ...randomData(random, id) });
  }
  return bySender;
}

/** True where a receive for (source, tag) takes the message. */
export function fits(source: number, tag: number, message: TrafficMessage): boolean {
  return (source === ANY_SOURCE || source === message.from) && (tag === ANY_TAG || tag === message.tag);
}

/** What one rank still has to receive on one communicator. */
export class Remaining {
  readonly #messages: Set<TrafficMessage>;
  readonly #withdrawn = new Set<TrafficMessage>();
  #tell: () => void = () => undefined;

  constructor(bySender: readonly (readonly TrafficMessage[])[], rank: number) {
    this.#messages = new Set(bySender.flat().filter(({ to }) => to === rank));
  }

  get size(): number {
    return this.#messages.size;
  }

  pick(random: SeededRandom): TrafficMessage {
    return random.pick([...this.#messages]);
  }

  anyFits(source: number, tag: number): boolean {
    return [...this.#messages].some((message) => fits(source, tag, message));
  }

  /** The sender has taken it back: it must never arrive. */
  withdraw(message: TrafficMessage): void {
    const twin = [...this.#messages].find((other) => this.#twins(message, other));
    const gone = this.#messages.has(message) ? message : twin;
    assert.ok(gone !== undefined, `message ${message.id} was withdrawn, and received`);
    this.#messages.delete(gone);
    this.#withdrawn.add(gone);
    this.#tell();
  }

  /** Resolves when another one is withdrawn. */
  nextWithdrawal(): Promise<void> {
    return new Promise((resolve) => {
      this.#tell = resolve;
    });
  }

  /** A value has come with this envelope: which message that was. */
  takeData(data: unknown, source: number, tag: number): TrafficMessage {
    return this.#take(source, tag, 'data', (message) => {
      if (elementTypeOf(data) !== elementTypeOf(message.data)) return false;
      return isRaw(data) ? sameBytes(data, message.data as BufferLike) : sameValue(data, message.data);
    });
  }

  /** So many bytes have come into a buffer; all of the message's unless it was too long for it. */
  takeBytes(buffer: TypedArray, bytes: number, whole: boolean, source: number, tag: number): TrafficMessage {
    const came = bytesOf(buffer).subarray(0, bytes);
    return this.#take(source, tag, `${bytes} bytes`, ({ data }) => {
      if (!isRaw(data)) return false;
      const sent = bytesOf(data);
      return (
        (whole ? sent.length === bytes : sent.length > bytes) && came.every((byte, k) => byte === sent[k])
      );
    });
  }

  /** The earliest that a probe for this envelope should see. */
  earliest(source: number, tag: number): TrafficMessage {
    const candidates = [...this.#messages].filter(
      (message) => message.from === source && message.tag === tag,
    );
    const [first] = candidates.sort((a, b) => a.sequence - b.sequence);
    assert.ok(first !== undefined, `nothing of rank ${source} with tag ${tag} was to come`);
    return first;
  }

  take(message: TrafficMessage): void {
    assert.ok(this.#messages.delete(message), `message ${message.id} came twice`);
  }

  /** Empty ones of one envelope: nobody can tell which of them has come. */
  #twins(a: TrafficMessage, b: TrafficMessage): boolean {
    return !a.identified && !b.identified && a.from === b.from && a.tag === b.tag;
  }

  #take(
    source: number,
    tag: number,
    what: string,
    isIt: (message: TrafficMessage) => boolean,
  ): TrafficMessage {
    const candidates = [...this.#messages].filter(
      (message) => message.from === source && message.tag === tag,
    );
    const found = candidates.sort((a, b) => a.sequence - b.sequence).find(isIt);
    const ghost = [...this.#withdrawn].find(
      (message) => fits(source, tag, message) && message.identified && isIt(message),
    );
    assert.ok(
      found !== undefined,
      ghost === undefined
        ? `no message of rank ${source} with tag ${tag} has the ${what} that came; still to come: ${candidates.map(({ id }) => id).join(' ')}`
        : `message ${ghost.id} came, although its sender had taken it back`,
    );
    this.#messages.delete(found);
    return found;
  }
}

function sameBytes(a: BufferLike, b: BufferLike): boolean {
  return Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

function sameValue(a: unknown, b: unknown): boolean {
  try {
    assert.deepStrictEqual(a, b);
    return true;
  } catch {
    return false;
  }
}

/** A receive that has got its message. */
export interface Received {
  readonly source: number;
  readonly tag: number;
  readonly message: TrafficMessage;
  /** A matched probe, which stands behind every receive that waits beside it. */
  readonly probe: boolean;
  readonly startedAt: number;
  readonly doneAt: number;
}

/**
 * Of two receives that would take either of two messages of one sender, the one that was posted first gets the one
 * that was sent first (MPI-4.1 §3.5).
 */
export function checkOrder(received: readonly Received[]): void {
  const inOrder = received.toSorted((a, b) => a.startedAt - b.startedAt);
  for (const [place, first] of inOrder.entries()) {
    for (const second of inOrder.slice(place + 1)) {
      const [early, late] = [second.message, first.message];
      if (early.from !== late.from || !early.identified || !late.identified) continue;
      if (first.probe && first.doneAt > second.startedAt) continue;
      assert.ok(
        early.sequence > late.sequence || !fits(first.source, first.tag, early),
        `message ${late.id} of rank ${late.from} overtook message ${early.id}`,
      );
    }
  }
}
