/** Broadcast (MPI-4.1 §6.4): the root's data to everybody, on an intercommunicator to everybody in the other group. */
import type { Steps } from '../../engine/task.ts';
import { payloadOf, valueOf } from '../../p2p/payload.ts';
import { bufferType } from '../../p2p/receive.ts';
import { bytesOf, type BufferLike } from '../../wire/element-type.ts';
import { checkInterRoot, checkRoot, type CollectiveEnds, isInter } from '../collective.ts';
import { binomialBcast, binomialBcastInto } from './binomial-bcast.ts';
import { interBcast, interBcastInto } from './inter-bcast.ts';

/** Everybody gets the root's value, the root (and on an intercommunicator its group) its own back. */
export function* bcast<T>(ends: CollectiveEnds, value: T, root: number): Steps<T> {
  if (isInter(ends)) {
    checkInterRoot(ends, 'broadcast', root);
    const payload = yield* interBcast(ends, () => payloadOf(ends.remote, value), root);
    return payload === null ? value : (valueOf(ends.remote, payload) as T);
  }
  const { local } = ends;
  checkRoot(local, 'broadcast', root);
  const tag = local.nextTag();
  if (local.rank !== root) return valueOf(local, yield* binomialBcast(local, null, root, tag)) as T;
  if (local.peers.length > 1) yield* binomialBcast(local, payloadOf(local, value), root, tag);
  return value;
}

/** Everybody's buffer gets what is in the root's. */
export function* bcastInto(ends: CollectiveEnds, buffer: BufferLike, root: number): Steps<void> {
  const { local } = ends;
  if (isInter(ends)) {
    checkInterRoot(ends, 'broadcast', root);
    const elementType = bufferType(ends.remote, buffer, 'broadcast');
    yield* interBcastInto(ends, { elementType, bytes: bytesOf(buffer) }, root);
    return;
  }
  checkRoot(local, 'broadcast', root);
  const elementType = bufferType(local, buffer, 'broadcast');
  yield* binomialBcastInto(local, { elementType, bytes: bytesOf(buffer) }, root, local.nextTag());
}
