/**
 * Gather: everybody sends to the root, which has posted all its receives before it waits for the first, so that they
 * may come in any order.
 *
 * Cost at the root: (p − 1)(α + nβ), which no tree does better in β. MPI-4.1 §6.5.
 */
import { MPIError } from '../../errors/mpi-error.ts';
import { outcome, type Steps } from '../../engine/task.ts';
import { bytesOf, type BufferLike } from '../../wire/element-type.ts';
import { bufferType } from '../../p2p/receive.ts';
import { payloadOf, receivePayload, receivePayloadInto, sendPayload, valueOf } from '../../p2p/payload.ts';
import { processes } from '../../p2p/endpoint.ts';
import { checkRoot, type CollectiveEndpoint } from '../collective.ts';

/** The root gets everybody's value in rank order, the others nothing. */
export function* gather<T>(endpoint: CollectiveEndpoint, value: T, root: number): Steps<T[] | undefined> {
  checkRoot(endpoint, 'gather', root);
  const { rank, peers } = endpoint;
  const tag = endpoint.nextTag();
  if (rank !== root) {
    yield* outcome(sendPayload(endpoint, payloadOf(endpoint, value), root, tag));
    return undefined;
  }
  const receiving = peers.map((_, source) =>
    source === rank ? null : receivePayload(endpoint, source, tag),
  );
  const values: T[] = [];
  for (const receive of receiving) {
    values.push(receive === null ? value : (valueOf(endpoint, yield* outcome(receive)) as T));
  }
  return values;
}

/** The root's buffer gets everybody's elements in rank order; as many from each. */
export function* gatherInto(
  endpoint: CollectiveEndpoint,
  send: BufferLike,
  recv: BufferLike | null,
  root: number,
): Steps<void> {
  checkRoot(endpoint, 'gather', root);
  const { rank, peers } = endpoint;
  const elementType = bufferType(endpoint, send, 'gather');
  if (rank === root && recv !== null) bufferType(endpoint, recv, 'gather');
  const tag = endpoint.nextTag();
  const own = bytesOf(send);
  if (rank !== root) {
    yield* outcome(sendPayload(endpoint, { elementType, bytes: own }, root, tag));
    return;
  }
  const all = recv === null ? new Uint8Array(0) : bytesOf(recv);
  if (all.length !== own.length * peers.length) {
    throw new MPIError(
      'MPI_ERR_BUFFER',
      `Cannot gather ${String(own.length)} bytes from each of ${processes(peers.length)} of ${endpoint.context.label()} into ` +
        `${String(all.length)} bytes: the root's receive buffer must have ${String(own.length * peers.length)}`,
    );
  }
  const receiving = peers.map((_, source) => {
    const bytes = all.subarray(source * own.length, (source + 1) * own.length);
    if (source !== rank) return receivePayloadInto(endpoint, { elementType, bytes }, source, tag);
    bytes.set(own);
    return null;
  });
  for (const receive of receiving) if (receive !== null) yield* outcome(receive);
}
