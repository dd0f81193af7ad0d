/**
 * A ring: one writer, one reader, one file of shared memory, frames in order.
 *
 *     line 0      magic | version | slots | payload bytes | the writer's job (4 words) | the writer's rank | left | check
 *     line 1      read slots | read payload bytes          written by the reader, now and then
 *     line 2      attention                                written by the reader, seldom
 *     line 3      room wanted                              set by the writer, seldom; cleared by the reader
 *     line 4, 5   the writer's and the reader's memory     (peer-memory.ts)
 *     line 6…21   loans                                    (loan-line.ts)
 *     slots       lines of 64 B; a frame begins one: turn | header | up to 40 B of data
 *     payload     longer data, in order, each part contiguous
 *
 * The check is of the writer's identity, which nothing else may confirm by the time that the reader looks: its job may be over. `left`
 * says that it went in good order.
 *
 * A slot's first word says in which turn of the ring it was written, so a small frame crosses from core to core in
 * the one cache line that the reader is looking at anyway; a counter beside it would be a second. Payload runs
 * through the whole area rather than starting over where it is empty: lines that the writer has long evicted come
 * from the shared cache, which measured two to three times the bandwidth of lines still in the other core's own.
 *
 * A message of up to {@link SLOTTED_BYTES} goes on in the slots after its first, where they are contiguous: what follows a line crosses
 * with it, while a line somewhere else is a second way. Then the first word of a slot may be data of an earlier turn, and look
 * like the turn that is waited for there: so before a frame is published, the slot after it is looked at, which is always free, and changed
 * where it looks like that.
 *
 *     word   0     1                             2       3      4     5        6…15
 *     EAGER  turn  kind|type|source rank         context (two)  tag   length   data, or its size where it is long
 *     …      turn  kind                          id      value        size
 *
 * A request has its id in the place of data, and after it the number of its loan, 0 for none.
 */
import type { MappedFile } from '../../system/mapped-file.ts';

/** Payload bytes of a ring: powers of two between these. */
export const RING_BYTES_MIN: number = 2 ** 15;
export const RING_BYTES_MAX: number = 2 ** 21;

const MAGIC = 0x7269_6e67;
const VERSION = 3;
const WRITER = 4;
const LEFT = 9;
const CHECK = 10;
const LINE = 64;
export const LINE_WORDS: number = LINE / 4;
/** Messages to one peer that are lent at a time. */
export const LOANS_MAX = 16;
export const HEADER_BYTES: number = (6 + LOANS_MAX) * LINE;
export const READ_SLOTS: number = LINE / 4;
export const READ_BYTES: number = LINE_WORDS + 1;
export const ATTENTION: number = 2 * LINE_WORDS;
export const ROOM_WANTED: number = 3 * LINE_WORDS;
export const WRITER_MEMORY: number = 4 * LINE_WORDS;
export const READER_MEMORY: number = 5 * LINE_WORDS;
/** The word at which loan `number` begins, from 1 on. */
export const loanAt = (number: number): number => (5 + number) * LINE_WORDS;
export const INLINE_WORD = 6;
/** Data that fits into the slot itself. */
export const INLINE_BYTES: number = LINE - INLINE_WORD * 4;
/** Data of one message that fits into slots. */
export const SLOTTED_BYTES: number = INLINE_BYTES + 31 * LINE;
/**
 * On x64 an ordinary load is as ordered as an atomic one, and ten times as fast. Elsewhere an atomic load has to
 * follow the ordinary one that has found something, before anything else is read.
 */
export const LOADS_ARE_ORDERED: boolean = process.arch === 'x64';

const slotsFor = (ringBytes: number): number => Math.min(1024, Math.max(128, ringBytes / 512));

/** Bytes of the file of a ring with this much payload. */
export function ringFileBytes(ringBytes: number): number {
  return HEADER_BYTES + slotsFor(ringBytes) * LINE + ringBytes;
}

/** Who writes a ring. */
export interface RingWriterIdentity {
  readonly job: string;
  readonly rank: number;
}

