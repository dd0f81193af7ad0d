/*
 * Dynamic processes. `spawn`: this program starts itself so many times, each child sends one message, and the time ends
 * with the last of these; `connect`: rank 0 accepts rank 1 at a port, and both disconnect. The others are the ping-pong
 * and the window over the intercommunicator of a spawn or of a connection.
 */
#include "cases.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

static MPI_Comm spawn_self(char *program, char *text, int count) {
  char *arguments[] = {text, NULL};
  MPI_Comm children;
  MPI_Comm_spawn(program, arguments, count, MPI_INFO_NULL, 0, MPI_COMM_SELF, &children, MPI_ERRCODES_IGNORE);
  return children;
}

static void run_spawn(const struct bench_case *a_case, char *program, char *text) {
  struct timespec pause = {a_case->milliseconds / 1000, (a_case->milliseconds % 1000) * 1000000L};
  double *times = calloc((size_t)a_case->batches + 1, sizeof *times);
  if (times == NULL) fail("out of memory");
  for (int done = 0; done < a_case->batches; done++) {
    nanosleep(&pause, NULL);
    double start = now_seconds();
    MPI_Comm children = spawn_self(program, text, a_case->window);
    for (int child = 0; child < a_case->window; child++) {
      MPI_Recv(NULL, 0, MPI_BYTE, child, TAG_DATA, children, MPI_STATUS_IGNORE);
    }
    times[done] = now_seconds() - start;
    MPI_Comm_disconnect(&children);
  }
  print_times(a_case, times, a_case->batches);
  free(times);
}

static void greet(MPI_Comm parent) {
  MPI_Send(NULL, 0, MPI_BYTE, 0, TAG_DATA, parent);
  MPI_Comm_disconnect(&parent);
}

/* Rank 0 accepts rank 1, each time that both call it. */
static MPI_Comm meet(char *port) {
  MPI_Comm comm;
  if (world_rank == 0) MPI_Comm_accept(port, MPI_INFO_NULL, 0, MPI_COMM_SELF, &comm);
  else MPI_Comm_connect(port, MPI_INFO_NULL, 0, MPI_COMM_SELF, &comm);
  return comm;
}

static void meetings(const struct bench_case *a_case, void *port) {
  for (int i = 0; i < a_case->iterations; i++) {
    MPI_Comm comm = meet(port);
    MPI_Comm_disconnect(&comm);
  }
}

static void open_port(char *port) {
  if (world_rank == 0) MPI_Open_port(MPI_INFO_NULL, port);
  MPI_Bcast(port, MPI_MAX_PORT_NAME, MPI_CHAR, 0, MPI_COMM_WORLD);
}

static void exchange(const struct bench_case *a_case, MPI_Comm comm, int is_first) {
  pair = (struct pair){comm, 0, is_first};
  if (strstr(a_case->kind, "latency") != NULL) run_latency(a_case);
  else run_window(a_case);
  MPI_Comm_disconnect(&comm);
}

int run_dynamic(const struct bench_case *a_case, char *program, char *text) {
  MPI_Comm parent;
  MPI_Comm_get_parent(&parent);
  int is_child = parent != MPI_COMM_NULL;
  char port[MPI_MAX_PORT_NAME] = "";
  if (strcmp(a_case->kind, "spawn") == 0) {
    if (is_child) greet(parent);
    else run_spawn(a_case, program, text);
  } else if (strcmp(a_case->kind, "connect") == 0) {
    open_port(port);
    run_batches(a_case, meetings, port);
  } else if (strncmp(a_case->kind, "spawned-", 8) == 0) {
    exchange(a_case, is_child ? parent : spawn_self(program, text, 1), !is_child);
  } else if (strncmp(a_case->kind, "connected-", 10) == 0) {
    open_port(port);
    exchange(a_case, meet(port), world_rank == 0);
  } else {
    return 0;
  }
  if (port[0] != '\0' && world_rank == 0) MPI_Close_port(port);
  return 1;
}
