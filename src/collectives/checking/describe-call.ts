/**
 * What the arguments of each collective say: one line for each verb, by its name in the public API. Verbs that are not here
 * are not compared.
 */
import { PROC_NULL, ROOT } from '../../model/constants.ts';
import {
  type BufferLike,
  bytesOf,
  elementBytes,
  elementTypeName,
  elementTypeOf,
  VALUE,
} from '../../wire/element-type.ts';
import type { Op } from '../operations/op.ts';
import { SUM } from '../operations/predefined.ts';
import type { CollectiveCall, Complaint, Flow } from './collective-call.ts';

/** Where a process stands in its communicator. */
export interface Place {
  readonly rank: number;
  /** With how many data is exchanged: those of the own group, on an intercommunicator those of the other one. */
  readonly peers: number;
  readonly isInter: boolean;
}

type Described = Omit<CollectiveCall, 'verb'>;
type Describe = (place: Place, args: readonly unknown[]) => Described;
/** How much goes to or comes from each peer. */
type Amount = () => Flow | Complaint;

const nothing = (): Described => ({});

const DESCRIPTIONS: Readonly<Record<string, Describe>> = {
  barrier: nothing,
  bcast: (_, [, root = 0]) => ({ root: rootSaid(root) }),
  bcastInto: (place, [buffer, root = 0]) => fromRoot(place, root, whole(buffer), whole(buffer)),
  gather: (_, [, root = 0]) => ({ root: rootSaid(root) }),
  gatherInto: (place, [send, recv, root = 0]) => toRoot(place, root, whole(send), share(place, recv)),
  gathervInto: (place, [send, recv, counts, , root = 0]) =>
    toRoot(place, root, whole(send), parts(recv, counts)),
  scatter: (place, [values, root = 0]) => ({
    root: rootSaid(root),
    ...(isRoot(place, root) ? list(place, values) : {}),
  }),
  scatterInto: (place, [send, recv, root = 0]) => fromRoot(place, root, share(place, send), whole(recv)),
  scattervInto: (place, [send, counts, , recv, root = 0]) =>
    fromRoot(place, root, parts(send, counts), whole(recv)),
  allgather: nothing,
  allgatherInto: (place, [send, recv]) => exchanged(whole(send), share(place, recv)),
  allgathervInto: (_, [send, recv, counts]) => exchanged(whole(send), parts(recv, counts)),
  alltoall: (place, [values]) => list(place, values),
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
    sameInGroup: { counts: Array.isArray(counts) ? `[${counts.join(', ')}]` : kindOf(counts) },
  }),
  reduceScatterBlockInto: combinedElements,
  scan: combined,
  scanInto: combinedElements,
  exscan: combined,
  exscanInto: combinedElements,
  dup: nothing,
  split: nothing,
  splitType: (_, [type]) => ({ same: { type: String(type) } }),
  create: nothing,
  createIntercomm: (_, [leader]) => ({ same: { 'local leader': String(leader) } }),
  merge: (_, [high = false]) => ({ sameInGroup: { high: String(high) } }),
};

/** The verbs that are compared. */
export const COMPARED_VERBS: readonly string[] = Object.keys(DESCRIPTIONS);

/** What a process says when it starts a collective: `verb` without `Sync`, and its arguments. */
export function describeCall(verb: string, place: Place, args: readonly unknown[]): CollectiveCall {
  return { verb, ...(DESCRIPTIONS[verb] ?? nothing)(place, args) };
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
    ...(isRoot(place, root) ? flow('sends', given()) : {}),
    ...(isLeaf(place, root) ? flow('expects', taken(), root) : {}),
  };
}

function toRoot(place: Place, root: unknown, given: Amount, taken: Amount): Described {
  return {
    root: rootSaid(root),
    ...(isLeaf(place, root) ? flow('sends', given(), root) : {}),
    ...(isRoot(place, root) ? flow('expects', taken()) : {}),
  };
}

function toRootCombined(root: unknown, same: Readonly<Record<string, string>>): Described {
  return root === PROC_NULL ? { root } : { root: rootSaid(root), same };
}

// ── data

function exchanged(given: Amount, taken: Amount): Described {
  return { ...flow('sends', given()), ...flow('expects', taken()) };
}

function flow(which: 'sends' | 'expects', amount: Flow | Complaint, peer?: number): Described {
  if ('code' in amount) return { complaint: amount };
  return { [which]: peer === undefined ? amount : { ...amount, peer } };
}

/** All of a buffer to or from each. */
const whole =
  (buffer: unknown): Amount =>
  () =>
    isBuffer(buffer) ? { elementType: elementTypeOf(buffer), counts: countOf(buffer) } : noBuffer(buffer);

/** An equal share of a buffer to or from each. */
const share =
  ({ peers }: Place, buffer: unknown): Amount =>
  () => {
    if (!isBuffer(buffer)) return noBuffer(buffer);
    const count = countOf(buffer);
    if (count % peers === 0) return { elementType: elementTypeOf(buffer), counts: count / peers };
    return {
      code: 'MPI_ERR_BUFFER',
      text: `gives a buffer of ${String(count)} elements, which ${String(peers)} processes cannot share equally`,
    };
  };

/** So many elements of a buffer to or from each. */
const parts =
  (buffer: unknown, counts: unknown): Amount =>
  () => {
    if (!isBuffer(buffer)) return noBuffer(buffer);
    if (Array.isArray(counts)) return { elementType: elementTypeOf(buffer), counts: counts.map(Number) };
    return { code: 'MPI_ERR_COUNT', text: `gives ${kindOf(counts)} for the counts` };
  };

/** One value for each peer. */
function list({ peers }: Place, values: unknown): Described {
  if (Array.isArray(values) && values.length === peers) return {};
  const given = Array.isArray(values) ? `${String(values.length)} values` : kindOf(values);
  return {
    complaint: { code: 'MPI_ERR_COUNT', text: `gives ${given} for ${String(peers)} processes` },
  };
}

const isBuffer = (buffer: unknown): buffer is BufferLike => elementTypeOf(buffer) !== VALUE;

const countOf = (buffer: BufferLike): number => bytesOf(buffer).length / elementBytes(elementTypeOf(buffer));

const noBuffer = (given: unknown): Complaint => ({
  code: 'MPI_ERR_BUFFER',
  text: `gives ${kindOf(given)} for a buffer`,
});

// ── reductions

function operation(op: unknown = SUM): Readonly<Record<string, string>> {
  if (typeof op !== 'object' || op === null) return { operation: kindOf(op) };
  const { name, commutative } = op as Partial<Op>;
  return { operation: `${String(name)}${commutative === true ? '' : ' (not commutative)'}` };
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

const kindOf = (value: unknown): string =>
  value === null || value === undefined ? String(value) : `a ${typeof value}`;
