/** Broadcast (MPI-4.1 §6.4): the root's data to everybody, on an intercommunicator to everybody in the other group. */
import type { Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { PROC_NULL } from '../../model/constants.ts';
import { payloadOf, valueOf } from '../../p2p/payload.ts';
import type { BufferLike } from '../../wire/element-type.ts';
import { rawPayload } from '../buffer-checks.ts';
import {
  checkInterRoot,
  checkRoot,
  type CollectiveEndpoint,
  type CollectiveEnds,
  isInter,
} from '../collective.ts';
import type { Algorithms } from '../tuning/algorithms.ts';
import { chooseAlgorithm } from '../tuning/choose-algorithm.ts';
import { isShortArray } from '../blocked.ts';
import { inCommon, inCommonBlocked, isForCommon, mayUseCommon } from '../common/in-common.ts';
import { PreparedVerb } from '../common/prepared-calls.ts';
import { binomialBcast, binomialBcastInto, binomialBcastIntoBlocked } from './binomial-bcast.ts';
import { type CommonBcast, commonBcastInto, commonBcastIntoBlocked, commonBcastOf } from './common-bcast.ts';
import { flatBcastInto, flatBcastIntoBlocked } from './flat-bcast.ts';
import { interBcast, interBcastInto } from './inter-bcast.ts';
import { scatterAllgatherBcastInto } from './scatter-allgather-bcast.ts';
import { settle, settleBoth } from '../notices.ts';

const VERB = 'broadcast';
const PREPARED = new PreparedVerb<CommonBcast>(VERB);
type Algorithm = Algorithms['bcastInto'];
type BcastInto = (endpoint: CollectiveEndpoint, payload: Payload, root: number, tag: number) => Steps<void>;
const ALGORITHM: Readonly<Record<Algorithm, BcastInto>> = {
  binomial: binomialBcastInto,
  flat: flatBcastInto,
  'scatter-allgather': scatterAllgatherBcastInto,
};

/** Everybody gets the root's value, the root its own back; on an intercommunicator the root and its group get nothing. */
export function* bcast<T>(ends: CollectiveEnds, value: T, root: number): Steps<T> {
  const { local } = ends;
  const tag = local.nextTag();
  if (isInter(ends)) {
    const { remote } = ends;
    const remoteTag = remote.nextTag();
    checkInterRoot(ends, VERB, root);
    const payload = yield* interBcast(ends, () => payloadOf(remote, value), root, tag, remoteTag);
    return (payload === null ? undefined : valueOf(remote, payload)) as T;
  }
  checkRoot(local, VERB, root);
  if (local.rank !== root) return valueOf(local, yield* binomialBcast(local, null, root, tag)) as T;
  if (local.peers.length > 1) yield* binomialBcast(local, payloadOf(local, value), root, tag);
  return value;
}

/** Everybody's buffer gets what is in the root's. */
export function* bcastInto(ends: CollectiveEnds, buffer: BufferLike, root: number): Steps<void> {
  const { local } = ends;
  const tag = local.nextTag();
  if (isInter(ends)) {
    const { remote } = ends;
    const remoteTag = remote.nextTag();
    checkInterRoot(ends, VERB, root);
    if (root === PROC_NULL) return;
    const payload = rawPayload(remote, VERB, buffer);
    yield* interBcastInto(ends, payload, root, tag, remoteTag, () => bcastAmong(local, payload, 0, tag));
    settleBoth(ends, tag, remoteTag);
    return;
  }
  checkRoot(local, VERB, root);
  const payload = rawPayload(local, VERB, buffer);
  if (isForCommon(local, 'bcastInto', payload.bytes.length, tag)) {
    if (yield* inCommon(local, (memory) => commonBcastInto(local, memory, payload, root, tag))) return;
  }
  yield* bcastAmong(local, payload, root, tag);
  settle(local, tag);
}

/** The same with the thread blocked; what is left to be done of it, null for nothing. */
export function bcastIntoBlocked(ends: CollectiveEnds, buffer: BufferLike, root: number): Steps<void> | null {
  const { local } = ends;
  const known = local.prepared.find(PREPARED, buffer, null, null, root);
  if (known !== null && inCommonBlocked(local, known, commonBcastIntoBlocked)) return null;
  if (!isShortArray(ends, buffer)) return bcastInto(ends, buffer, root);
  const chosen = algorithmFor(local, buffer.byteLength);
  if (mayUseCommon(local, 'bcastInto', buffer.byteLength)) {
    const isDone = inCommonBlocked(local, root, (_, memory, from, tag) => {
      checkRoot(local, VERB, from);
      const data = commonBcastOf(rawPayload(local, VERB, buffer), from);
      local.prepared.keep(PREPARED, buffer, null, null, from, data);
      commonBcastIntoBlocked(local, memory, data, tag);
    });
    return isDone ? null : bcastInto(ends, buffer, root);
  }
  if (chosen === 'scatter-allgather') return bcastInto(ends, buffer, root);
  const tag = local.nextTag();
  checkRoot(local, VERB, root);
  const run = chosen === 'flat' ? flatBcastIntoBlocked : binomialBcastIntoBlocked;
  run(local, rawPayload(local, VERB, buffer), root, tag);
  settle(local, tag);
  return null;
}

const algorithmFor = ({ peers, algorithms }: CollectiveEndpoint, bytes: number): Algorithm =>
  chooseAlgorithm('bcastInto', bytes, peers.length, algorithms);

/** Within one group, by the algorithm that suits the length; also a part of other collectives. */
export function bcastAmong(
  local: CollectiveEndpoint,
  payload: Payload,
  root: number,
  tag: number,
): Steps<void> {
  return ALGORITHM[algorithmFor(local, payload.bytes.length)](local, payload, root, tag);
}
