/** What this library has beyond the standard: every public name that no row of the standard's functions mentions. */

export const BEYOND = [
  ['comm.messages', 'Every message that matches, as it comes, for `for await`.'],
  ['comm.Symbol.asyncDispose', '`await using` disconnects.'],
  ['request.then request.catch request.finally', 'A request is awaited like a promise.'],
  ['op.name', 'For error messages.'],
  ['error.code', 'The name of the class, such as `MPI_ERR_RANK`.'],
  ['group.ids', "The members' identities in rank order; no two processes that ever meet have the same."],
  ['MPI.MPIError', 'What every failure throws or rejects with.'],
  [
    'MPI.StatusesError',
    'Several requests, some failed: `statuses` says which and why (`MPI_ERR_IN_STATUS`).',
  ],
  ['MPI.ProcessFailedError', 'A peer has died or left: `failedRanks` says who (`MPI_ERR_PROC_FAILED`).'],
  ['MPI.SpawnError', 'Processes that could not be started; `errcodes` has a class for each.'],
  [
    'MPI.createSharedMemory MPI.openSharedMemory',
    'Memory that processes of a host have in common, beside messages, by its name.',
  ],
  ['MPI.Port', 'A port that this process has open.'],
  ['port.closed port.waiting', 'Whether it is closed, and how many clients wait there.'],
  ['port.name port.toString', 'What a client needs, in one string.'],
  ['port.Symbol.asyncIterator', '`for await (const client of port)` accepts one client after the other.'],
  ['port.Symbol.asyncDispose', '`await using` closes it.'],
  [
    'MPI.ANY_SOURCE MPI.ANY_TAG MPI.ROOT MPI.UNDEFINED',
    "The standard's constants, with the values of its ABI.",
  ],
  [
    'MPI.Communicator MPI.Intracommunicator MPI.Intercommunicator MPI.Group',
    'The classes, for `instanceof`.',
  ],
];
