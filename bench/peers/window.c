/*
 * Bandwidth and message rate: rank 0 keeps a window of non-blocking sends under way, rank 1 has as many receives
 * posted, each with a buffer of its own, and acknowledges the window with an empty message. One iteration is one window.
 */
#include "cases.h"

#include <stdlib.h>

struct window_state {
  unsigned char *data; /* at rank 0 one message, at rank 1 one for each receive of the window */
  MPI_Request *requests;
};

static void one_way(const struct bench_case *a_case, void *pointer) {
  struct window_state *state = pointer;
  int bytes = (int)a_case->bytes;
  for (int i = 0; i < a_case->iterations; i++) {
    if (world_rank == 0) {
      for (int k = 0; k < a_case->window; k++) {
        MPI_Isend(state->data, bytes, MPI_BYTE, 1, TAG_DATA, MPI_COMM_WORLD, &state->requests[k]);
      }
      MPI_Waitall(a_case->window, state->requests, MPI_STATUSES_IGNORE);
      MPI_Recv(NULL, 0, MPI_BYTE, 1, TAG_ACKNOWLEDGE, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
    } else {
      for (int k = 0; k < a_case->window; k++) {
        MPI_Irecv(state->data + k * a_case->bytes, bytes, MPI_BYTE, 0, TAG_DATA, MPI_COMM_WORLD, &state->requests[k]);
      }
      MPI_Waitall(a_case->window, state->requests, MPI_STATUSES_IGNORE);
      MPI_Send(NULL, 0, MPI_BYTE, 0, TAG_ACKNOWLEDGE, MPI_COMM_WORLD);
    }
  }
}

void run_window(const struct bench_case *a_case) {
  if (world_size != 2) fail("the bandwidth is measured between 2 ranks");
  struct window_state state;
  state.data = patterned_bytes(world_rank == 0 ? a_case->bytes : a_case->bytes * a_case->window, world_rank);
  state.requests = calloc((size_t)a_case->window, sizeof *state.requests);
  if (state.requests == NULL) fail("out of memory");
  run_batches(a_case, one_way, &state);
  for (int k = 0; world_rank == 1 && k < a_case->window; k++) {
    expect_pattern(state.data + k * a_case->bytes, a_case->bytes, 0, a_case->kind);
  }
  free(state.requests);
  free(state.data);
}
