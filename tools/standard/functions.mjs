/**
 * The standard's functions, chapter by chapter: where people say what stands here for each. A row is
 *
 *     [section, function, ours, note]
 *
 * `ours` names what does it here, separated by blanks: `MPI.openPort` is an export, `comm.send` a member of
 * Communicator (RECEIVERS has the other words). Where it is null there is nothing, and `note` says why in one sentence;
 * else `note` may say what differs. Whether a name exists, and which tests show it, nobody writes down: tools/standard.mjs
 * finds out.
 *
 * Counts are numbers here, so what is said of a function holds for its large-count twin (`MPI_Send_c`) as well.
 */
import { COLLECTIVE } from './collective.mjs';
import { COMMUNICATORS, TOPOLOGY } from './communicators.mjs';
import { ENVIRONMENT, INFO, PROCESSES } from './environment.mjs';
import { DATA, PARTITIONED_COMMUNICATION, POINT_TO_POINT } from './point-to-point.mjs';

/** What the first word of a name in `ours` is short for. */
export const RECEIVERS = {
  comm: 'Communicator',
  intra: 'Intracommunicator',
  inter: 'Intercommunicator',
  group: 'Group',
  request: 'Request',
  status: 'Status',
  message: 'MatchedMessage',
  op: 'Op',
  error: 'MPIError',
  port: 'Port',
};

export const CHAPTERS = [
  { number: 3, title: 'Point-to-point communication', rows: POINT_TO_POINT },
  { number: 4, title: 'Partitioned communication', rows: PARTITIONED_COMMUNICATION },
  { number: 5, title: 'Datatypes', rows: DATA },
  { number: 6, title: 'Collective communication', rows: COLLECTIVE },
  { number: 7, title: 'Groups, contexts, communicators and caching', rows: COMMUNICATORS },
  { number: 8, title: 'Process topologies', rows: TOPOLOGY },
  { number: 9, title: 'Environment', rows: ENVIRONMENT },
  { number: 10, title: 'Info objects', rows: INFO },
  { number: 11, title: 'Process initialisation, creation and management', rows: PROCESSES },
];

/** Chapters of which there is nothing. */
const OUTSIDE = 'Outside of what this library is for: messages, collectives, and processes that come and go.';
export const OTHER_CHAPTERS = [
  { number: 12, title: 'One-sided communication', reason: OUTSIDE },
  { number: 13, title: 'External interfaces', reason: 'A promise can be awaited beside any request.' },
  { number: 14, title: 'Input and output', reason: OUTSIDE },
  { number: 15, title: 'Tool support', reason: "Node's own inspector and profiler serve." },
];
