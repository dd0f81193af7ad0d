/** What is asked of the buffers of the collectives that move data, before anything is sent. */
import type { Payload } from '../engine/receive-payload.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { bufferType, bytesIn, checkLength, checkPresent } from '../p2p/buffer-type.ts';
import { type Endpoint, processes } from '../p2p/endpoint.ts';
import {
  elementBytes,
  elementTypeName,
  isTypedArray,
  typesAgree,
  type BufferLike,
} from '../wire/element-type.ts';
import type { CollectiveEndpoint } from './collective.ts';
import type { Blocks } from './blocks.ts';

/** Whether a buffer's blocks are read or written. */
export type Side = 'send' | 'receive';

/** A buffer of the program's that goes as one message; throws where it is none, or longer than a message can be. */
export function rawPayload(endpoint: CollectiveEndpoint, verb: string, buffer: BufferLike | null): Payload {
  const payload = rawWhole(endpoint, verb, buffer);
  checkLength(endpoint, verb, payload.bytes.length);
  return payload;
}

/** A buffer that goes in blocks; throws where it is none. */
export function rawWhole(endpoint: CollectiveEndpoint, verb: string, buffer: BufferLike | null): Payload {
  const elementType = bufferType(endpoint, buffer, verb);
  const given = buffer as BufferLike;
  // The length of the others cannot even be asked where their memory is gone.
  if (!isTypedArray(given)) return { elementType, bytes: bytesIn(endpoint, given, elementType, verb) };
  if (given.length === 0) checkPresent(endpoint, given, elementType, verb);
  return endpoint.recent.payloadOf(elementType, given);
}

/** Bytes of each rank's part in a buffer that the endpoint's ranks share evenly; throws where they cannot. */
export function evenShare(endpoint: Endpoint, verb: string, side: Side, whole: Payload): number {
  const size = endpoint.peers.length;
  const elements = whole.bytes.length / elementBytes(whole.elementType);
  if (elements % size === 0) {
    checkLength(endpoint, verb, whole.bytes.length / size);
    return whole.bytes.length / size;
  }
  throw new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot ${verb} on ${endpoint.context.label()} with a ${side} buffer of ${String(elements)} elements: as many for each of ${processes(size)} are wanted`,
  );
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
export function checkOwnBlock(endpoint: Endpoint, verb: string, blocks: Blocks, own: number): void {
  const wanted = blocks.lengthOf(endpoint.rank);
  if (own === wanted) return;
  throw new MPIError(
    'MPI_ERR_COUNT',
    `Cannot ${verb} on ${endpoint.context.label()}: the own block of this process (rank ${String(endpoint.rank)}) has ${String(wanted)} bytes by the counts, ` +
      `and its other buffer ${String(own)}; they must be equally long`,
  );
}

/**
 * Throws where one buffer of a process lies in the other: what is sent would be written over before it has gone. It may
 * lie `at` this place of the whole, where it is put anyway; -1 for none.
 */
export function checkApart(
  endpoint: CollectiveEndpoint,
  verb: string,
  part: Uint8Array,
  whole: Uint8Array,
  at: number,
): void {
  const { recent } = endpoint;
  if (recent.areFitting(part, whole, at)) return;
  const distance = part.byteOffset - whole.byteOffset;
  const share = part.length > 0 && whole.length > 0 && part.buffer === whole.buffer;
  if (!share || distance >= whole.length || distance <= -part.length || (at >= 0 && distance === at)) {
    recent.noteFitting(part, whole, at);
    return;
  }
  throw new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot ${verb} on ${endpoint.context.label()}: the send and the receive buffer share memory, so that what is sent would be written over; give each its own`,
  );
}
