/**
 * The parts of a buffer that several ranks have in it: one block for each rank, in bytes from the buffer's start.
 *
 *     equal       │ 0   │ 1   │ 2   │
 *     counted     │ 0 │ 1       │2│            counts alone: packed
 *     displaced   │ 2   │   │ 0 │    │ 1 │     counts and displacements: in any order, with holes
 *
 * Blocks to be sent may overlap, blocks to be filled may not (MPI-4.1 §6.5).
 */
import type { Payload } from '../engine/receive-payload.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { type Endpoint, processes } from '../p2p/endpoint.ts';
import { bufferType } from '../p2p/receive.ts';
import { bytesOf, elementBytes, elementTypeName, typesAgree, type BufferLike } from '../wire/element-type.ts';

export class Blocks {
  readonly elementType: number;
  /** The whole buffer. */
  readonly bytes: Uint8Array;
  /** Where each rank's block begins. */
  readonly starts: readonly number[];
  readonly lengths: readonly number[];

  constructor(whole: Payload, starts: readonly number[], lengths: readonly number[]) {
    this.elementType = whole.elementType;
    this.bytes = whole.bytes;
    this.starts = starts;
    this.lengths = lengths;
  }

  /** The block of a rank: a view. */
  of(rank: number): Payload {
    const start = this.starts[rank]!;
    return {
      elementType: this.elementType,
      bytes: this.bytes.subarray(start, start + this.lengths[rank]!),
    };
  }

  /** Fills the block of a rank with as many bytes. */
  fill(rank: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, this.starts[rank]);
  }
}

/** A buffer of the program's as raw data; throws where it is none. */
export function rawPayload(endpoint: Endpoint, verb: string, buffer: BufferLike | null): Payload {
  const elementType = bufferType(endpoint, buffer, verb);
  return { elementType, bytes: bytesOf(buffer as BufferLike) };
}

/** As many blocks of `length` bytes as there are parts, one behind the other. */
export function equalBlocks(whole: Payload, parts: number, length: number): Blocks {
  const starts = Array.from({ length: parts }, (_, rank) => rank * length);
  return new Blocks(whole, starts, new Array<number>(parts).fill(length));
}

/** Bytes of each rank's part in a buffer that the endpoint's ranks share evenly; throws where they cannot. */
export function evenShare(endpoint: Endpoint, verb: string, side: Side, whole: Payload): number {
  const size = endpoint.peers.length;
  const elements = whole.bytes.length / elementBytes(whole.elementType);
  if (elements % size === 0) return whole.bytes.length / size;
  throw new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot ${verb} on ${endpoint.context.label()} with a ${side} buffer of ${String(elements)} elements: as many for each of ${processes(size)} are wanted`,
  );
}

/** Whether a buffer's blocks are read or written. */
export type Side = 'send' | 'receive';

/**
 * The blocks of a buffer by counts and displacements in elements, one for each of the endpoint's ranks. Throws where
 * they are no such numbers, reach beyond the buffer, or overlap where they are to be filled.
 */
export function countedBlocks(
  endpoint: Endpoint,
  verb: string,
  side: Side,
  whole: Payload,
  counts: readonly number[] | null,
  displs: readonly number[] | null | undefined,
): Blocks {
  const unit = elementBytes(whole.elementType);
  checkNumbers(endpoint, verb, side, 'count', counts);
  const lengths = counts.map((count) => count * unit);
  let starts: number[];
  if (displs === null || displs === undefined) {
    let end = 0;
    starts = lengths.map((length) => (end += length) - length);
  } else {
    checkNumbers(endpoint, verb, side, 'displacement', displs);
    starts = displs.map((displacement) => displacement * unit);
  }
  const blocks = new Blocks(whole, starts, lengths);
  checkBounds(endpoint, verb, side, blocks);
  if (side === 'receive' && displs !== null && displs !== undefined) checkOverlaps(endpoint, verb, blocks);
  return blocks;
}

function checkNumbers(
  endpoint: Endpoint,
  verb: string,
  side: Side,
  what: 'count' | 'displacement',
  numbers: readonly number[] | null,
): asserts numbers is readonly number[] {
  const errorClass = what === 'count' ? 'MPI_ERR_COUNT' : 'MPI_ERR_ARG';
  const size = endpoint.peers.length;
  const given: unknown = numbers;
  if (!Array.isArray(given) || given.length !== size) {
    const has = Array.isArray(given) ? String(given.length) : `${String(given)} for`;
    throw new MPIError(
      errorClass,
      `Cannot ${verb} with ${has} ${side} ${what}s on ${endpoint.context.label()}: an array of one for each of ${processes(size)} is wanted`,
    );
  }
  for (const [rank, number] of given.entries()) {
    if (Number.isSafeInteger(number) && number >= 0) continue;
    throw new MPIError(
      errorClass,
      `Cannot ${verb} with ${side} ${what} ${String(number)} for rank ${String(rank)} on ${endpoint.context.label()}: a whole number of elements from 0 on is wanted`,
    );
  }
}

function checkBounds(endpoint: Endpoint, verb: string, side: Side, blocks: Blocks): void {
  const { lengths, starts, bytes, elementType } = blocks;
  const rank = lengths.findIndex((length, of) => length > 0 && starts[of]! + length > bytes.length);
  if (rank < 0) return;
  const room = Math.floor(bytes.length / elementBytes(elementType));
  throw new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot ${verb} on ${endpoint.context.label()}: the ${side} block of rank ${String(rank)} is ${elementsOf(blocks, rank)} and the buffer ends with element ${String(room - 1)}; ` +
      'give a longer buffer, or other counts or displacements',
  );
}

