/**
 * What a collective refuses in the arguments of this process, whatever the others say: found by the verb itself. It looks at
 * its arguments before its first message, so it is begun where none leaves: on ends whose contexts are broken. What it throws
 * before it comes to them is what it would throw in earnest.
 *
 * Its receive buffer may hold this process' own part afterwards, as it would in earnest.
 */
import { MatchContext } from '../../engine/match-context.ts';
import type { Steps } from '../../engine/task.ts';
import { MPIError } from '../../errors/mpi-error.ts';
import { allgather, allgatherInto, allgathervInto } from '../allgather/allgather.ts';
import { allreduce, allreduceInto } from '../allreduce/allreduce.ts';
import { alltoall, alltoallInto, alltoallvInto } from '../alltoall/alltoall.ts';
import { bcast, bcastInto } from '../bcast/bcast.ts';
import type { CollectiveEndpoint, CollectiveEnds } from '../collective.ts';
import { gather, gatherInto, gathervInto } from '../gather/gather.ts';
import { SUM } from '../operations/predefined.ts';
import { reduceScatterBlockInto, reduceScatterInto } from '../reduce-scatter/reduce-scatter.ts';
import { reduce, reduceInto } from '../reduce/reduce.ts';
import { exscan, exscanInto, scan, scanInto } from '../scan/scan.ts';
import { scatter, scatterInto, scattervInto } from '../scatter/scatter.ts';

/** A verb; what it is given may be of any type, as it comes from a program. */
type Verb = (ends: CollectiveEnds, ...args: never[]) => Steps<unknown>;

/** Of one group alone. */
const among =
  (verb: (endpoint: CollectiveEndpoint, ...args: never[]) => Steps<unknown>): Verb =>
  ({ local }, ...args) =>
    verb(local, ...args);

/** The verbs that move or combine data, and what the public API puts where nothing is passed. */
const VERBS: Readonly<Record<string, readonly [Verb, ...defaults: readonly unknown[]]>> = {
  bcast: [bcast, undefined, 0],
  bcastInto: [bcastInto, undefined, 0],
  gather: [gather, undefined, 0],
  gatherInto: [gatherInto, undefined, undefined, 0],
  gathervInto: [gathervInto, undefined, undefined, undefined, undefined, 0],
  scatter: [scatter, undefined, 0],
  scatterInto: [scatterInto, undefined, undefined, 0],
  scattervInto: [scattervInto, undefined, undefined, undefined, undefined, 0],
  allgather: [allgather],
  allgatherInto: [allgatherInto],
  allgathervInto: [allgathervInto],
  alltoall: [alltoall],
  alltoallInto: [alltoallInto],
  alltoallvInto: [alltoallvInto],
  reduce: [reduce, undefined, SUM, 0],
  reduceInto: [reduceInto, undefined, undefined, SUM, 0],
  allreduce: [allreduce, undefined, SUM],
  allreduceInto: [allreduceInto, undefined, undefined, SUM],
  reduceScatterInto: [reduceScatterInto, undefined, undefined, undefined, SUM],
  reduceScatterBlockInto: [reduceScatterBlockInto, undefined, undefined, SUM],
  scan: [among(scan), undefined, SUM],
  scanInto: [among(scanInto), undefined, undefined, SUM],
  exscan: [among(exscan), undefined, SUM],
  exscanInto: [among(exscanInto), undefined, undefined, SUM],
};

/** What the verb throws because of its arguments alone; null where it would begin. */
export function refusal(
  verb: string,
  { local, remote }: CollectiveEnds,
  args: readonly unknown[],
): Error | null {
  const known = VERBS[verb];
  if (known === undefined) return null;
  const [begin, ...defaults] = known;
  const given = Array.from({ length: Math.max(args.length, defaults.length) }, (_, place) =>
    args[place] === undefined ? defaults[place] : args[place],
  );
  const silence = new MPIError('MPI_ERR_OTHER', 'Cannot send anything: only the arguments are looked at');
  const ends = { local: silent(local, silence), remote: remote === null ? null : silent(remote, silence) };
  const error = thrownBy(() => begin(ends, ...(given as never[])).next());
  return error === silence ? null : error;
}

/** What it throws, null for nothing. */
export function thrownBy(call: () => unknown): Error | null {
  try {
    call();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error), { cause: error });
  }
  return null;
}

/** The same end where nothing can be sent or received. */
function silent(endpoint: CollectiveEndpoint, silence: MPIError): CollectiveEndpoint {
  const { high, low, label } = endpoint.context;
  const context = new MatchContext(high, low);
  context.label = label;
  context.broken = silence;
  return { ...endpoint, context, common: null, nextTag: () => 0 };
}
