/** The standard's special ranks, tags and results, with the values of the MPI-5.0 ABI (§20.3). */

/** Receive from whoever sent (MPI_ANY_SOURCE). */
export const ANY_SOURCE = -1;
/** The process that is not there: sends to it vanish, receives from it are empty (MPI_PROC_NULL). */
export const PROC_NULL = -2;
/** Root argument of the root itself in a collective over an intercommunicator (MPI_ROOT). */
export const ROOT = -3;
/** Receive whatever the tag (MPI_ANY_TAG). */
export const ANY_TAG = -31;
/** No rank, no colour (MPI_UNDEFINED). */
export const UNDEFINED = -32766;
/** The largest tag that a program may use (the value of MPI_TAG_UB). */
export const TAG_MAX = 0x7fff_ffff;

/** The same object (MPI_IDENT). */
export const IDENT = 101;
/** The same members in the same order, another context (MPI_CONGRUENT). */
export const CONGRUENT = 102;
/** The same members in another order (MPI_SIMILAR). */
export const SIMILAR = 103;
/** Different members (MPI_UNEQUAL). */
export const UNEQUAL = 104;
