/**
 * Alltoall: everybody has a part for each process, and gets one from each; on an intercommunicator to and from the
 * other group (MPI-4.1 §6.8).
 */
import { MPIError } from '../../errors/mpi-error.ts';
import type { Steps } from '../../engine/task.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { NO_PAYLOAD, payloadOf, valueOf } from '../../p2p/payload.ts';
import type { BufferLike } from '../../wire/element-type.ts';
import { Blocks } from '../blocks.ts';
import { checkApart, checkKinds, checkOwnBlock, evenShare, rawWhole } from '../buffer-checks.ts';
import { type CollectiveEndpoint, type CollectiveEnds, isInter } from '../collective.ts';
import { countedBlocks } from '../counted-blocks.ts';
import { isShortArray } from '../blocked.ts';
import { bytesAtOnce, type Exchange, exchange, exchangeBlocked } from '../common/exchange.ts';
import { inCommon, inCommonBlocked, isForCommon, mayUseCommon } from '../common/in-common.ts';
import { PreparedVerb } from '../common/prepared-calls.ts';
import { spread, spreadInto, spreadIntoBlocked } from '../spread.ts';
import { chooseAlgorithm } from '../tuning/choose-algorithm.ts';
import { checkValues } from '../values.ts';
import { bruckAlltoall, bruckAlltoallInto } from './bruck-alltoall.ts';
import { alltoallExchange } from './common-alltoall.ts';
import { pairwiseAlltoallInto } from './pairwise-alltoall.ts';
import { settle } from '../notices.ts';

const VERB = 'alltoall';
const PREPARED = new PreparedVerb<Exchange>(VERB);
const NOT_OWN = -1;

/** Everybody gets the value that each has for it. */
export function* alltoall<T>(ends: CollectiveEnds, values: readonly T[]): Steps<T[]> {
  const { local } = ends;
  const tag = local.nextTag();
  const endpoint = ends.remote ?? local;
  const remoteTag = ends.remote?.nextTag() ?? tag;
  checkValues(endpoint, VERB, values);
  const self = isInter(ends) ? NOT_OWN : local.rank;
  // The own value stays here.
  const payloads = values.map((value, dest) => (dest === self ? NO_PAYLOAD : payloadOf(endpoint, value)));
  const size = endpoint.peers.length;
  const chosen = isInter(ends) ? 'spread' : chooseAlgorithm('alltoall', 0, size, local.algorithms);
  const received = yield* chosen === 'bruck'
    ? bruckAlltoall(local, payloads, tag)
    : spread(endpoint, (dest) => payloads[dest] ?? NO_PAYLOAD, self, remoteTag);
  return received.map((payload, from) =>
    from === self ? (values[from] as T) : (valueOf(endpoint, payload) as T),
  );
}

/** Everybody's buffer gets the elements that each has for it; as many for each. */
export function* alltoallInto(ends: CollectiveEnds, send: BufferLike, recv: BufferLike): Steps<void> {
  const { local } = ends;
  const tag = local.nextTag();
  const endpoint = ends.remote ?? local;
  const remoteTag = ends.remote?.nextTag() ?? tag;
  const size = endpoint.peers.length;
  const [from, to] = buffers(endpoint, send, recv);
  if (isInter(ends)) {
    const parts = new Blocks(from, evenShare(endpoint, VERB, 'send', from));
    const blocks = new Blocks(to, evenShare(endpoint, VERB, 'receive', to));
    yield* spreadInto(ends.remote, VERB, (dest) => parts.of(dest), blocks, NOT_OWN, remoteTag);
    settle(ends.remote, remoteTag);
    return;
  }
  const [parts, blocks] = evenBlocks(local, from, to);
  if (isForCommon(local, 'alltoallInto', parts.lengthOf(0), tag)) {
    blocks.fillFrom(parts, local.rank);
    const data = alltoallExchange(size, parts, blocks);
    if (yield* inCommon(local, (memory) => exchange(local, memory, data, tag))) return;
  }
  const chosen = chooseAlgorithm('alltoallInto', parts.lengthOf(0), size, local.algorithms);
  if (chosen === 'bruck') yield* bruckAlltoallInto(local, parts, blocks, tag);
  else {
    blocks.fillFrom(parts, local.rank);
    yield* chosen === 'pairwise'
      ? pairwiseAlltoallInto(local, parts, blocks, tag)
      : spreadInto(local, VERB, (dest) => parts.of(dest), blocks, local.rank, tag);
  }
  settle(local, tag);
}

