/**
 * Gather: everybody's data to the root, in rank order; on an intercommunicator that of the other group
 * (MPI-4.1 §6.5). Where lengths differ, only the root knows them all, so everybody sends to it directly.
 */
import { MPIError } from '../../errors/mpi-error.ts';
import { outcome, type Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { PROC_NULL, ROOT } from '../../model/constants.ts';
import { type Endpoint, processes } from '../../p2p/endpoint.ts';
import { NO_PAYLOAD, payloadOf, sendPayload, valueOf } from '../../p2p/payload.ts';
import type { BufferLike } from '../../wire/element-type.ts';
import { Blocks } from '../blocks.ts';
import { checkApart, checkKinds, checkOwnBlock, evenShare, rawPayload } from '../buffer-checks.ts';
import {
  checkInterRoot,
  checkRoot,
  type CollectiveEnds,
  type IntercommunicatorEnds,
  isInter,
} from '../collective.ts';
import { countedBlocks } from '../counted-blocks.ts';
import { chooseAlgorithm } from '../tuning/choose-algorithm.ts';
import { binomialGather, binomialGatherInto } from './binomial-gather.ts';
import { collect, collectInto } from './flat-gather.ts';

const VERB = 'gather';

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
  const { local } = ends;
  const tag = local.nextTag();
  if (isInter(ends)) {
    yield* interGatherInto(ends, send, root, () => interBlocks(ends, recv));
    return;
  }
  checkRoot(local, VERB, root);
  const own = rawPayload(local, VERB, send);
  const blocks = local.rank === root ? blocksFor(local, own, recv) : null;
  const chosen = chooseAlgorithm('gatherInto', own.bytes.length, local.peers.length, local.algorithms);
  yield* chosen === 'binomial'
    ? binomialGatherInto(local, own, blocks, root, tag)
    : flatGatherInto(local, own, blocks, root, tag);
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
  const { local } = ends;
  const tag = local.nextTag();
  const blocksOn = (endpoint: Endpoint): Blocks =>
    countedBlocks(endpoint, VERB, 'receive', rawPayload(endpoint, VERB, recv), counts, displs);
  if (isInter(ends)) {
    yield* interGatherInto(ends, send, root, () => blocksOn(ends.remote));
    return;
  }
  checkRoot(local, VERB, root);
  const own = rawPayload(local, VERB, send);
  const blocks = local.rank === root ? blocksOn(local) : null;
  if (blocks !== null) {
    checkKinds(local, VERB, own, blocks);
    checkOwnBlock(local, VERB, blocks, own.bytes.length);
    checkApart(local, VERB, own.bytes, blocks.bytes, blocks.startOf(root));
  }
  yield* flatGatherInto(local, own, blocks, root, tag);
}

function* flatGatherInto(
  local: Endpoint,
  own: Payload,
  blocks: Blocks | null,
  root: number,
  tag: number,
): Steps<void> {
  if (blocks === null) yield* outcome(sendPayload(local, own, root, tag));
  else yield* collectInto(local, own, blocks, tag);
}

/** To the root from each of the other group; `blocks` is asked of the root alone. */
function* interGatherInto(
  ends: IntercommunicatorEnds,
  send: BufferLike,
  root: number,
  blocks: () => Blocks,
): Steps<void> {
  const { remote } = ends;
  const tag = remote.nextTag();
  checkInterRoot(ends, VERB, root);
  if (root === PROC_NULL) return;
  if (root === ROOT) yield* collectInto(remote, null, blocks(), tag);
  else yield* outcome(sendPayload(remote, rawPayload(remote, VERB, send), root, tag));
}

function blocksFor(local: Endpoint, own: Payload, recv: BufferLike | null): Blocks {
  const size = local.peers.length;
  const { length } = own.bytes;
  const whole = rawPayload(local, VERB, recv);
  checkKinds(local, VERB, own, whole);
  checkApart(local, VERB, own.bytes, whole.bytes, local.rank * length);
  if (whole.bytes.length === length * size) return new Blocks(whole, length);
  throw new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot gather ${String(length)} bytes from each of ${processes(size)} of ${local.context.label()} into ${String(whole.bytes.length)} bytes: ` +
      `the root's receive buffer must have ${String(length * size)}`,
  );
}

function interBlocks({ remote }: IntercommunicatorEnds, recv: BufferLike | null): Blocks {
  const whole = rawPayload(remote, VERB, recv);
  return new Blocks(whole, evenShare(remote, VERB, 'receive', whole));
}
