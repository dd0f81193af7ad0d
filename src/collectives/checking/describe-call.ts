/**
 * What the arguments of each collective say: one line for each verb, by its name in the public API. Verbs that are not here
 * are not compared. Arguments that are wrong by themselves say nothing: that is for the verb to refuse (refusal.ts).
 */
import { ERROR_CLASSES, type ErrorClassName } from '../../errors/error-classes.ts';
import { MPIError } from '../../errors/mpi-error.ts';
import { PROC_NULL, ROOT } from '../../model/constants.ts';
import {
  type BufferLike,
  elementBytes,
  elementTypeName,
  elementTypeOf,
  isGone,
  VALUE,
} from '../../wire/element-type.ts';
import type { Op } from '../operations/op.ts';
import { SUM } from '../operations/predefined.ts';
import type { CollectiveCall, Flow } from './collective-call.ts';

/** Where a process stands in its communicator. */
export interface Place {
  readonly rank: number;
  /** With how many data is exchanged: those of the own group, on an intercommunicator those of the other one. */
  readonly peers: number;
  readonly isInter: boolean;
}

type Described = Omit<CollectiveCall, 'verb'>;
type Describe = (place: Place, args: readonly unknown[]) => Described;
/** How much goes to or comes from each peer; null where the arguments do not say. */
type Amount = Flow | null;

const nothing = (): Described => ({});

const DESCRIPTIONS: Readonly<Record<string, Describe>> = {
  barrier: nothing,
  bcast: (_, [, root = 0]) => ({ root: rootSaid(root) }),
  bcastInto: (place, [buffer, root = 0]) => fromRoot(place, root, whole(buffer), whole(buffer)),
  gather: (_, [, root = 0]) => ({ root: rootSaid(root) }),
  gatherInto: (place, [send, recv, root = 0]) => toRoot(place, root, whole(send), share(place, recv)),
  gathervInto: (place, [send, recv, counts, , root = 0]) =>
    toRoot(place, root, whole(send), parts(recv, counts)),
  scatter: (_, [, root = 0]) => ({ root: rootSaid(root) }),
  scatterInto: (place, [send, recv, root = 0]) => fromRoot(place, root, share(place, send), whole(recv)),
  scattervInto: (place, [send, counts, , recv, root = 0]) =>
    fromRoot(place, root, parts(send, counts), whole(recv)),
  allgather: nothing,
  allgatherInto: (place, [send, recv]) => exchanged(whole(send), share(place, recv)),
  allgathervInto: (_, [send, recv, counts]) => exchanged(whole(send), parts(recv, counts)),
  alltoall: nothing,
  alltoallInto: (place, [send, recv]) => exchanged(share(place, send), share(place, recv)),
  alltoallvInto: (_, [send, sendCounts, , recv, recvCounts]) =>
    exchanged(parts(send, sendCounts), parts(recv, recvCounts)),
  reduce: (_, [, op, root = 0]) => toRootCombined(root, operation(op)),
  reduceInto: (_, [send, recv, op, root = 0]) =>
    toRootCombined(root, { ...operation(op), ...elements(root === ROOT ? recv : send) }),
  allreduce: combined,
  allreduceInto: combinedElements,
  reduceScatterInto: (_, [send, , counts, op]) => ({
    same: { ...operation(op), ...elements(send) },
    sameInGroup: { counts: isNumbers(counts) ? `[${counts.join(', ')}]` : kindOf(counts) },
  }),
  reduceScatterBlockInto: combinedElements,
  scan: combined,
  scanInto: combinedElements,
  exscan: combined,
  exscanInto: combinedElements,
  dup: nothing,
  split: nothing,
  splitType: (_, [type]) => ({ same: { type: typeof type === 'string' ? type : kindOf(type) } }),
  create: nothing,
  createIntercomm: (_, [leader]) => ({ same: { 'local leader': said(leader) } }),
  merge: (_, [high = false]) => ({ sameInGroup: { high: said(high) } }),
};

/** The verbs that are compared. */
export const COMPARED_VERBS: readonly string[] = Object.keys(DESCRIPTIONS);

/** What a process says when it starts a collective: `verb` without `Sync`, and its arguments. */
export function describeCall(verb: string, place: Place, args: readonly unknown[]): CollectiveCall {
  return { verb, ...(DESCRIPTIONS[verb] ?? nothing)(place, args) };
}

