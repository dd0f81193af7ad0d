/**
 * The verbs of a communicator: the methods that do something in MPI, and so may fail. For whoever puts something before all
 * of them on one communicator, such as an error handler. The twins with `Sync` are verbs too; inter- and
 * intracommunicators each lack some.
 */

const TWINS = [
  'send',
  'ssend',
  'recv',
  'recvInto',
  'sendrecv',
  'sendrecvInto',
  'probe',
  'mprobe',
  'barrier',
  'bcast',
  'bcastInto',
  'gather',
  'gatherInto',
  'gathervInto',
  'scatter',
  'scatterInto',
  'scattervInto',
  'allgather',
  'allgatherInto',
  'allgathervInto',
  'alltoall',
  'alltoallInto',
  'alltoallvInto',
  'reduce',
  'reduceInto',
  'allreduce',
  'allreduceInto',
  'reduceScatterInto',
  'reduceScatterBlockInto',
  'scan',
  'scanInto',
  'exscan',
  'exscanInto',
  'dup',
  'split',
  'splitType',
  'create',
  'createGroup',
  'createIntercomm',
  'merge',
  'spawn',
  'spawnMultiple',
  'accept',
  'connect',
  'disconnect',
] as const;

const SINGLES = [
  'rsend',
  'bsend',
  'iprobe',
  'improbe',
  'messages',
  'accepting',
  'compare',
  'getAttr',
  'setAttr',
  'deleteAttr',
  'free',
] as const;

type Twin = (typeof TWINS)[number];

/** A verb's name as the contract of the public API has it. */
export type Verb = Twin | `${Twin}Sync` | (typeof SINGLES)[number];

export const VERBS: readonly Verb[] = [...TWINS, ...TWINS.map((verb) => `${verb}Sync` as const), ...SINGLES];
