/**
 * What a process comes with to a collective in common memory, as a few numbers that the others compare with their own, and what
 * is told where they differ.
 */
import { MPIError } from '../../errors/mpi-error.ts';
import type { Endpoint } from '../../p2p/endpoint.ts';
import { elementTypeName, typesAgree } from '../../wire/element-type.ts';
import type { Call, CommonMemory } from './common-memory.ts';

const VERBS = ['barrier', 'broadcast', 'reduce', 'allreduce', 'allgather', 'alltoall'] as const;
export type CommonVerb = (typeof VERBS)[number];
const VERB_NUMBERS: Readonly<Record<CommonVerb, number>> = {
  barrier: 0,
  broadcast: 1,
  reduce: 2,
  allreduce: 3,
  allgather: 4,
  alltoall: 5,
};

export const numberOfVerb = (verb: CommonVerb): number => VERB_NUMBERS[verb];

const TYPE_SHIFT = 4;
const ROOT_SHIFT = 10;
const OPERATION_SHIFT = 16;
const TYPE_MASK = 63;
const ROOT_MASK = 63;

/** What a call is about; `operation` is the name of one of the standard's. */
export const kindOfCall = (
  verb: CommonVerb,
  elementType: number = 0,
  root: number = -1,
  operation: string = '',
): number =>
  VERB_NUMBERS[verb] |
  (elementType << TYPE_SHIFT) |
  ((root + 1) << ROOT_SHIFT) |
  (numberOf(operation) << OPERATION_SHIFT);

/** Throws where a member has come to this stage with another call. */
export function checkCall(
  endpoint: Endpoint,
  memory: CommonMemory,
  stage: number,
  call: Call,
  member: number,
): void {
  if (memory.comesWith(member, stage, call)) return;
  const error = disagreement(endpoint, call, memory.callOf(member, stage), member);
  if (error !== null) throw error;
}

/** The same for everybody. */
export function checkCalls(endpoint: Endpoint, memory: CommonMemory, stage: number, call: Call): void {
  for (let member = 0; member < memory.size; member++)
    if (member !== memory.rank) checkCall(endpoint, memory, stage, call, member);
}

/** The processes are not even at the same collective, and never will be again. */
export class OutOfStepError extends MPIError {}

function disagreement(endpoint: Endpoint, own: Call, other: Call, member: number): MPIError | null {
  const verb = verbOf(own);
  const on = `Cannot ${verb} on ${endpoint.context.label()}`;
  const [them, us] = [`rank ${String(member)}`, `this process (rank ${String(endpoint.rank)})`];
  if (verbOf(other) !== verb || other.tag !== own.tag) {
    return new OutOfStepError(
      'MPI_ERR_OTHER',
      `${on}: ${them} is at another collective, ${verbOf(other)}, number ${String(other.tag)} on this communicator, and ${us} at number ${String(own.tag)}; ` +
        'all processes must call the same collectives in the same order (PARLEY_CHECK=collective tells where they part)',
    );
  }
  if (rootOf(own) !== rootOf(other)) {
    return new MPIError(
      'MPI_ERR_ROOT',
      `${on}: ${them} says that the root is ${String(rootOf(other))} and ${us} that it is ${String(rootOf(own))}; all must name the same`,
    );
  }
  const [theirs, ours] = [typeOf(other), typeOf(own)];
  const reduces = verb === 'reduce' || verb === 'allreduce';
  if (reduces ? theirs !== ours : !typesAgree(theirs, ours)) {
    return new MPIError(
      'MPI_ERR_TYPE',
      `${on}: ${them} gives elements of a ${elementTypeName(theirs)} and ${us} those of a ${elementTypeName(ours)}; every process must give the same kind of array`,
    );
  }
  if (own.bytes !== other.bytes) {
    return new MPIError(
      other.bytes > own.bytes ? 'MPI_ERR_TRUNCATE' : 'MPI_ERR_COUNT',
      `${on}: ${them} sent ${String(other.bytes)} bytes and ${us} expects ${String(own.bytes)}; the lengths that the processes give must fit each other`,
    );
  }
  if (own.what >>> OPERATION_SHIFT === other.what >>> OPERATION_SHIFT) return null;
  return new MPIError(
    'MPI_ERR_OP',
    `${on}: ${them} gives another operation than ${us}; all must give the same`,
  );
}

const verbOf = ({ what }: Call): string => VERBS[what & (2 ** TYPE_SHIFT - 1)] ?? 'something unknown';
const typeOf = ({ what }: Call): number => (what >> TYPE_SHIFT) & TYPE_MASK;
const rootOf = ({ what }: Call): number => ((what >> ROOT_SHIFT) & ROOT_MASK) - 1;

/** A number of 15 bits for the name of an operation. */
function numberOf(name: string): number {
  let number = 0;
  for (let k = 0; k < name.length; k++) number = (number * 31 + name.charCodeAt(k)) & 0x7fff;
  return number;
}
