/**
 * The buffer of the root in a gather or a scatter of elements, which has a block for each process: equal ones, or as the root's
 * counts say. A gather fills it, a scatter shares it out; what is asked of it is the same.
 *
 *     root's buffer    │ 0 │ 1 │ 2 │     ←  gather      own parts    │ 0 │   │ 1 │   │ 2 │
 *                                        scatter  →
 */
import type { Payload } from '../engine/receive-payload.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { processes } from '../p2p/endpoint.ts';
import type { BufferLike } from '../wire/element-type.ts';
import { Blocks } from './blocks.ts';
import { checkApart, checkKinds, checkOwnBlock, evenShare, rawWhole, type Side } from './buffer-checks.ts';
import type { CollectiveEndpoint } from './collective.ts';
import { countedBlocks } from './counted-blocks.ts';

/** Which of the two it is. */
export interface RootedVerb {
  readonly name: 'gather' | 'scatter';
  /** What the root does with its buffer. */
  readonly side: Side;
}

/** The root's blocks. `own` is the root's own part, null on an intercommunicator; throws where they do not fit. */
export type RootBlocks = (endpoint: CollectiveEndpoint, own: Payload | null) => Blocks;

/** As many elements for each. */
export function equalRootBlocks({ name, side }: RootedVerb, buffer: BufferLike | null): RootBlocks {
  return (endpoint, own) => {
    const whole = rawWhole(endpoint, name, buffer);
    if (own === null) return new Blocks(whole, evenShare(endpoint, name, side, whole));
    const { length } = own.bytes;
    checkParts(endpoint, { name, side }, own, whole, endpoint.rank * length);
    const size = endpoint.peers.length;
    if (whole.bytes.length === length * size) return new Blocks(whole, length);
    throw new MPIError(
      'MPI_ERR_BUFFER',
      `Cannot ${name} ${String(length)} bytes ${side === 'receive' ? 'from' : 'to'} each of ${processes(size)} of ${endpoint.context.label()}: ` +
        `the root's ${side} buffer must have ${String(length * size)} and has ${String(whole.bytes.length)}`,
    );
  };
}

/** As many as the root says, where it says. */
export function countedRootBlocks(
  { name, side }: RootedVerb,
  buffer: BufferLike | null,
  counts: readonly number[] | null,
  displs: readonly number[] | null | undefined,
): RootBlocks {
  return (endpoint, own) => {
    const whole = rawWhole(endpoint, name, buffer);
    const blocks = countedBlocks(endpoint, name, side, whole, counts, displs);
    if (own === null) return blocks;
    checkOwnBlock(endpoint, name, blocks, own.bytes.length);
    checkParts(endpoint, { name, side }, own, whole, blocks.startOf(endpoint.rank));
    return blocks;
  };
}

function checkParts(
  endpoint: CollectiveEndpoint,
  { name, side }: RootedVerb,
  own: Payload,
  whole: Payload,
  at: number,
): void {
  if (side === 'receive') checkKinds(endpoint, name, own, whole);
  else checkKinds(endpoint, name, whole, own);
  checkApart(endpoint, name, own.bytes, whole.bytes, at);
}
