/**
 * The exchanges in common memory: everybody has a part for each of the others, or the same for all of them, and takes what each of them has for
 * it. Which parts these are is the verb's affair.
 *
 *     by slots     stage s        each puts a part of what it has into its slot, and takes from all others' slots what is for it
 *                  stage s + 1    the next part, while others still read the one before
 *
 *     by reading   stage s        each says where its data lies; who finds the same call at all reads from the others' memory
 *                  stage s + 1    each has read: the data may be changed when all have come here
 *
 * Short data takes one stage by slots. Reading copies once where slots copy twice, and its stages are two, however long the data is; but a
 * call of the system costs as much as some 20 KiB, and where ranks share cores each stage is a change of process. On two cores (AMD EPYC), in µs:
 *
 *     bytes of a part           64 KiB   128 KiB   256 KiB   512 KiB   1 MiB   4 MiB
 *     alltoall, 2     slots        7.2        14        27        56     140     646
 *                     read          12        17        29        54     109     536
 *     alltoall, 4     slots         92       158       351       608    1297    6081
 *                     read         122       167       219       321     603    3656
 *     allgather, 2    slots        6.9         –        24        55     122     566
 *                     read          12         –        31        56     117     663
 *     allgather, 4    slots         62         –       134       275     563    2649
 *                     read         135         –       215       367     609    3501
 *
 * So the parts of an alltoall are read from 256 KiB on (limits.ts). What an allgather gives is written into a slot once for all others, and reading it gains nothing.
 */
import type { Steps } from '../../engine/task.ts';
import { MPIError } from '../../errors/mpi-error.ts';
import { copyBytes } from '../../wire/copy-bytes.ts';
import type { Blocks } from '../blocks.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import { checkCalls, type CommonVerb } from './call.ts';
import { LINE_BYTES, slotBytes } from './common-layout.ts';
import type { Call, CommonMemory } from './common-memory.ts';

/** What one member gives and takes. */
export interface Exchange {
  readonly verb: CommonVerb;
  /** The kind of the call. */
  readonly what: number;
  /** What it gives: the parts for all members, one behind the other, or one part for all of them. */
  readonly given: Uint8Array;
  /** How many parts that are, and the bytes of each. */
  readonly parts: number;
  readonly length: number;
  /** The part for a member. */
  readonly partFor: (member: number) => Uint8Array;
  /** Where it puts what it takes; the own block is filled already, or is by {@link exchangeBlocked}. */
  readonly recv: Blocks;
}

export function* exchange(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  data: Exchange,
  tag: number,
): Steps<void> {
  const call = { tag, what: data.what, bytes: data.length };
  if (!isLong(endpoint, data) || !memory.lent.isPossible) yield* bySlots(endpoint, memory, data, call);
  // The calls are the same, that has been seen.
  else if (!(yield* byReading(endpoint, memory, data, call))) yield* bySlots(endpoint, memory, data, null);
}

const isLong = ({ engine }: CollectiveEndpoint, { length, parts }: Exchange): boolean =>
  parts > 1 && length >= engine.limits.readBytesMin;

/** The same of short parts with the thread blocked, of {@link bytesAtOnce} at most; the own block is filled as well. */
export function exchangeBlocked(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  data: Exchange,
  tag: number,
): void {
  const { verb, what, parts, length, partFor, recv } = data;
  const { rank, size } = memory;
  const call = { tag, what, bytes: length };
  memory.blockForRoom(length * parts, verb);
  const own = memory.placeOf(rank, memory.next, length * parts);
  if (parts === 1) copyBytes(partFor(rank), 0, length, memory.bytes, own);
  else
    for (let dest = 0; dest < size; dest++)
      if (dest !== rank) copyBytes(partFor(dest), 0, length, memory.bytes, own + dest * length);
  const stage = memory.publish(call);
  copyBytes(partFor(rank), 0, length, recv.of(rank).bytes, 0);
  memory.blockUntilAll(stage, verb);
  checkCalls(endpoint, memory, stage, call);
  const at = parts === 1 ? 0 : rank * length;
  for (let source = 0; source < size; source++)
    if (source !== rank)
      memory.copyTo(recv.of(source).bytes, memory.placeOf(source, stage, length * parts) + at);
}

