/*
 * Ping-pong between rank 0 and rank 1: blocking send, blocking receive. One iteration is one round trip.
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
  int peer = 1 - world_rank;
  for (int i = 0; i < a_case->iterations; i++) {
    if (world_rank == 0) {
      MPI_Send(buffers->outgoing, bytes, MPI_BYTE, peer, TAG_DATA, MPI_COMM_WORLD);
      MPI_Recv(buffers->incoming, bytes, MPI_BYTE, peer, TAG_DATA, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    } else {
      MPI_Recv(buffers->incoming, bytes, MPI_BYTE, peer, TAG_DATA, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
      MPI_Send(buffers->outgoing, bytes, MPI_BYTE, peer, TAG_DATA, MPI_COMM_WORLD);
    }
  }
}

void run_latency(const struct bench_case *a_case) {
  if (world_size != 2) fail("the latency is measured between 2 ranks");
  struct buffers buffers = {patterned_bytes(a_case->bytes, world_rank), patterned_bytes(a_case->bytes, 100)};
  run_batches(a_case, ping_pong, &buffers);
  expect_pattern(buffers.incoming, a_case->bytes, 1 - world_rank, a_case->kind);
  free(buffers.outgoing);
  free(buffers.incoming);
}
