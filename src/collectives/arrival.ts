/**
 * The end of a receive in a collective, where the length is known beforehand: any other one is an error that says
 * which process gave what, for the processes do not agree on what they do.
 */
import type { Operation } from '../engine/operation.ts';
import { ReceiveOperation } from '../engine/receive-operation.ts';
import type { Status } from '../engine/request.ts';
import type { Steps } from '../engine/task.ts';
import { MPIError } from '../errors/mpi-error.ts';
import type { Endpoint } from '../p2p/endpoint.ts';
import { receivePayloadInto } from '../p2p/payload.ts';
import type { Payload } from '../engine/receive-payload.ts';
import type { CollectiveEndpoint } from './collective.ts';
import { inTrouble } from './notices.ts';

/** A receive under way of which it is known how long it must become. */
export interface Expected {
  readonly source: number;
  readonly bytes: number;
  readonly receiving: Operation<Status>;
}

/** Starts to receive exactly as many bytes as there is room for. */
export function expect(endpoint: Endpoint, into: Payload, source: number, tag: number): Expected {
  return { source, bytes: into.bytes.length, receiving: receivePayloadInto(endpoint, into, source, tag) };
}

/** Waits for it. Where it has another length the collective is in trouble (notices.ts). */
export function* arrival(endpoint: CollectiveEndpoint, verb: string, expected: Expected): Steps<void> {
  const { receiving, bytes } = expected;
  if (!receiving.done) yield receiving;
  try {
    const came = receiving.take().bytes;
    if (came !== bytes) throw mismatch(endpoint, verb, expected, came);
  } catch (error) {
    const tooLong = error instanceof MPIError && error.code === 'MPI_ERR_TRUNCATE';
    const isOurs = tooLong && receiving instanceof ReceiveOperation;
    const told = isOurs ? mismatch(endpoint, verb, expected, receiving.length, error) : error;
    yield* inTrouble(endpoint, verb, receiving, told);
  }
}

function mismatch(
  { context, rank }: Endpoint,
  verb: string,
  { source, bytes }: Expected,
  came: number,
  cause?: MPIError,
): MPIError {
  return new MPIError(
    cause === undefined ? 'MPI_ERR_COUNT' : 'MPI_ERR_TRUNCATE',
    `Cannot ${verb} on ${context.label()}: rank ${String(source)} sent ${String(came)} bytes and this process (rank ${String(rank)}) expects ${String(bytes)}; ` +
      'the lengths that the processes give must fit each other',
    cause === undefined ? {} : { cause },
  );
}