/** The same where the verb refuses the arguments: for the others only this counts. */
export function refusedCall(verb: string, reason: Error): CollectiveCall {
  const known = reason instanceof MPIError && reason.code in ERROR_CLASSES;
  const code = known ? (reason.code as ErrorClassName) : 'MPI_ERR_OTHER';
  // Whoever makes an error of it again adds the class.
  return { verb, complaint: { code, text: reason.message.replace(/ \(\w+\)$/, '') } };
}

// ── roots

const rootSaid = (root: unknown): number | string => (typeof root === 'number' ? root : kindOf(root));

const isRoot = (place: Place, root: unknown): boolean => root === (place.isInter ? ROOT : place.rank);

/** Whether it is one of those that the root sends to, or that send to the root. */
const isLeaf = (place: Place, root: unknown): root is number =>
  typeof root === 'number' && (!place.isInter || root >= 0);

function fromRoot(place: Place, root: unknown, given: Amount, taken: Amount): Described {
  return {
    root: rootSaid(root),
    ...(isRoot(place, root) ? flow('sends', given) : {}),
    ...(isLeaf(place, root) ? flow('expects', taken, root) : {}),
  };
}

function toRoot(place: Place, root: unknown, given: Amount, taken: Amount): Described {
  return {
    root: rootSaid(root),
    ...(isLeaf(place, root) ? flow('sends', given, root) : {}),
    ...(isRoot(place, root) ? flow('expects', taken) : {}),
  };
}

function toRootCombined(root: unknown, same: Readonly<Record<string, string>>): Described {
  return root === PROC_NULL ? { root } : { root: rootSaid(root), same };
}

// ── data

function exchanged(given: Amount, taken: Amount): Described {
  return { ...flow('sends', given), ...flow('expects', taken) };
}

function flow(which: 'sends' | 'expects', amount: Amount, peer?: number): Described {
  if (amount === null) return {};
  return { [which]: peer === undefined ? amount : { ...amount, peer } };
}

/** All of a buffer to or from each. */
const whole = (buffer: unknown): Amount => share({ peers: 1 }, buffer);

/** An equal share of a buffer to or from each. */
const share = ({ peers }: Pick<Place, 'peers'>, buffer: unknown): Amount =>
  isBuffer(buffer) ? { elementType: elementTypeOf(buffer), counts: countOf(buffer) / peers } : null;

/** So many elements of a buffer to or from each. */
const parts = (buffer: unknown, counts: unknown): Amount =>
  isBuffer(buffer) && isNumbers(counts) ? { elementType: elementTypeOf(buffer), counts } : null;

const isNumbers = (list: unknown): list is readonly number[] =>
  Array.isArray(list) && list.every((item) => typeof item === 'number');

const isBuffer = (buffer: unknown): buffer is BufferLike => elementTypeOf(buffer) !== VALUE;

/** A buffer whose memory is gone has none: the call itself refuses it. */
function countOf(buffer: BufferLike): number {
  const type = elementTypeOf(buffer);
  return isGone(buffer, type) ? 0 : buffer.byteLength / elementBytes(type);
}

// ── reductions

function operation(op: unknown = SUM): Readonly<Record<string, string>> {
  if (typeof op !== 'object' || op === null) return { operation: kindOf(op) };
  const { name, commutative } = op as Partial<Op>;
  if (typeof name !== 'string') return { operation: kindOf(op) };
  return { operation: `${name}${commutative === true ? '' : ' (not commutative)'}` };
}

/** A reduction works element by element, so here bytes and numbers are different things. */
function elements(buffer: unknown): Readonly<Record<string, string>> {
  if (!isBuffer(buffer)) return { elements: kindOf(buffer) };
  return { elements: `${String(countOf(buffer))} of ${elementTypeName(elementTypeOf(buffer))}` };
}

function combined(_: Place, [, op]: readonly unknown[]): Described {
  return { same: operation(op) };
}

function combinedElements(_: Place, [send, , op]: readonly unknown[]): Described {
  return { same: { ...operation(op), ...elements(send) } };
}

const said = (value: unknown): string =>
  typeof value === 'number' || typeof value === 'boolean' ? String(value) : kindOf(value);

const kindOf = (value: unknown): string =>
  value === null || value === undefined ? String(value) : `a ${typeof value}`;