/** The most of each of so many parts that one stage by slots takes, among `size` members. */
export const bytesAtOnce = (parts: number, size: number): number =>
  Math.floor(slotBytes(size) / parts / LINE_BYTES) * LINE_BYTES;

/** `call` is null where it has been told before. */
function* bySlots(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  data: Exchange,
  call: Call | null,
): Steps<void> {
  const { rank, size } = memory;
  const { length, parts } = data;
  const most = bytesAtOnce(parts, size);
  let at = 0;
  do {
    const bytes = Math.min(most, length - at);
    yield* memory.room(bytes * parts);
    put(memory, data, at, bytes);
    const begins = at === 0 ? call : null;
    const stage = memory.publish(begins);
    if (begins !== null) {
      yield* memory.untilAll(stage);
      checkCalls(endpoint, memory, stage, begins);
    }
    for (let step = 1; step < size; step++) {
      const source = rank + step < size ? rank + step : rank + step - size;
      if (!memory.hasReached(source, stage)) yield* memory.until(source, stage);
      take(memory, data, source, stage, at, bytes);
    }
    at += most;
  } while (at < length);
}

/** Puts `bytes` of each part, from `at` on, one behind the other into the next stage's place. */
function put(memory: CommonMemory, { given, parts, length }: Exchange, at: number, bytes: number): void {
  const { rank, size } = memory;
  if (parts === 1) {
    memory.put(given, at, bytes);
    return;
  }
  const own = memory.placeOf(rank, memory.next, bytes * size);
  for (let step = 1; step < size; step++) {
    const dest = rank + step < size ? rank + step : rank + step - size;
    copyBytes(given, dest * length + at, bytes, memory.bytes, own + dest * bytes);
  }
}

function take(
  memory: CommonMemory,
  { parts, recv }: Exchange,
  source: number,
  stage: number,
  at: number,
  bytes: number,
): void {
  const first = memory.placeOf(source, stage, bytes * parts);
  const from = parts === 1 ? first : first + memory.rank * bytes;
  copyBytes(memory.bytes, from, bytes, recv.bytes, recv.startOf(source) + at);
}

/** For parts of their own for each; false where the members do not read each other's memory: then nothing has been copied. */
function* byReading(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  data: Exchange,
  call: Call,
): Steps<boolean> {
  const { rank, size, lent } = memory;
  const { given, length, recv } = data;
  yield* memory.room(0);
  lent.lend(given);
  try {
    const stage = memory.publish(call);
    yield* memory.untilAll(stage);
    checkCalls(endpoint, memory, stage, call);
    if (!(yield* lent.settle(stage))) return false;
    const start = rank * length;
    let unread = rank;
    // Each begins with another one.
    for (let step = 1; step < size && unread === rank; step++) {
      const source = rank + step < size ? rank + step : rank + step - size;
      if (!lent.read(source, stage, start, recv.bytes, recv.startOf(source), length)) unread = source;
    }
    yield* memory.untilAll(memory.publish(null));
    if (unread !== rank) yield* cannotRead(endpoint, memory, data, unread);
    return true;
  } finally {
    lent.takeBack();
  }
}

/** Tells why a member's data could not be read, which all could read before. */
function* cannotRead(
  endpoint: CollectiveEndpoint,
  memory: CommonMemory,
  { verb }: Exchange,
  member: number,
): Steps<never> {
  // Its end has not been told yet: it will be, to whoever waits for it.
  if (memory.lent.isGone(member)) yield* memory.until(member, memory.next);
  throw new MPIError(
    'MPI_ERR_OTHER',
    `Cannot ${verb} on ${endpoint.context.label()}: the data of rank ${String(member)} cannot be read any more where it lies; ` +
      'a buffer must stay as it is until the collective has ended at its process (PARLEY_SINGLE_COPY=0 copies without reading there)',
  );
}
