/**
 * Reduction to one process along a binomial tree. Every process combines its own value with those of its children,
 * nearest first, which covers consecutive ranks in order: right for operations that are not commutative too, as long
 * as the tree is rooted at rank 0; for another root such an operation takes one more step.
 *
 * Cost: ⌈log₂ p⌉ (α + nβ + nγ). MPI-4.1 §6.9.1.
 */
import { MPIError } from '../../errors/mpi-error.ts';
import { outcome, type Steps } from '../../engine/task.ts';
import {
  BUFFER,
  bufferOfType,
  bytesOf,
  elementTypeName,
  elementTypeOf,
  type BufferLike,
  type TypedArray,
  VALUE,
} from '../../wire/element-type.ts';
import { payloadOf, receivePayload, receivePayloadInto, sendPayload, valueOf } from '../../p2p/payload.ts';
import { placeInTree } from '../trees/binomial-tree.ts';
import { checkRoot, type CollectiveEndpoint } from '../collective.ts';
import { type Op, operatorOf } from '../operations/op.ts';

/** The root gets the combination of everybody's value, the others nothing. */
export function* reduce<T>(
  endpoint: CollectiveEndpoint,
  value: T,
  op: Op,
  root: number,
): Steps<T | undefined> {
  checkRoot(endpoint, 'reduce', root);
  const { combine, commutative } = operatorOf(op, 'reduce', value);
  const { rank, peers } = endpoint;
  const tag = endpoint.nextTag();
  const treeRoot = commutative ? root : 0;
  const { parent, children } = placeInTree(rank, peers.length, treeRoot);
  let sum: unknown = value;
  for (const child of children.toReversed()) {
    sum = combine(sum, valueOf(endpoint, yield* outcome(receivePayload(endpoint, child, tag))));
  }
  if (parent >= 0) yield* outcome(sendPayload(endpoint, payloadOf(endpoint, sum), parent, tag));
  if (treeRoot !== root) {
    if (rank === treeRoot) yield* outcome(sendPayload(endpoint, payloadOf(endpoint, sum), root, tag));
    if (rank === root) sum = valueOf(endpoint, yield* outcome(receivePayload(endpoint, treeRoot, tag)));
  }
  return rank === root ? (sum as T) : undefined;
}

/** The root's buffer gets the combination of everybody's, element by element. */
export function* reduceInto(
  endpoint: CollectiveEndpoint,
  send: BufferLike,
  recv: BufferLike | null,
  op: Op,
  root: number,
): Steps<void> {
  checkRoot(endpoint, 'reduce', root);
  const own = elementsOf(endpoint, send);
  const { combineInto, commutative } = operatorOf(op, 'reduce', own);
  const { rank, peers } = endpoint;
  if (rank === root) checkResult(endpoint, own, recv);
  const tag = endpoint.nextTag();
  const treeRoot = commutative ? root : 0;
  const { parent, children } = placeInTree(rank, peers.length, treeRoot);
  const elementType = elementTypeOf(own);
  const sum = rank === root && recv !== null ? elementsOf(endpoint, recv) : newArrayLike(own);
  sum.set(own as never);
  const part = children.length === 0 ? own : newArrayLike(own);
  const partPayload = { elementType, bytes: bytesOf(part) };
  for (const child of children.toReversed()) {
    yield* outcome(receivePayloadInto(endpoint, partPayload, child, tag));
    combineInto(sum, part, sum);
  }
  const payload = { elementType, bytes: bytesOf(sum) };
  if (parent >= 0) yield* outcome(sendPayload(endpoint, payload, parent, tag));
  if (treeRoot === root) return;
  if (rank === treeRoot) yield* outcome(sendPayload(endpoint, payload, root, tag));
  if (rank === root) yield* outcome(receivePayloadInto(endpoint, payload, treeRoot, tag));
}

/** The elements of a buffer that a reduction works on; bytes where it has none of its own. */
export function elementsOf(endpoint: CollectiveEndpoint, buffer: BufferLike): TypedArray {
  const elementType = elementTypeOf(buffer);
  if (elementType === VALUE) {
    throw new MPIError(
      'MPI_ERR_BUFFER',
      `Cannot reduce a ${typeof buffer} on ${endpoint.context.label()}: a typed array is wanted`,
    );
  }
  const isArray = ArrayBuffer.isView(buffer) && !(buffer instanceof DataView) && elementType !== BUFFER;
  if (isArray) return buffer;
  const bytes = bytesOf(buffer);
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A new array of the same kind and length. */
export function newArrayLike(array: TypedArray): TypedArray {
  return bufferOfType(elementTypeOf(array), new Uint8Array(array.byteLength)) as TypedArray;
}

/** Throws unless the receive buffer is as long as the send buffer, and of its kind. */
export function checkResult(endpoint: CollectiveEndpoint, own: TypedArray, recv: BufferLike | null): void {
  const result = recv === null ? null : elementsOf(endpoint, recv);
  if (result?.length === own.length && elementTypeOf(result) === elementTypeOf(own)) return;
  const describe = (array: TypedArray): string =>
    `${String(array.length)} elements of ${elementTypeName(elementTypeOf(array))}`;
  const has = result === null ? 'no receive buffer is given' : `the receive buffer has ${describe(result)}`;
  throw new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot reduce ${describe(own)} on ${endpoint.context.label()}: ${has}; as many of the same kind are wanted`,
  );
}
