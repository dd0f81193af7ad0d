/**
 * Gather: everybody's data to the root, in rank order; on an intercommunicator that of the other group
 * (MPI-4.1 §6.5). Where lengths differ, only the root knows them all, so everybody sends to it directly.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { PROC_NULL, ROOT } from '../../model/constants.ts';
import { NO_PAYLOAD, payloadOf, sendPayload, valueOf } from '../../p2p/payload.ts';
import type { BufferLike } from '../../wire/element-type.ts';
import { rawPayload } from '../buffer-checks.ts';
import { checkInterRoot, checkRoot, type CollectiveEnds, isInter } from '../collective.ts';
import { countedRootBlocks, equalRootBlocks, type RootBlocks, type RootedVerb } from '../root-blocks.ts';
import { settle } from '../notices.ts';
import { chooseAlgorithm } from '../tuning/choose-algorithm.ts';
import { binomialGather, binomialGatherInto } from './binomial-gather.ts';
import { collect, collectInto } from './flat-gather.ts';

const VERB = 'gather';
const GATHER: RootedVerb = { name: VERB, side: 'receive' };

/** The root gets everybody's value in rank order, the others nothing. */
export function* gather<T>(ends: CollectiveEnds, value: T, root: number): Steps<T[] | undefined> {
  const { local } = ends;
  const { rank } = local;
  const tag = local.nextTag();
  if (isInter(ends)) {
    const remoteTag = ends.remote.nextTag();
    checkInterRoot(ends, VERB, root);
    if (root === PROC_NULL) return undefined;
    if (root === ROOT) {
      const payloads = yield* collect(ends.remote, null, remoteTag);
      return payloads.map((payload) => valueOf(ends.remote, payload) as T);
    }
    yield* outcome(sendPayload(ends.remote, payloadOf(ends.remote, value), root, remoteTag));
    return undefined;
  }
  checkRoot(local, VERB, root);
  const size = local.peers.length;
  if (size === 1) return [value];
  // The root's own value stays there.
  const own = rank === root ? NO_PAYLOAD : payloadOf(local, value);
  let payloads: Payload[] | null = null;
  if (chooseAlgorithm('gather', 0, size, local.algorithms) === 'binomial') {
    payloads = yield* binomialGather(local, own, root, tag);
  } else if (rank === root) payloads = yield* collect(local, own, tag);
  else yield* outcome(sendPayload(local, own, root, tag));
  if (payloads === null) return undefined;
  return payloads.map((payload, from) => (from === rank ? value : (valueOf(local, payload) as T)));
}

/** The root's buffer gets everybody's elements in rank order; as many from each. */
export function* gatherInto(
  ends: CollectiveEnds,
  send: BufferLike,
  recv: BufferLike | null,
  root: number,
): Steps<void> {
  yield* gatherBlocks(ends, send, equalRootBlocks(GATHER, recv), root, true);
}

/** The same with as many elements from each as the root says, to where it says. */
export function* gathervInto(
  ends: CollectiveEnds,
  send: BufferLike,
  recv: BufferLike | null,
  counts: readonly number[] | null,
  displs: readonly number[] | null | undefined,
  root: number,
): Steps<void> {
  yield* gatherBlocks(ends, send, countedRootBlocks(GATHER, recv, counts, displs), root, false);
}

/** `rootBlocks` is asked at the root alone; `areEqual` where everybody knows how much the others send. */
function* gatherBlocks(
  ends: CollectiveEnds,
  send: BufferLike,
  rootBlocks: RootBlocks,
  root: number,
  areEqual: boolean,
): Steps<void> {
  const { local } = ends;
  const tag = local.nextTag();
  if (isInter(ends)) {
    const { remote } = ends;
    const remoteTag = remote.nextTag();
    checkInterRoot(ends, VERB, root);
    if (root === PROC_NULL) return;
    if (root === ROOT) yield* collectInto(remote, null, rootBlocks(remote, null), remoteTag);
    else yield* outcome(sendPayload(remote, rawPayload(remote, VERB, send), root, remoteTag));
    settle(remote, remoteTag);
    return;
  }
  checkRoot(local, VERB, root);
  const own = rawPayload(local, VERB, send);
  const blocks = local.rank === root ? rootBlocks(local, own) : null;
  const { length } = own.bytes;
  if (
    areEqual &&
    chooseAlgorithm('gatherInto', length, local.peers.length, local.algorithms) === 'binomial'
  ) {
    yield* binomialGatherInto(local, own, blocks, root, tag);
  } else if (blocks === null) yield* outcome(sendPayload(local, own, root, tag));
  else yield* collectInto(local, own, blocks, tag);
  settle(local, tag);
}
