/**
 * The error classes of the MPI standard with the numbers of the MPI-5.0 ABI (§20.3), and the few that this
 * library adds above them. A class is a name (`'MPI_ERR_RANK'`), a number, and one plain sentence.
 */

/** Every error class by its name in the standard: its number and what it means. */
export const ERROR_CLASSES = {
  MPI_SUCCESS: [0, 'No error'],
  MPI_ERR_BUFFER: [1, 'Invalid buffer'],
  MPI_ERR_COUNT: [2, 'Invalid count'],
  MPI_ERR_TYPE: [3, 'Element types do not match'],
  MPI_ERR_TAG: [4, 'Invalid tag'],
  MPI_ERR_COMM: [5, 'Invalid communicator'],
  MPI_ERR_RANK: [6, 'Invalid rank'],
  MPI_ERR_REQUEST: [7, 'Invalid request'],
  MPI_ERR_ROOT: [8, 'Invalid root'],
  MPI_ERR_GROUP: [9, 'Invalid group'],
  MPI_ERR_OP: [10, 'Invalid reduction operation'],
  MPI_ERR_TOPOLOGY: [11, 'Invalid topology'],
  MPI_ERR_DIMS: [12, 'Invalid dimensions'],
  MPI_ERR_ARG: [13, 'Invalid argument'],
  MPI_ERR_UNKNOWN: [14, 'Unknown error'],
  MPI_ERR_TRUNCATE: [15, 'Message longer than the receive buffer'],
  MPI_ERR_OTHER: [16, 'Another error; see its message'],
  MPI_ERR_INTERN: [17, 'Internal error of this library'],
  MPI_ERR_PENDING: [18, 'Request still pending'],
  MPI_ERR_IN_STATUS: [19, 'Error codes are in the statuses'],
  MPI_ERR_ACCESS: [20, 'Permission denied'],
  MPI_ERR_AMODE: [21, 'Invalid file access mode'],
  MPI_ERR_ASSERT: [22, 'Invalid assertion'],
  MPI_ERR_BAD_FILE: [23, 'Invalid file name'],
  MPI_ERR_BASE: [24, 'Invalid base'],
  MPI_ERR_CONVERSION: [25, 'Data conversion failed'],
  MPI_ERR_DISP: [26, 'Invalid displacement'],
  MPI_ERR_DUP_DATAREP: [27, 'Data representation already defined'],
  MPI_ERR_FILE_EXISTS: [28, 'File exists'],
  MPI_ERR_FILE_IN_USE: [29, 'File is in use'],
  MPI_ERR_FILE: [30, 'Invalid file handle'],
  MPI_ERR_INFO_KEY: [31, 'Unknown info key'],
  MPI_ERR_INFO_NOKEY: [32, 'No such info key'],
  MPI_ERR_INFO_VALUE: [33, 'Invalid info value'],
  MPI_ERR_INFO: [34, 'Invalid info'],
  MPI_ERR_IO: [35, 'Input or output failed'],
  MPI_ERR_KEYVAL: [36, 'Invalid attribute key'],
  MPI_ERR_LOCKTYPE: [37, 'Invalid lock type'],
  MPI_ERR_NAME: [38, 'Nobody publishes this name'],
  MPI_ERR_NO_MEM: [39, 'Out of memory'],
  MPI_ERR_NOT_SAME: [40, 'Arguments differ among the processes'],
  MPI_ERR_NO_SPACE: [41, 'Not enough space'],
  MPI_ERR_NO_SUCH_FILE: [42, 'No such file'],
  MPI_ERR_PORT: [43, 'Invalid port'],
  MPI_ERR_PROC_ABORTED: [44, 'A peer has aborted'],
  MPI_ERR_QUOTA: [45, 'Quota exceeded'],
  MPI_ERR_READ_ONLY: [46, 'Read-only file'],
  MPI_ERR_RMA_ATTACH: [47, 'Memory cannot be attached'],
  MPI_ERR_RMA_CONFLICT: [48, 'Conflicting accesses to a window'],
  MPI_ERR_RMA_RANGE: [49, 'Target memory is outside the window'],
  MPI_ERR_RMA_SHARED: [50, 'Memory cannot be shared'],
  MPI_ERR_RMA_SYNC: [51, 'Wrong synchronisation of a window'],
  MPI_ERR_RMA_FLAVOR: [52, 'Wrong flavour of window'],
  MPI_ERR_SERVICE: [53, 'Invalid service name'],
  MPI_ERR_SESSION: [54, 'Invalid session'],
  MPI_ERR_SIZE: [55, 'Invalid size'],
  MPI_ERR_SPAWN: [56, 'Processes could not be started'],
  MPI_ERR_UNSUPPORTED_DATAREP: [57, 'Unsupported data representation'],
  MPI_ERR_UNSUPPORTED_OPERATION: [58, 'Unsupported operation'],
  MPI_ERR_VALUE_TOO_LARGE: [59, 'Value too large'],
  MPI_ERR_WIN: [60, 'Invalid window'],
  MPI_ERR_ERRHANDLER: [61, 'Invalid error handler'],
  /** Of this library: an operation took longer than its `timeout`. */
  MPI_ERR_TIMEOUT: [0x3f00, 'Timed out'],
  /** Of this library (MPI_ERR_PROC_FAILED of the fault-tolerance proposal): a peer has died or left. */
  MPI_ERR_PROC_FAILED: [0x3f01, 'A peer has failed'],
} as const;

/** Name of an error class, e.g. `'MPI_ERR_RANK'`. */
export type ErrorClassName = keyof typeof ERROR_CLASSES;

/** The largest predefined code (MPI_ERR_LASTCODE); codes that programs add lie above it. */
export const ERR_LASTCODE = 0x3fff;

/** Number of a named class, or undefined where the name is unknown. */
export function errorClassNumber(name: string): number | undefined {
  return Object.hasOwn(ERROR_CLASSES, name) ? ERROR_CLASSES[name as ErrorClassName][0] : undefined;
}
