/**
 * Scatter: a part of the root's data to each process, in rank order; on an intercommunicator to each of the other
 * group (MPI-4.1 §6.6). Where lengths differ, only the root knows them all, so it sends to everybody directly.
 */
import { outcome, type Steps } from '../../engine/task.ts';
import { PROC_NULL, ROOT } from '../../model/constants.ts';
import { NO_PAYLOAD, payloadOf, receivePayload, valueOf } from '../../p2p/payload.ts';
import { copyBytes } from '../../wire/copy-bytes.ts';
import type { BufferLike } from '../../wire/element-type.ts';
import { arrival, expect } from '../arrival.ts';
import { rawPayload } from '../buffer-checks.ts';
import {
  checkInterRoot,
  checkRoot,
  type CollectiveEnds,
  type IntercommunicatorEnds,
  isInter,
} from '../collective.ts';
import { countedRootBlocks, equalRootBlocks, type RootBlocks, type RootedVerb } from '../root-blocks.ts';
import { settle } from '../notices.ts';
import { checkValues } from '../values.ts';
import { chooseAlgorithm } from '../tuning/choose-algorithm.ts';
import { binomialScatter, binomialScatterInto } from './binomial-scatter.ts';
import { distribute } from './flat-scatter.ts';

const VERB = 'scatter';
const SCATTER: RootedVerb = { name: VERB, side: 'send' };
const NOT_OWN = -1;

/** Everybody gets its value of the root's; on an intercommunicator the root and its group get nothing. */
export function* scatter<T>(
  ends: CollectiveEnds,
  values: readonly T[] | null | undefined,
  root: number,
): Steps<T> {
  const { local } = ends;
  const { rank } = local;
  const tag = local.nextTag();
  if (isInter(ends)) return (yield* interScatter(ends, values, root)) as T;
  checkRoot(local, VERB, root);
  const size = local.peers.length;
  const chosen = chooseAlgorithm('scatter', 0, size, local.algorithms);
  if (rank !== root) {
    const payload = yield* chosen === 'binomial'
      ? binomialScatter(local, null, root, tag)
      : outcome(receivePayload(local, root, tag));
    return valueOf(local, payload) as T;
  }
  checkValues(local, VERB, values);
  // The own value stays here.
  const payloads = values.map((value, dest) => (dest === rank ? NO_PAYLOAD : payloadOf(local, value)));
  if (chosen === 'binomial') yield* binomialScatter(local, payloads, root, tag);
  else yield* distribute(local, (dest) => payloads[dest] ?? NO_PAYLOAD, rank, tag);
  return values[rank] as T;
}

function* interScatter(
  ends: IntercommunicatorEnds,
  values: readonly unknown[] | null | undefined,
  root: number,
): Steps<unknown> {
  const { remote } = ends;
  const tag = remote.nextTag();
  checkInterRoot(ends, VERB, root);
  if (root === PROC_NULL) return undefined;
  if (root !== ROOT) return valueOf(remote, yield* outcome(receivePayload(remote, root, tag)));
  checkValues(remote, VERB, values);
  const payloads = values.map((value) => payloadOf(remote, value));
  yield* distribute(remote, (dest) => payloads[dest] ?? NO_PAYLOAD, NOT_OWN, tag);
  return undefined;
}

/** Everybody's buffer gets its part of the root's; as many elements for each. */
export function* scatterInto(
  ends: CollectiveEnds,
  send: BufferLike | null,
  recv: BufferLike,
  root: number,
): Steps<void> {
  yield* scatterBlocks(ends, equalRootBlocks(SCATTER, send), recv, root, true);
}

/** The same with as many elements for each as the root says, from where it says. */
export function* scattervInto(
  ends: CollectiveEnds,
  send: BufferLike | null,
  counts: readonly number[] | null,
  displs: readonly number[] | null | undefined,
  recv: BufferLike,
  root: number,
): Steps<void> {
  yield* scatterBlocks(ends, countedRootBlocks(SCATTER, send, counts, displs), recv, root, false);
}

/** `rootBlocks` is asked at the root alone; `areEqual` where everybody knows how much the others get. */
function* scatterBlocks(
  ends: CollectiveEnds,
  rootBlocks: RootBlocks,
  recv: BufferLike,
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
    if (root === ROOT) {
      const parts = rootBlocks(remote, null);
      yield* distribute(remote, (dest) => parts.of(dest), NOT_OWN, remoteTag);
    } else yield* arrival(remote, VERB, expect(remote, rawPayload(remote, VERB, recv), root, remoteTag));
    settle(remote, remoteTag);
    return;
  }
  checkRoot(local, VERB, root);
  const { rank } = local;
  const own = rawPayload(local, VERB, recv);
  const blocks = rank === root ? rootBlocks(local, own) : null;
  const { length } = own.bytes;
  if (
    areEqual &&
    chooseAlgorithm('scatterInto', length, local.peers.length, local.algorithms) === 'binomial'
  ) {
    yield* binomialScatterInto(local, blocks, own, root, tag);
  } else if (blocks === null) yield* arrival(local, VERB, expect(local, own, root, tag));
  else {
    copyBytes(blocks.bytes, blocks.startOf(rank), length, own.bytes, 0);
    yield* distribute(local, (dest) => blocks.of(dest), rank, tag);
  }
  settle(local, tag);
}