function checkOverlaps(endpoint: Endpoint, verb: string, blocks: Blocks): void {
  const { lengths, starts } = blocks;
  const ranks = [...lengths.keys()].filter((rank) => lengths[rank]! > 0);
  ranks.sort((a, b) => starts[a]! - starts[b]!);
  for (let k = 1; k < ranks.length; k++) {
    const [before, after] = [ranks[k - 1]!, ranks[k]!];
    if (starts[before]! + lengths[before]! <= starts[after]!) continue;
    throw new MPIError(
      'MPI_ERR_ARG',
      `Cannot ${verb} on ${endpoint.context.label()}: the receive blocks of rank ${String(before)} (${elementsOf(blocks, before)}) and ` +
        `rank ${String(after)} (${elementsOf(blocks, after)}) overlap; each element may be filled once`,
    );
  }
}

/** `elements 3..5`. */
function elementsOf({ lengths, starts, elementType }: Blocks, rank: number): string {
  const unit = elementBytes(elementType);
  const first = starts[rank]! / unit;
  return `elements ${String(first)}..${String(first + lengths[rank]! / unit - 1)}`;
}

interface OfType {
  readonly elementType: number;
}

/** Throws unless elements may go from the send buffer into the receive buffer of the same process. */
export function checkKinds(endpoint: Endpoint, verb: string, send: OfType, recv: OfType): void {
  if (typesAgree(send.elementType, recv.elementType)) return;
  throw new MPIError(
    'MPI_ERR_TYPE',
    `Cannot ${verb} elements of a ${elementTypeName(send.elementType)} into a ${elementTypeName(recv.elementType)} on ${endpoint.context.label()}: ` +
      'the send and the receive buffer must be of the same kind',
  );
}

/** Throws unless this process' own block is as long as what it gives, or takes. */
export function checkOwnBlock(endpoint: Endpoint, verb: string, blocks: Blocks, own: Uint8Array): void {
  const wanted = blocks.lengths[endpoint.rank]!;
  if (own.length === wanted) return;
  throw new MPIError(
    'MPI_ERR_COUNT',
    `Cannot ${verb} on ${endpoint.context.label()}: the own block of this process (rank ${String(endpoint.rank)}) has ${String(wanted)} bytes by the counts, ` +
      `and its other buffer ${String(own.length)}; they must be equally long`,
  );
}

/**
 * Throws where what is sent lies in the memory that is filled, and would change before it has gone; `but` is a place
 * where it may lie.
 */
export function checkApart(
  endpoint: Endpoint,
  verb: string,
  send: Uint8Array,
  recv: Uint8Array,
  but: Uint8Array | null,
): void {
  if (send.buffer !== recv.buffer || send.length === 0 || recv.length === 0) return;
  const apart =
    send.byteOffset + send.length <= recv.byteOffset || recv.byteOffset + recv.length <= send.byteOffset;
  if (apart || (but !== null && but.byteOffset === send.byteOffset && but.length === send.length)) return;
  throw new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot ${verb} on ${endpoint.context.label()}: the send buffer lies in the memory of the receive buffer, and would be written over; give it memory of its own`,
  );
}
