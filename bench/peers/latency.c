/*
 * Ping-pong between two processes: blocking send, blocking receive. One iteration is one round trip.
 */
#include "cases.h"

#include <stdlib.h>

struct buffers {
  unsigned char *outgoing;
  unsigned char *incoming;
};

static void ping_pong(const struct bench_case *a_case, void *state) {
  struct buffers *buffers = state;
  int bytes = (int)a_case->bytes;
  for (int i = 0; i < a_case->iterations; i++) {
    if (pair.is_first) {
      MPI_Send(buffers->outgoing, bytes, MPI_BYTE, pair.peer, TAG_DATA, pair.comm);
      MPI_Recv(buffers->incoming, bytes, MPI_BYTE, pair.peer, TAG_DATA, pair.comm, MPI_STATUS_IGNORE);
    } else {
      MPI_Recv(buffers->incoming, bytes, MPI_BYTE, pair.peer, TAG_DATA, pair.comm, MPI_STATUS_IGNORE);
      MPI_Send(buffers->outgoing, bytes, MPI_BYTE, pair.peer, TAG_DATA, pair.comm);
    }
  }
}

void run_latency(const struct bench_case *a_case) {
  struct buffers buffers = {patterned_bytes(a_case->bytes, !pair.is_first), patterned_bytes(a_case->bytes, 100)};
  run_batches(a_case, ping_pong, &buffers);
  expect_pattern(buffers.incoming, a_case->bytes, pair.is_first, a_case->kind);
  free(buffers.outgoing);
  free(buffers.incoming);
}
