/** Point-to-point and partitioned communication, and datatypes (MPI-4.1 chapters 3 to 5), function by function. */
import { BUFFERS, COLLECTED, DATATYPES, FLUSH, PARTITIONED, PERSISTENT } from './reasons.mjs';

const STARTED = 'Every verb without `Sync` starts and returns a request.';

export const POINT_TO_POINT = [
  ['3.2.1', 'MPI_Send', 'comm.sendSync'],
  ['3.2.4', 'MPI_Recv', 'comm.recvSync comm.recvIntoSync'],
  ['3.2.5', 'MPI_Get_count', 'status.count status.bytes'],
  ['3.2.5', 'MPI_Status_get_source', 'status.source'],
  ['3.2.5', 'MPI_Status_get_tag', 'status.tag'],
  ['3.2.5', 'MPI_Status_get_error', 'status.error', 'In the statuses of an `MPI_ERR_IN_STATUS` error.'],
  ['3.4', 'MPI_Bsend', 'comm.bsend', 'Copies and returns; there is nothing to wait for.'],
  ['3.4', 'MPI_Ssend', 'comm.ssendSync'],
  ['3.4', 'MPI_Rsend', 'comm.rsend', 'The promise that a receive is posted is not needed.'],
  [
    '3.6',
    'MPI_Buffer_attach, MPI_Buffer_detach, MPI_Comm_attach_buffer, MPI_Comm_detach_buffer, MPI_Session_attach_buffer, MPI_Session_detach_buffer',
    null,
    BUFFERS,
  ],
  [
    '3.6',
    'MPI_Buffer_flush, MPI_Buffer_iflush, MPI_Comm_flush_buffer, MPI_Comm_iflush_buffer, MPI_Session_flush_buffer, MPI_Session_iflush_buffer',
    null,
    FLUSH,
  ],
  ['3.7.2', 'MPI_Isend', 'comm.send', STARTED],
  ['3.7.2', 'MPI_Ibsend', 'comm.bsend'],
  ['3.7.2', 'MPI_Issend', 'comm.ssend'],
  ['3.7.2', 'MPI_Irsend', 'comm.rsend'],
  ['3.7.2', 'MPI_Irecv', 'comm.recv comm.recvInto'],
  ['3.7.3', 'MPI_Wait', 'request.waitSync', 'Or `await request`.'],
  ['3.7.3', 'MPI_Test', 'request.test request.done'],
  [
    '3.7.3',
    'MPI_Request_free',
    null,
    'A request may be dropped at any time: it goes on, and loses no message.',
  ],
  ['3.7.5', 'MPI_Waitany', 'MPI.waitAnySync', 'Or `Promise.race`.'],
  ['3.7.5', 'MPI_Testany', 'MPI.testAny'],
  ['3.7.5', 'MPI_Waitall', 'MPI.waitAllSync', 'Or `Promise.all`.'],
  ['3.7.5', 'MPI_Testall', 'MPI.testAll'],
  ['3.7.5', 'MPI_Waitsome', 'MPI.waitSomeSync'],
  ['3.7.5', 'MPI_Testsome', 'request.test', 'Asked of each request of the list.'],
  ['3.7.6', 'MPI_Request_get_status', 'request.status'],
  [
    '3.7.6',
    'MPI_Request_get_status_any, MPI_Request_get_status_all, MPI_Request_get_status_some',
    'request.status',
    'Asked of each request of the list.',
  ],
  ['3.8.1', 'MPI_Probe', 'comm.probe comm.probeSync'],
  ['3.8.1', 'MPI_Iprobe', 'comm.iprobe'],
  ['3.8.2', 'MPI_Mprobe', 'comm.mprobe comm.mprobeSync'],
  ['3.8.2', 'MPI_Improbe', 'comm.improbe'],
  ['3.8.3', 'MPI_Mrecv', 'message.recvSync message.recvIntoSync'],
  ['3.8.3', 'MPI_Imrecv', 'message.recv message.recvInto'],
  ['3.8.4', 'MPI_Cancel', 'request.cancel', 'Of receives; a send is withdrawn by its `signal` or `timeout`.'],
  ['3.8.4', 'MPI_Test_cancelled', 'status.cancelled'],
  [
    '3.9',
    'MPI_Send_init, MPI_Bsend_init, MPI_Ssend_init, MPI_Rsend_init, MPI_Recv_init, MPI_Start, MPI_Startall',
    null,
    PERSISTENT,
  ],
  ['3.10', 'MPI_Sendrecv', 'comm.sendrecvSync comm.sendrecvIntoSync'],
  ['3.10', 'MPI_Isendrecv', 'comm.sendrecv comm.sendrecvInto'],
  [
    '3.10',
    'MPI_Sendrecv_replace, MPI_Isendrecv_replace',
    null,
    '`sendrecv` returns a fresh value; `sendrecvInto` wants two buffers.',
  ],
  ['3.11', 'MPI_PROC_NULL', 'MPI.PROC_NULL'],
];

export const PARTITIONED_COMMUNICATION = [
  ['4.2', 'MPI_Psend_init, MPI_Precv_init', null, PARTITIONED],
  ['4.2', 'MPI_Pready, MPI_Pready_range, MPI_Pready_list, MPI_Parrived', null, PARTITIONED],
];

export const DATA = [
  [
    '5.1',
    'MPI_Type_contiguous, _vector, _hvector, _indexed, _hindexed, _indexed_block, _hindexed_block, _struct, _subarray, _darray, _resized, _dup',
    null,
    `${DATATYPES} Parts of an array are sent as \`subarray\`, which copies nothing.`,
  ],
  ['5.1', 'MPI_Type_commit, MPI_Type_free', null, COLLECTED],
  [
    '5.1',
    'MPI_Type_size, MPI_Type_get_extent, MPI_Type_get_true_extent, MPI_Type_get_envelope, MPI_Type_get_contents, MPI_Type_get_value_index, MPI_Get_address, MPI_Aint_add, MPI_Aint_diff',
    null,
    DATATYPES,
  ],
  ['5.1', 'MPI_Get_elements', 'status.count', 'Elements are all there is, so it is the count.'],
  [
    '5.2',
    'MPI_Pack, MPI_Unpack, MPI_Pack_size, MPI_Pack_external, MPI_Unpack_external, MPI_Pack_external_size',
    null,
    'An object or an array of values is one message.',
  ],
];
