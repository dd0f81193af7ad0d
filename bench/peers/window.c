/*
 * Bandwidth and message rate: one process keeps a window of non-blocking sends under way, the other has as many
 * receives posted, each with a buffer of its own, and acknowledges the window with an empty message. One iteration is one window.
 */
#include "cases.h"

#include <stdlib.h>

struct window_state {
  unsigned char *data; /* at the first one message, at the other one for each receive of the window */
  MPI_Request *requests;
};

static void one_way(const struct bench_case *a_case, void *pointer) {
  struct window_state *state = pointer;
  int bytes = (int)a_case->bytes;
  for (int i = 0; i < a_case->iterations; i++) {
    if (pair.is_first) {
      for (int k = 0; k < a_case->window; k++) {
        MPI_Isend(state->data, bytes, MPI_BYTE, pair.peer, TAG_DATA, pair.comm, &state->requests[k]);
      }
      MPI_Waitall(a_case->window, state->requests, MPI_STATUSES_IGNORE);
      MPI_Recv(NULL, 0, MPI_BYTE, pair.peer, TAG_ACKNOWLEDGE, pair.comm, MPI_STATUS_IGNORE);
    } else {
      for (int k = 0; k < a_case->window; k++) {
        MPI_Irecv(state->data + k * a_case->bytes, bytes, MPI_BYTE, pair.peer, TAG_DATA, pair.comm, &state->requests[k]);
      }
      MPI_Waitall(a_case->window, state->requests, MPI_STATUSES_IGNORE);
      MPI_Send(NULL, 0, MPI_BYTE, pair.peer, TAG_ACKNOWLEDGE, pair.comm);
    }
  }
}

void run_window(const struct bench_case *a_case) {
  struct window_state state;
  state.data = patterned_bytes(pair.is_first ? a_case->bytes : a_case->bytes * a_case->window, !pair.is_first);
  state.requests = calloc((size_t)a_case->window, sizeof *state.requests);
  if (state.requests == NULL) fail("out of memory");
  run_batches(a_case, one_way, &state);
  for (int k = 0; !pair.is_first && k < a_case->window; k++) {
    expect_pattern(state.data + k * a_case->bytes, a_case->bytes, 0, a_case->kind);
  }
  free(state.requests);
  free(state.data);
}
