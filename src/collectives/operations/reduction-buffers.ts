/**
 * The buffers of a reduction: typed arrays, or what counts as bytes. Send and receive buffer are as long and of the same
 * kind, and lie apart, or are the same memory: then the reduction is in place (MPI_IN_PLACE).
 */
import { MPIError } from '../../errors/mpi-error.ts';
import {
  BUFFER,
  elementBytes,
  elementTypeName,
  elementTypeOf,
  isTypedArray,
  type BufferLike,
  type TypedArray,
} from '../../wire/element-type.ts';
import type { CollectiveEndpoint } from '../collective.ts';
import type { Endpoint } from '../../p2p/endpoint.ts';
import { bufferType, bytesIn, checkLength, checkPresent } from '../../p2p/buffer-type.ts';
import type { ElementReduction } from './element-reduction.ts';
import type { Operator } from './op.ts';

/**
 * The elements of a buffer that a reduction works on: bytes where it has none of its own. Throws where there are more than a
 * message can have.
 */
export function elementsOf(endpoint: Endpoint, verb: string, buffer: BufferLike | null): TypedArray {
  const elementType = bufferType(endpoint, buffer, verb);
  if (isTypedArray(buffer) && elementType !== BUFFER) {
    if (buffer.length === 0) checkPresent(endpoint, buffer, elementType, verb);
    checkLength(endpoint, verb, buffer.length * elementBytes(elementType));
    return buffer;
  }
  const bytes = bytesIn(endpoint, buffer as BufferLike, elementType, verb);
  checkLength(endpoint, verb, bytes.length);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** The reduction of these elements; throws where the operation cannot work on them. */
export function reductionOf(operator: Operator, own: TypedArray): ElementReduction {
  const elementType = elementTypeOf(own);
  operator.checkElements(elementType, own.length);
  return operator.elements(elementType);
}

/** The elements of a receive buffer; throws unless there are `length` of the kind of `own`, in place or apart from it. */
export function resultElements(
  endpoint: CollectiveEndpoint,
  verb: string,
  own: TypedArray,
  recv: BufferLike | null,
  length: number,
): TypedArray {
  const result = recv === null ? null : elementsOf(endpoint, verb, recv);
  const elementType = elementTypeOf(own);
  if (result?.length !== length || elementTypeOf(result) !== elementType) {
    const has = result === null ? 'no receive buffer is given' : `the receive buffer has ${describe(result)}`;
    const wanted = length === own.length ? 'as many' : String(length);
    throw new MPIError(
      'MPI_ERR_BUFFER',
      `Cannot ${verb} ${describe(own)} on ${endpoint.context.label()}: ${has}; ${wanted} of the same kind are wanted`,
    );
  }
  if (endpoint.recent.areFitting(own, result)) return result;
  checkApart(endpoint, verb, own, result);
  endpoint.recent.noteFitting(own, result);
  return result;
}

/** Where both begin with the same element the reduction is in place. */
export function isInPlace(own: TypedArray, result: TypedArray): boolean {
  return own.buffer === result.buffer && own.byteOffset === result.byteOffset;
}

function checkApart(endpoint: Endpoint, verb: string, own: TypedArray, result: TypedArray): void {
  if (own.buffer !== result.buffer || isInPlace(own, result)) return;
  const [first, second] = own.byteOffset < result.byteOffset ? [own, result] : [result, own];
  if (first.byteOffset + first.byteLength <= second.byteOffset || second.byteLength === 0) return;
  throw new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot ${verb} on ${endpoint.context.label()}: the receive buffer (bytes ${rangeOf(result)}) and the send buffer (bytes ${rangeOf(own)} of the same memory) overlap; ` +
      'give the same buffer twice to reduce in place, or two that lie apart',
  );
}

const rangeOf = ({ byteOffset, byteLength }: TypedArray): string =>
  `${String(byteOffset)}..${String(byteOffset + byteLength - 1)}`;

const describe = (array: TypedArray): string =>
  `${String(array.length)} elements of a ${elementTypeName(elementTypeOf(array))}`;
