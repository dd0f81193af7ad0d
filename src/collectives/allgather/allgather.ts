/**
 * Allgather: everybody's data to everybody, in rank order; on an intercommunicator that of each group to the other
 * (MPI-4.1 §6.7).
 */
import { MPIError } from '../../errors/mpi-error.ts';
import type { Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { processes } from '../../p2p/endpoint.ts';
import { payloadOf, valueOf } from '../../p2p/payload.ts';
import type { BufferLike } from '../../wire/element-type.ts';
import { Blocks } from '../blocks.ts';
import { checkApart, checkKinds, checkOwnBlock, evenShare, rawPayload, rawWhole } from '../buffer-checks.ts';
import {
  type CollectiveEndpoint,
  type CollectiveEnds,
  type IntercommunicatorEnds,
  isInter,
} from '../collective.ts';
import { countedBlocks } from '../counted-blocks.ts';
import { isShortArray } from '../blocked.ts';
import { type Exchange, exchange, exchangeBlocked } from '../common/exchange.ts';
import { inCommon, inCommonBlocked, isForCommon, mayUseCommon } from '../common/in-common.ts';
import { PreparedVerb } from '../common/prepared-calls.ts';
import { spread, spreadInto, spreadIntoBlocked } from '../spread.ts';
import { chooseAlgorithm } from '../tuning/choose-algorithm.ts';
import { bruckAllgather, bruckAllgatherInto } from './bruck-allgather.ts';
import { allgatherExchange } from './common-allgather.ts';
import { leadersAllgather, leadersAllgatherInto } from './leaders-allgather.ts';
import { isPowerOfTwo, recursiveDoublingAllgatherInto } from './recursive-doubling-allgather.ts';
import { ringAllgather, ringAllgatherInto } from './ring-allgather.ts';
import { settle, settleBoth } from '../notices.ts';

const VERB = 'allgather';
const PREPARED = new PreparedVerb<Exchange>(VERB);
const NOT_OWN = -1;

/** Everybody gets everybody's value, on an intercommunicator those of the other group. */
export function* allgather<T>(ends: CollectiveEnds, value: T): Steps<T[]> {
  const { local } = ends;
  const { rank } = local;
  const tag = local.nextTag();
  if (isInter(ends)) {
    const { remote } = ends;
    const remoteTag = remote.nextTag();
    const own = payloadOf(remote, value);
    const chosen = chooseAlgorithm('interAllgather', 0, largerGroup(ends), local.algorithms);
    const payloads = yield* chosen === 'leaders'
      ? leadersAllgather(ends, own, tag, remoteTag)
      : spread(remote, () => own, NOT_OWN, remoteTag);
    return payloads.map((payload) => valueOf(remote, payload) as T);
  }
  const size = local.peers.length;
  if (size === 1) return [value];
  const own = payloadOf(local, value);
  const chosen = chooseAlgorithm('allgather', 0, size, local.algorithms);
  let payloads: Payload[];
  if (chosen === 'spread') payloads = yield* spread(local, () => own, rank, tag);
  else if (chosen === 'ring') payloads = yield* ringAllgather(local, own, tag);
  else payloads = yield* bruckAllgather(local, own, tag);
  return payloads.map((payload, from) => (from === rank ? value : (valueOf(local, payload) as T)));
}

/** Everybody's buffer gets everybody's elements; as many from each, on an intercommunicator from each of one group. */
export function* allgatherInto(ends: CollectiveEnds, send: BufferLike, recv: BufferLike): Steps<void> {
  const { local } = ends;
  const tag = local.nextTag();
  if (isInter(ends)) {
    yield* interAllgatherInto(ends, send, recv, tag);
    return;
  }
  const own = rawPayload(local, VERB, send);
  const blocks = blocksFor(local, own, recv);
  const { length } = own.bytes;
  const size = local.peers.length;
  if (isForCommon(local, 'allgatherInto', length, tag)) {
    blocks.fill(local.rank, own.bytes);
    const data = allgatherExchange(own, blocks);
    if (yield* inCommon(local, (memory) => exchange(local, memory, data, tag))) return;
  }
  const chosen = chooseAlgorithm('allgatherInto', length, size, local.algorithms);
  if (chosen === 'recursive-doubling' && isPowerOfTwo(size)) {
    blocks.fill(local.rank, own.bytes);
    yield* recursiveDoublingAllgatherInto(local, blocks, tag);
  } else yield* fillBlocks(local, own, blocks, tag, chosen);
  settle(local, tag);
}

/** The same with the thread blocked; what is left to be done of it, null for nothing. */
export function allgatherIntoBlocked(
  ends: CollectiveEnds,
  send: BufferLike,
  recv: BufferLike,
): Steps<void> | null {
  const { local } = ends;
  const known = local.prepared.find(PREPARED, send, recv, null, 0);
  if (known !== null && inCommonBlocked(local, known, exchangeBlocked)) return null;
  const size = local.peers.length;
  const short = isShortArray(ends, send);
  const chosen = short ? chooseAlgorithm('allgatherInto', send.byteLength, size, local.algorithms) : null;
  if (short && mayUseCommon(local, 'allgatherInto', send.byteLength)) {
    const isDone = inCommonBlocked(local, null, (_, memory, __, tag) => {
      const own = rawPayload(local, VERB, send);
      const data = allgatherExchange(own, blocksFor(local, own, recv));
      local.prepared.keep(PREPARED, send, recv, null, 0, data);
      exchangeBlocked(local, memory, data, tag);
    });
    return isDone ? null : allgatherInto(ends, send, recv);
  }
  if (chosen !== 'spread') return allgatherInto(ends, send, recv);
  const tag = local.nextTag();
  const own = rawPayload(local, VERB, send);
  const blocks = blocksFor(local, own, recv);
  blocks.fill(local.rank, own.bytes);
  spreadIntoBlocked(local, VERB, own, blocks, tag);
  settle(local, tag);
  return null;
}

/** The same with as many elements from each as the counts say, which are the same everywhere. */
export function* allgathervInto(
  ends: CollectiveEnds,
  send: BufferLike,
  recv: BufferLike,
  counts: readonly number[],
  displs?: readonly number[] | null,
): Steps<void> {
  const { local } = ends;
  const tag = local.nextTag();
  const endpoint = ends.remote ?? local;
  const remoteTag = ends.remote?.nextTag() ?? tag;
  const own = rawPayload(endpoint, VERB, send);
  const whole = rawWhole(endpoint, VERB, recv);
  const blocks = countedBlocks(endpoint, VERB, 'receive', whole, counts, displs);
  if (isInter(ends)) {
    // Nobody knows how much each of its own group sends, so there is nobody who could do it for them.
    checkApart(endpoint, VERB, own.bytes, whole.bytes, -1);
    yield* spreadInto(ends.remote, VERB, () => own, blocks, NOT_OWN, remoteTag);
    settle(ends.remote, remoteTag);
    return;
  }
  checkKinds(local, VERB, own, blocks);
  checkOwnBlock(local, VERB, blocks, own.bytes.length);
  checkApart(local, VERB, own.bytes, whole.bytes, blocks.startOf(local.rank));
  const total = counts.reduce((sum, _, of) => sum + blocks.lengthOf(of), 0);
  const chosen = chooseAlgorithm('allgathervInto', total, local.peers.length, local.algorithms);
  yield* fillBlocks(local, own, blocks, tag, chosen);
  settle(local, tag);
}

/** By an algorithm that takes blocks of any length at any place. */
function* fillBlocks(
  local: CollectiveEndpoint,
  own: Payload,
  blocks: Blocks,
  tag: number,
  algorithm: string,
): Steps<void> {
  if (algorithm === 'ring') {
    blocks.fill(local.rank, own.bytes);
    yield* ringAllgatherInto(local, VERB, blocks, tag);
  } else if (algorithm === 'spread') {
    blocks.fill(local.rank, own.bytes);
    yield* spreadInto(local, VERB, () => own, blocks, local.rank, tag);
  } else yield* bruckAllgatherInto(local, own, blocks, tag);
}

function* interAllgatherInto(
  ends: IntercommunicatorEnds,
  send: BufferLike,
  recv: BufferLike,
  tag: number,
): Steps<void> {
  const { local, remote } = ends;
  const remoteTag = remote.nextTag();
  const own = rawPayload(remote, VERB, send);
  const whole = rawWhole(remote, VERB, recv);
  const length = evenShare(remote, VERB, 'receive', whole);
  checkApart(remote, VERB, own.bytes, whole.bytes, -1);
  const blocks = new Blocks(whole, length);
  const longer = Math.max(own.bytes.length, length);
  const chosen = chooseAlgorithm('interAllgatherInto', longer, largerGroup(ends), local.algorithms);
  yield* chosen === 'leaders'
    ? leadersAllgatherInto(ends, own, blocks, tag, remoteTag)
    : spreadInto(remote, VERB, () => own, blocks, NOT_OWN, remoteTag);
  settleBoth(ends, tag, remoteTag);
}

/** Both groups come to the same number. */
const largerGroup = ({ local, remote }: IntercommunicatorEnds): number =>
  Math.max(local.peers.length, remote.peers.length);

function blocksFor(local: CollectiveEndpoint, own: Payload, recv: BufferLike): Blocks {
  const size = local.peers.length;
  const { length } = own.bytes;
  const whole = rawWhole(local, VERB, recv);
  checkKinds(local, VERB, own, whole);
  if (whole.bytes.length === length * size) {
    const blocks = local.recent.blocksOf(whole, length);
    checkApart(local, VERB, own.bytes, whole.bytes, blocks.startOf(local.rank));
    return blocks;
  }
  throw new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot allgather ${String(length)} bytes from each of ${processes(size)} of ${local.context.label()} into ${String(whole.bytes.length)} bytes: ` +
      `the receive buffer must have ${String(length * size)}`,
  );
}
