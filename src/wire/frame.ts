/**
 * What travels between two processes: frames. A transport moves them in order and unharmed from one process to
 * another; what they mean is the engine's business.
 *
 *     EAGER          a whole message: envelope and data
 *     EAGER_FIRST    a message's envelope and its first part; the rest follows in EAGER_MORE, in order
 *     EAGER_MORE     the next part of this writer's unfinished message
 *     REQUEST        a message's envelope alone: rendezvous, "may I send?"
 *     CLEAR          the answer: a receive has matched request `id`; send the data to `value`
 *     DATA           a part of the data for receive `id`
 *     CREDIT         `value` bytes of eager messages have left the unexpected queue
 *     WITHDRAW       the sender gives request `id` up
 *     WITHDRAWN      the answer to a CLEAR for such a request: receive `id` has not matched after all
 *     FETCHED        the answer to a request whose data was lent: it has been copied from where it lies
 */

export const FrameKind = {
  EAGER: 1,
  EAGER_FIRST: 2,
  EAGER_MORE: 3,
  REQUEST: 4,
  CLEAR: 5,
  DATA: 6,
  CREDIT: 7,
  WITHDRAW: 8,
  WITHDRAWN: 9,
  FETCHED: 10,
} as const;
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** The kinds that carry an envelope. */
export type MessageKind = typeof FrameKind.EAGER | typeof FrameKind.EAGER_FIRST | typeof FrameKind.REQUEST;
/** The kinds that carry a part of a message and nothing else. */
export type PartKind = typeof FrameKind.EAGER_MORE | typeof FrameKind.DATA;
/** The kinds that carry two numbers. */
export type ControlKind =
  | typeof FrameKind.CLEAR
  | typeof FrameKind.CREDIT
  | typeof FrameKind.WITHDRAW
  | typeof FrameKind.WITHDRAWN
  | typeof FrameKind.FETCHED;

/** The longest message: what one ArrayBuffer holds everywhere. */
export const MESSAGE_BYTES_MAX: number = 2 ** 31;

const NOTHING = new Uint8Array(0);

/** The data of a message that its sender lends: the receiver may copy it from where it lies. */
export interface LentData {
  /** From now on its sender cannot take it back; false where it has, or where its memory cannot be reached. */
  take(): boolean;
  /** Copies `size` bytes from `offset` on to the same place of `target`; false where that did not succeed. */
  copy(target: Uint8Array, offset: number, size: number): boolean;
  /** The sender has to send what lies from `offset` on. */
  leave(offset: number): void;
}

/** A frame as it arrives. One object is used again and again: nobody may keep it, nor its data. */
export class Frame {
  kind: number = 0;
  /** What the data is (wire/element-type). */
  elementType: number = 0;
  /** The sender's rank in its group of the communicator. */
  source: number = 0;
  contextHigh: number = 0;
  contextLow: number = 0;
  tag: number = 0;
  /** Bytes of the whole message. */
  length: number = 0;
  id: number = 0;
  /** In a REQUEST: the data itself, where it is lent. */
  lent: LentData | null = null;
  value: number = 0;
  /** The data of this frame: `size` bytes of `data` from `start`. */
  data: Uint8Array = NOTHING;
  start: number = 0;
  size: number = 0;
}
