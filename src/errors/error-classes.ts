/**
 * The error classes of the MPI standard with the numbers of the MPI-5.0 ABI (§20.3), and the few that this library adds
 * above them: at the upper end of what the ABI leaves free, below its MPI_ERR_LASTCODE, since they are predefined too. A
 * class is a name (`'MPI_ERR_RANK'`), a number, and one plain sentence.
 */

/** Every error class by its name in the standard: its number and what it means. */
export const ERROR_CLASSES = {
  MPI_SUCCESS: [0, 'No error'],
  MPI_ERR_BUFFER: [1, 'The buffer is no buffer, or has another size than the operation wants'],
  MPI_ERR_COUNT: [2, 'A count is negative, or does not fit the others'],
  MPI_ERR_TYPE: [3, 'The element types do not agree, or the value cannot travel'],
  MPI_ERR_TAG: [4, 'The tag is none: whole numbers from 0 to TAG_UB are'],
  MPI_ERR_COMM: [5, 'The communicator is none, or has been freed'],
  MPI_ERR_RANK: [6, 'The communicator has no such rank'],
  MPI_ERR_REQUEST: [7, 'The request is none that an operation returned'],
  MPI_ERR_ROOT: [8, 'The root is no rank of the communicator, or the processes name different ones'],
  MPI_ERR_GROUP: [9, 'The group is none, or holds processes that it must not'],
  MPI_ERR_OP: [10, 'The reduction is none, or cannot work on such values'],
  MPI_ERR_TOPOLOGY: [11, 'The communicator has no topology, or another one'],
  MPI_ERR_DIMS: [12, 'The dimensions do not fit the number of processes'],
  MPI_ERR_ARG: [13, 'An argument is not what the operation takes'],
  MPI_ERR_UNKNOWN: [14, 'The error is of no known kind'],
  MPI_ERR_TRUNCATE: [15, 'The message is longer than the buffer that receives it'],
  MPI_ERR_OTHER: [16, 'An error of no class of its own: its message says more'],
  MPI_ERR_INTERN: [17, 'The library has a bug, which you may report'],
  MPI_ERR_PENDING: [18, 'The operation is neither complete nor has it failed'],
  MPI_ERR_IN_STATUS: [19, 'Some of several operations failed: their statuses say which'],
  MPI_ERR_ACCESS: [20, 'The file may not be opened so'],
  MPI_ERR_AMODE: [21, 'The file access mode is none, or not the same everywhere'],
  MPI_ERR_ASSERT: [22, 'The assertion is none of those that the operation takes'],
  MPI_ERR_BAD_FILE: [23, 'The file name is none, or too long'],
  MPI_ERR_BASE: [24, 'The base of the window is none'],
  MPI_ERR_CONVERSION: [25, 'The data cannot be converted'],
  MPI_ERR_DISP: [26, 'The displacement is none, or negative'],
  MPI_ERR_DUP_DATAREP: [27, 'The data representation has been defined already'],
  MPI_ERR_FILE_EXISTS: [28, 'The file exists already'],
  MPI_ERR_FILE_IN_USE: [29, 'The file is open somewhere'],
  MPI_ERR_FILE: [30, 'The file handle is none, or has been closed'],
  MPI_ERR_INFO_KEY: [31, 'Nothing is known by this info key'],
  MPI_ERR_INFO_NOKEY: [32, 'The info has no such key'],
  MPI_ERR_INFO_VALUE: [33, 'The info key does not take this value'],
  MPI_ERR_INFO: [34, 'The info is none'],
  MPI_ERR_IO: [35, 'Input or output failed'],
  MPI_ERR_KEYVAL: [36, 'The attribute key is none, is predefined or has been freed'],
  MPI_ERR_LOCKTYPE: [37, 'The lock type is none'],
  MPI_ERR_NAME: [38, 'Nobody publishes a service of this name'],
  MPI_ERR_NO_MEM: [39, 'There is not enough memory'],
  MPI_ERR_NOT_SAME: [40, 'The processes do not agree on the operation or on its arguments'],
  MPI_ERR_NO_SPACE: [41, 'There is not enough room on the storage'],
  MPI_ERR_NO_SUCH_FILE: [42, 'There is no such file'],
  MPI_ERR_PORT: [43, 'The port is none, or nobody has it open'],
  MPI_ERR_PROC_ABORTED: [44, 'A process that the operation needs has aborted'],
  MPI_ERR_QUOTA: [45, 'The quota for storage is used up'],
  MPI_ERR_READ_ONLY: [46, 'The file or its file system can only be read'],
  MPI_ERR_RMA_ATTACH: [47, 'The memory cannot be attached to the window'],
  MPI_ERR_RMA_CONFLICT: [48, 'Accesses to the window are in conflict'],
  MPI_ERR_RMA_RANGE: [49, 'The target lies outside the memory of the window'],
  MPI_ERR_RMA_SHARED: [50, 'The memory cannot be shared among these processes'],
  MPI_ERR_RMA_SYNC: [51, 'Calls that synchronise the window come in a wrong order'],
  MPI_ERR_RMA_FLAVOR: [52, 'The window is of another flavour than the operation wants'],
  MPI_ERR_SERVICE: [53, 'The service name is taken, or was not published by this process'],
  MPI_ERR_SESSION: [54, 'The session is none, or has been finalized'],
  MPI_ERR_SIZE: [55, 'The size is none, or too large'],
  MPI_ERR_SPAWN: [56, 'Processes could not be started'],
  MPI_ERR_UNSUPPORTED_DATAREP: [57, 'The data representation is not supported'],
  MPI_ERR_UNSUPPORTED_OPERATION: [58, 'The operation is not supported here'],
  MPI_ERR_VALUE_TOO_LARGE: [59, 'The value is too large for the place where it belongs'],
  MPI_ERR_WIN: [60, 'The window is none'],
  MPI_ERR_ERRHANDLER: [61, 'The error handler is none'],
  /** Of this library: an operation took longer than its `timeout`. */
  MPI_ERR_TIMEOUT: [0x3f00, 'Nothing came of the operation within its timeout'],
  /** Of this library (MPI_ERR_PROC_FAILED of the fault-tolerance proposal): a peer has died or left. */
  MPI_ERR_PROC_FAILED: [0x3f01, 'A process that the operation needs has died or left'],
} as const;

/** Name of an error class, e.g. `'MPI_ERR_RANK'`. */
export type ErrorClassName = keyof typeof ERROR_CLASSES;

/** The largest predefined code (MPI_ERR_LASTCODE in the ABI); codes that programs add lie above it. */
export const ERR_LASTCODE = 0x3fff;

/** Number of a named class, or undefined where the name is unknown. */
export function errorClassNumber(name: string): number | undefined {
  return Object.hasOwn(ERROR_CLASSES, name) ? ERROR_CLASSES[name as ErrorClassName][0] : undefined;
}

/** Name of a predefined class, or undefined where no class has this number. */
export function errorClassName(number: number): ErrorClassName | undefined {
  const names = Object.keys(ERROR_CLASSES) as ErrorClassName[];
  return names.find((name) => ERROR_CLASSES[name][0] === number);
}
