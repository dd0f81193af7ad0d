/**
 * Blocks by counts and displacements, as the v-verbs take them (MPI-4.1 §6.5): in elements of the buffer, one for each
 * rank; without displacements one block behind the other. Blocks to be sent may overlap, blocks to be filled may not.
 */
import type { Payload } from '../engine/receive-payload.ts';
import { MPIError } from '../errors/mpi-error.ts';
import { checkLength } from '../p2p/buffer-type.ts';
import { type Endpoint, processes } from '../p2p/endpoint.ts';
import { elementBytes } from '../wire/element-type.ts';
import { Blocks, type Places } from './blocks.ts';
import type { Side } from './buffer-checks.ts';

/** The blocks; throws where the numbers are none, reach beyond the buffer, or overlap where they may not. */
export function countedBlocks(
  endpoint: Endpoint,
  verb: string,
  side: Side,
  whole: Payload,
  counts: readonly number[] | null,
  displs: readonly number[] | null | undefined,
): Blocks {
  const unit = elementBytes(whole.elementType);
  checkNumbers(endpoint, verb, side, 'count', counts);
  const lengths = counts.map((count) => count * unit);
  let starts: number[];
  if (displs === null || displs === undefined) {
    let end = 0;
    starts = lengths.map((length) => (end += length) - length);
  } else {
    checkNumbers(endpoint, verb, side, 'displacement', displs);
    starts = displs.map((displacement) => displacement * unit);
  }
  checkPlaces(endpoint, verb, side, whole, { starts, lengths });
  for (const length of lengths) checkLength(endpoint, verb, length);
  return new Blocks(whole, 0, { starts, lengths });
}

function checkNumbers(
  endpoint: Endpoint,
  verb: string,
  side: Side,
  what: 'count' | 'displacement',
  numbers: readonly number[] | null,
): asserts numbers is readonly number[] {
  const errorClass = what === 'count' ? 'MPI_ERR_COUNT' : 'MPI_ERR_ARG';
  const size = endpoint.peers.length;
  const given: unknown = numbers;
  if (!Array.isArray(given) || given.length !== size) {
    const has = Array.isArray(given) ? String(given.length) : `${String(given)} for`;
    throw new MPIError(
      errorClass,
      `Cannot ${verb} with ${has} ${side} ${what}s on ${endpoint.context.label()}: an array of one for each of ${processes(size)} is wanted`,
    );
  }
  for (const [rank, number] of given.entries()) {
    if (Number.isSafeInteger(number) && number >= 0) continue;
    throw new MPIError(
      errorClass,
      `Cannot ${verb} with ${side} ${what} ${String(number)} for rank ${String(rank)} on ${endpoint.context.label()}: a whole number of elements from 0 on is wanted`,
    );
  }
}

interface PlacedBlock {
  readonly rank: number;
  readonly start: number;
  readonly end: number;
}

function checkPlaces(endpoint: Endpoint, verb: string, side: Side, whole: Payload, places: Places): void {
  const { starts, lengths } = places;
  const unit = elementBytes(whole.elementType);
  const elements = ({ start, end }: PlacedBlock): string =>
    `elements ${String(start / unit)}..${String(end / unit - 1)}`;
  const blocks = lengths.map((length, rank): PlacedBlock => {
    const start = starts[rank] ?? 0;
    return { rank, start, end: start + length };
  });
  let before: PlacedBlock | null = null;
  for (const block of blocks.filter(({ start, end }) => end > start).sort((a, b) => a.start - b.start)) {
    if (block.end > whole.bytes.length) {
      throw new MPIError(
        'MPI_ERR_BUFFER',
        `Cannot ${verb} on ${endpoint.context.label()}: the ${side} block of rank ${String(block.rank)} is ${elements(block)} and ` +
          `the buffer has ${String(Math.floor(whole.bytes.length / unit))}; give a longer buffer, or other counts or displacements`,
      );
    }
    if (side === 'receive' && before !== null && before.end > block.start) {
      throw new MPIError(
        'MPI_ERR_ARG',
        `Cannot ${verb} on ${endpoint.context.label()}: the receive blocks of rank ${String(before.rank)} (${elements(before)}) and ` +
          `rank ${String(block.rank)} (${elements(block)}) overlap; each element may be filled once`,
      );
    }
    before = block;
  }
}