/** Writes the header of a new ring into its file. */
export function formatRing(file: MappedFile, ringBytes: number, writer: RingWriterIdentity): void {
  const words = new Int32Array(file.memory);
  words[1] = VERSION;
  words[2] = slotsFor(ringBytes);
  words[3] = ringBytes;
  for (let word = 0; word < 4; word++)
    words[WRITER + word] = Number.parseInt(writer.job.slice(word * 8, word * 8 + 8), 16) | 0;
  words[WRITER + 4] = writer.rank;
  words[CHECK] = checkOf(words);
  words[ATTENTION] = 1;
  Atomics.store(words, 0, MAGIC);
}

/** Who writes this ring; throws where the file is not one. */
export function readRingHeader(file: MappedFile): RingWriterIdentity & { readonly ringBytes: number } {
  const words = new Int32Array(file.memory, 0, file.memory.byteLength >> 2);
  const ringBytes = words[3] ?? 0;
  const powerOfTwo = ringBytes >= RING_BYTES_MIN && (ringBytes & (ringBytes - 1)) === 0;
  if (
    words[0] !== MAGIC ||
    words[1] !== VERSION ||
    !powerOfTwo ||
    words[2] !== slotsFor(ringBytes) ||
    words[CHECK] !== checkOf(words) ||
    file.memory.byteLength !== ringFileBytes(ringBytes)
  ) {
    throw new Error(`${file.path} is no ring of this version`);
  }
  let job = '';
  for (let word = 0; word < 4; word++)
    job += ((words[WRITER + word] ?? 0) >>> 0).toString(16).padStart(8, '0');
  return { job, rank: words[WRITER + 4] ?? 0, ringBytes };
}

/** A hash of the writer's identity (FNV-1a, by words). */
function checkOf(words: Int32Array): number {
  let hash = 0x811c_9dc5;
  for (let word = WRITER; word < WRITER + 5; word++) hash = Math.imul(hash ^ (words[word] ?? 0), 0x0100_0193);
  return hash | 0;
}

/** The writer leaves in good order: everything that it will ever say stands in the ring. */
export function markLeft(file: MappedFile): void {
  Atomics.store(new Int32Array(file.memory, 0, LINE_WORDS), LEFT, 1);
}

/** Whether the writer has said so: for readers that can learn nothing else of it any more. */
export const hasLeft = (file: MappedFile): boolean =>
  Atomics.load(new Int32Array(file.memory, 0, LINE_WORDS), LEFT) === 1;

/** Where the counters of a ring begin: slots, and payload bytes in whole lines. */
export interface RingStart {
  readonly slots: number;
  readonly bytes: number;
}

const NEW_RING: RingStart = { slots: 0, bytes: 0 };

/** The layout that writer and reader share. */
export abstract class RingEnd {
  protected readonly words: Int32Array;
  protected readonly bytes: Uint8Array;
  /** The number of slots less one. */
  protected readonly slotMask: number;
  protected readonly payloadBytes: number;
  protected readonly payloadStart: number;
  /** Slots and payload bytes passed so far; they wrap around at 2³², as everything counted from them does. */
  protected slot: number;
  protected byte: number;

  /** A new ring starts with both counters at 0; on another start both ends, and line 1, have to agree. */
  constructor(file: MappedFile, ringBytes: number, start: RingStart = NEW_RING) {
    this.slot = start.slots;
    this.byte = start.bytes;
    this.words = new Int32Array(file.memory);
    this.bytes = new Uint8Array(file.memory);
    this.slotMask = slotsFor(ringBytes) - 1;
    this.payloadBytes = ringBytes;
    this.payloadStart = HEADER_BYTES + slotsFor(ringBytes) * LINE;
  }

  /** The slots that a message takes whose data goes there; 0 where it has to go to the payload area. */
  protected slotsFor(size: number): number {
    if (size <= INLINE_BYTES) return 1;
    if (size > SLOTTED_BYTES) return 0;
    const count = 1 + ((size - INLINE_BYTES + LINE - 1) >> 6);
    return (this.slot & this.slotMask) + count <= this.slotMask + 1 ? count : 0;
  }

  /** Payload bytes passed over so that `size` bytes from here on are contiguous. */
  protected skipFor(size: number): number {
    const position = this.byte & (this.payloadBytes - 1);
    return position + size > this.payloadBytes ? this.payloadBytes - position : 0;
  }
}

/** Whole lines, so that two parts never share one. */
export const lines = (size: number): number => (size + LINE - 1) & -LINE;
