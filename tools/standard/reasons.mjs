/** Why a function of the standard has no counterpart here: reasons that hold for more than one of them. */

export const DATATYPES =
  'Data describes itself: a typed array knows its element type, everything else travels by structured clone.';

export const COLLECTED = 'The garbage collector frees it.';

export const PERSISTENT =
  'A persistent request saves the set-up of a call, which is small here; the plain verb is called again instead.';

export const PARTITIONED =
  'One thread of a process communicates, so there is nothing to contribute in parts.';

export const BUFFERS =
  'The library holds the copies of buffered sends itself (as with `MPI_BUFFER_AUTOMATIC`), up to 1 GiB.';

export const FLUSH = 'Buffered messages leave by themselves; `finalize` waits for them.';

export const TOPOLOGIES = 'No topologies: the neighbours in a grid are arithmetic on ranks.';

export const NEIGHBOURS = 'No topologies, so no neighbours by topology: `sendrecv` exchanges with any.';

export const INFO_HINTS = 'Communicators take no hints.';

export const INFO_OBJECTS = 'An info object is an options object here, whose keys the compiler checks.';

export const WINDOWS = 'No one-sided communication, so no windows.';

export const FILES = "No parallel files: the program's own file system functions serve.";

export const SESSIONS =
  'The world model alone: importing the package initialises MPI, and a group for `createFromGroup` comes from any communicator.';
