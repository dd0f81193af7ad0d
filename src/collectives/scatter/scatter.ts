/**
 * Scatter: a part of the root's data to each process, in rank order; on an intercommunicator to each of the other
 * group (MPI-4.1 §6.6). Where lengths differ, only the root knows them all, so it sends to everybody directly.
 */
import { MPIError } from '../../errors/mpi-error.ts';
import { outcome, type Steps } from '../../engine/task.ts';
import { copyBytes } from '../../engine/landing.ts';
import type { Payload } from '../../engine/receive-payload.ts';
import { PROC_NULL, ROOT } from '../../model/constants.ts';
import { type Endpoint, processes } from '../../p2p/endpoint.ts';
import { NO_PAYLOAD, payloadOf, receivePayload, valueOf } from '../../p2p/payload.ts';
import type { BufferLike } from '../../wire/element-type.ts';
import { arrival, expect } from '../arrival.ts';
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
import { checkValues } from '../values.ts';
import { chooseAlgorithm } from '../tuning/choose-algorithm.ts';
import { binomialScatter, binomialScatterInto } from './binomial-scatter.ts';
import { distribute } from './flat-scatter.ts';

const VERB = 'scatter';
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

/** Everybody's buffer gets its part of the root's; as many elements for each. */
export function* scatterInto(
  ends: CollectiveEnds,
  send: BufferLike | null,
  recv: BufferLike,
  root: number,
): Steps<void> {
  const { local } = ends;
  const tag = local.nextTag();
  if (isInter(ends)) {
    yield* interScatterInto(ends, recv, root, () => interBlocks(ends, send));
    return;
  }
  checkRoot(local, VERB, root);
  const own = rawPayload(local, VERB, recv);
  const blocks = local.rank === root ? blocksFor(local, own, send) : null;
  const chosen = chooseAlgorithm('scatterInto', own.bytes.length, local.peers.length, local.algorithms);
  yield* chosen === 'binomial'
    ? binomialScatterInto(local, blocks, own, root, tag)
    : flatScatterInto(local, blocks, own, root, tag);
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
  const { local } = ends;
  const tag = local.nextTag();
  const blocksOn = (endpoint: Endpoint): Blocks =>
    countedBlocks(endpoint, VERB, 'send', rawPayload(endpoint, VERB, send), counts, displs);
  if (isInter(ends)) {
    yield* interScatterInto(ends, recv, root, () => blocksOn(ends.remote));
    return;
  }
  checkRoot(local, VERB, root);
  const own = rawPayload(local, VERB, recv);
  const blocks = local.rank === root ? blocksOn(local) : null;
  if (blocks !== null) {
    checkKinds(local, VERB, blocks, own);
    checkOwnBlock(local, VERB, blocks, own.bytes.length);
    checkApart(local, VERB, own.bytes, blocks.bytes, blocks.startOf(root));
  }
  yield* flatScatterInto(local, blocks, own, root, tag);
}

function* flatScatterInto(
  local: Endpoint,
  blocks: Blocks | null,
  own: Payload,
  root: number,
  tag: number,
): Steps<void> {
  const { rank } = local;
  if (blocks === null) {
    yield* arrival(local, VERB, expect(local, own, root, tag));
    return;
  }
  copyBytes(blocks.bytes, blocks.startOf(rank), own.bytes.length, own.bytes, 0);
  yield* distribute(local, (dest) => blocks.of(dest), rank, tag);
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

/** From the root to each of the other group; `blocks` is asked of the root alone. */
function* interScatterInto(
  ends: IntercommunicatorEnds,
  recv: BufferLike,
  root: number,
  blocks: () => Blocks,
): Steps<void> {
  const { remote } = ends;
  const tag = remote.nextTag();
  checkInterRoot(ends, VERB, root);
  if (root === PROC_NULL) return;
  if (root === ROOT) {
    const parts = blocks();
    yield* distribute(remote, (dest) => parts.of(dest), NOT_OWN, tag);
  } else yield* arrival(remote, VERB, expect(remote, rawPayload(remote, VERB, recv), root, tag));
}

function blocksFor(local: Endpoint, own: Payload, send: BufferLike | null): Blocks {
  const size = local.peers.length;
  const { length } = own.bytes;
  const whole = rawPayload(local, VERB, send);
  checkKinds(local, VERB, whole, own);
  checkApart(local, VERB, own.bytes, whole.bytes, local.rank * length);
  if (whole.bytes.length === length * size) return new Blocks(whole, length);
  throw new MPIError(
    'MPI_ERR_BUFFER',
    `Cannot scatter ${String(whole.bytes.length)} bytes to ${processes(size)} of ${local.context.label()} with ${String(length)} bytes each: ` +
      `the root's send buffer must have ${String(length * size)}`,
  );
}

function interBlocks({ remote }: IntercommunicatorEnds, send: BufferLike | null): Blocks {
  const whole = rawPayload(remote, VERB, send);
  return new Blocks(whole, evenShare(remote, VERB, 'send', whole));
}
