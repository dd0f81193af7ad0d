/** What is asked of every buffer that a program passes, before anything is sent or matched: that it is one, and has its memory. */
import { MPIError } from '../errors/mpi-error.ts';
import {
  bytesOf,
  elementTypeName,
  elementTypeOf,
  isGone,
  type BufferLike,
  UINT8,
  VALUE,
} from '../wire/element-type.ts';
import { MESSAGE_BYTES_MAX } from '../wire/frame.ts';
import type { Endpoint } from './endpoint.ts';

/** The element type of a buffer; throws where it is none. */
export function bufferType(endpoint: Endpoint, buffer: unknown, verb: string): number {
  const elementType = elementTypeOf(buffer);
  if (elementType === VALUE) throw noBuffer(endpoint, buffer, verb);
  return elementType;
}

/** The bytes of a buffer of this type; throws where its memory is gone. For one that has any it costs one comparison. */
export function bytesIn(
  endpoint: Endpoint,
  buffer: BufferLike,
  elementType: number,
  verb: string,
): Uint8Array {
  const bytes = elementType === UINT8 ? (buffer as Uint8Array) : viewOf(endpoint, buffer, elementType, verb);
  if (bytes.length === 0) checkPresent(endpoint, buffer, elementType, verb);
  return bytes;
}

function viewOf(endpoint: Endpoint, buffer: BufferLike, elementType: number, verb: string): Uint8Array {
  try {
    return bytesOf(buffer);
  } catch {
    throw memoryGone(endpoint, elementType, verb);
  }
}

/** Throws where the memory of a buffer that looks empty is gone. */
export function checkPresent(
  endpoint: Endpoint,
  buffer: BufferLike,
  elementType: number,
  verb: string,
): void {
  if (isGone(buffer, elementType)) throw memoryGone(endpoint, elementType, verb);
}

function noBuffer({ context }: Endpoint, buffer: unknown, verb: string): MPIError {
  return new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot ${verb} on ${context.label()}: the buffer is ${describe(buffer)}; a typed array, ArrayBuffer or DataView is wanted`,
  );
}

function memoryGone({ context }: Endpoint, elementType: number, verb: string): MPIError {
  return new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot ${verb} on ${context.label()}: the memory of the ${elementTypeName(elementType)} was transferred elsewhere, or made shorter than it reaches; a buffer that has its memory is wanted`,
  );
}

/** Throws where one message cannot have so many bytes. */
export function checkLength({ context }: Endpoint, verb: string, bytes: number): void {
  if (bytes <= MESSAGE_BYTES_MAX) return;
  throw new MPIError(
    'MPI_ERR_COUNT',
    `Cannot ${verb} ${String(bytes)} bytes on ${context.label()}: a message has ${String(MESSAGE_BYTES_MAX)} at most; do it in parts`,
  );
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  return `an object of class ${(value as { constructor?: { name?: string } }).constructor?.name ?? 'none'}`;
}
