/**
 * What is sent in one round of random traffic, by whom, to whom and how, and with what every receiver asks for it:
 * the same at every rank, since all of it follows from the seed.
 *
 * In each round the receives are of one family, so that however messages and wildcards find each other every receive
 * gets a message in the end:
 *
 *     exact     (source, tag)                 as many as there are such messages
 *     tag       (ANY_SOURCE, tag)             as many as there are messages of that tag
 *     source    (source, ANY_TAG)             …
 *     any       (ANY_SOURCE, ANY_TAG)         …
 *     layered   exact ones, then those by source, then any: all posted before the first message is sent
 */
import { Random } from './random.ts';

export const MODES = ['send', 'ssend', 'rsend', 'bsend'] as const;
export const FAMILIES = ['exact', 'tag', 'source', 'any', 'layered'] as const;
export type Family = (typeof FAMILIES)[number];

/** A random table that all contents are cut from. */
const TABLE_BYTES = 2 ** 19;
const LENGTH_MAX = 2 ** 18;
const TAGS = 5;

export interface PlannedMessage {
  readonly from: number;
  readonly to: number;
  readonly tag: number;
  readonly mode: (typeof MODES)[number];
  readonly kind: 'bytes' | 'doubles' | 'value';
  /** Bytes; of a value, those of its text. */
  readonly length: number;
  /** Where its content begins in the table. */
  readonly offset: number;
  /** What chance decides at its receiver. */
  readonly receiverBits: number;
}

export interface Round {
  readonly family: Family;
  readonly messages: readonly PlannedMessage[];
}

export class TrafficPlan {
  readonly #random: Random;
  readonly #ranks: number;
  readonly table: Uint8Array;

  constructor(seed: number, ranks: number) {
    this.#random = new Random(seed);
    this.#ranks = ranks;
    this.table = Uint8Array.from({ length: TABLE_BYTES }, () => this.#random.bits());
  }

  nextRound(messages: number): Round {
    const family = this.#random.of(FAMILIES);
    return { family, messages: Array.from({ length: messages }, () => this.#message()) };
  }

  /** What a message holds. */
  contentOf({ kind, offset, length }: PlannedMessage): unknown {
    const bytes = this.table.subarray(offset, offset + length);
    if (kind === 'bytes') return bytes;
    if (kind === 'doubles') return new Float64Array(bytes.slice(0, length & ~7).buffer);
    return {
      offset,
      text: Buffer.from(bytes.buffer, offset, length).toString('latin1'),
      list: [offset, length],
    };
  }

  #message(): PlannedMessage {
    const random = this.#random;
    const from = random.below(this.#ranks);
    const kind = random.of(['bytes', 'bytes', 'doubles', 'value'] as const);
    return {
      from,
      // Seldom to oneself.
      to: random.chance(0.02) ? from : (from + 1 + random.below(this.#ranks - 1)) % this.#ranks,
      tag: random.below(TAGS),
      mode: random.of(MODES),
      kind,
      length: this.#length(),
      offset: random.below(TABLE_BYTES - LENGTH_MAX),
      receiverBits: random.bits(),
    };
  }

  /** Mostly short; now and then as long as it may be. */
  #length(): number {
    const random = this.#random;
    const draw = random.below(100);
    if (draw < 5) return 0;
    if (draw < 65) return random.below(65);
    if (draw < 88) return random.below(4097);
    if (draw < 97) return random.below(2 ** 16 + 100);
    return draw < 99 ? random.below(LENGTH_MAX + 1) : LENGTH_MAX;
  }
}