/** The same with the thread blocked; what is left to be done of it, null for nothing. */
export function alltoallIntoBlocked(
  ends: CollectiveEnds,
  send: BufferLike,
  recv: BufferLike,
): Steps<void> | null {
  const { local } = ends;
  const known = local.prepared.find(PREPARED, send, recv, null, 0);
  if (known !== null && inCommonBlocked(local, known, exchangeBlocked)) return null;
  const size = local.peers.length;
  const short = isShortArray(ends, send);
  const chosen = short
    ? chooseAlgorithm('alltoallInto', send.byteLength / size, size, local.algorithms)
    : null;
  if (
    short &&
    send.byteLength <= bytesAtOnce(size, size) &&
    mayUseCommon(local, 'alltoallInto', send.byteLength / size)
  ) {
    const isDone = inCommonBlocked(local, null, (_, memory, __, tag) => {
      const data = alltoallExchange(size, ...evenBlocks(local, ...buffers(local, send, recv)));
      local.prepared.keep(PREPARED, send, recv, null, 0, data);
      exchangeBlocked(local, memory, data, tag);
    });
    return isDone ? null : alltoallInto(ends, send, recv);
  }
  if (chosen !== 'spread') return alltoallInto(ends, send, recv);
  const tag = local.nextTag();
  const [parts, blocks] = evenBlocks(local, ...buffers(local, send, recv));
  blocks.fillFrom(parts, local.rank);
  spreadIntoBlocked(local, VERB, parts, blocks, tag);
  settle(local, tag);
  return null;
}

/** The parts of a group's members in two buffers that are alike. */
function evenBlocks(
  local: CollectiveEndpoint,
  from: Payload,
  to: Payload,
): readonly [parts: Blocks, blocks: Blocks] {
  const parts = local.recent.blocksOf(from, evenShare(local, VERB, 'send', from));
  const blocks = local.recent.blocksOf(to, evenShare(local, VERB, 'receive', to));
  checkKinds(local, VERB, from, to);
  if (from.bytes.length === to.bytes.length) return [parts, blocks];
  throw new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot alltoall ${String(from.bytes.length)} bytes into ${String(to.bytes.length)} on ${local.context.label()}: both buffers must be equally long`,
  );
}

/** The same with as many elements for and from each as the counts say. Nobody knows the others', so all go directly. */
export function* alltoallvInto(
  ends: CollectiveEnds,
  send: BufferLike,
  sendCounts: readonly number[],
  sendDispls: readonly number[] | null | undefined,
  recv: BufferLike,
  recvCounts: readonly number[],
  recvDispls: readonly number[] | null | undefined,
): Steps<void> {
  const { local } = ends;
  const tag = local.nextTag();
  const endpoint = ends.remote ?? local;
  const remoteTag = ends.remote?.nextTag() ?? tag;
  const [from, to] = buffers(endpoint, send, recv);
  const parts = countedBlocks(endpoint, VERB, 'send', from, sendCounts, sendDispls);
  const blocks = countedBlocks(endpoint, VERB, 'receive', to, recvCounts, recvDispls);
  if (!isInter(ends)) {
    checkKinds(local, VERB, from, to);
    checkOwnBlock(local, VERB, blocks, parts.lengthOf(local.rank));
    blocks.fillFrom(parts, local.rank);
  }
  const self = isInter(ends) ? NOT_OWN : local.rank;
  yield* spreadInto(endpoint, VERB, (dest) => parts.of(dest), blocks, self, remoteTag);
  settle(endpoint, remoteTag);
}

function buffers(
  endpoint: CollectiveEndpoint,
  send: BufferLike,
  recv: BufferLike,
): readonly [from: Payload, to: Payload] {
  const from = rawWhole(endpoint, VERB, send);
  const to = rawWhole(endpoint, VERB, recv);
  checkApart(endpoint, VERB, from.bytes, to.bytes, -1);
  return [from, to];
}
