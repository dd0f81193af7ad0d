/*
 * The rank program of the C libraries: runs the cases of its command line one after another. Without any it only
 * starts and ends MPI, which is what the start-up is measured with. It is also what it spawns itself.
 */
#include "cases.h"

#include <stdio.h>
#include <string.h>

int world_rank;
int world_size;
struct pair pair;

static struct bench_case parse_case(const char *text) {
  struct bench_case parsed;
  int fields = sscanf(text, "%23[a-z-]:%ld:%d:%d:%d:%d", parsed.kind, &parsed.bytes, &parsed.window, &parsed.iterations,
                      &parsed.batches, &parsed.milliseconds);
  if (fields != 6) {
    fprintf(stderr, "case \"%s\": ", text);
    fail("kind:bytes:window:iterations:batches:milliseconds is wanted");
  }
  return parsed;
}

static void run_case(const struct bench_case *a_case, char *program, char *text) {
  pair = (struct pair){MPI_COMM_WORLD, 1 - world_rank, world_rank == 0};
  if (strcmp(a_case->kind, "latency") == 0) run_latency(a_case);
  else if (strcmp(a_case->kind, "window") == 0) run_window(a_case);
  else if (strcmp(a_case->kind, "idle") == 0) run_idle(a_case);
  else if (!run_dynamic(a_case, program, text) && !run_collective(a_case)) {
    fprintf(stderr, "case \"%s\": ", a_case->kind);
    fail("this program knows latency, window, idle, spawn, connect, barrier, bcast, reduce, allreduce, allgather, alltoall");
  }
}

int main(int argc, char **argv) {
  MPI_Init(&argc, &argv);
  MPI_Comm_rank(MPI_COMM_WORLD, &world_rank);
  MPI_Comm_size(MPI_COMM_WORLD, &world_size);
  for (int i = 1; i < argc; i++) {
    struct bench_case a_case = parse_case(argv[i]);
    run_case(&a_case, argv[0], argv[i]);
  }
  MPI_Finalize();
  return 0;
}
