/*
 * The processor time of ranks that wait: rank 0 sleeps in the system, without MPI, while all others are blocked in a
 * receive; then it sends to each, and each answers with the processor time that its receive took.
 * A first sleep of a fifth of the time lets the start-up settle.
 */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void sleep_milliseconds(int milliseconds) {
  struct timespec pause = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
  nanosleep(&pause, NULL);
}

/* Rank 0: sleeps and releases the others; their processor seconds, and how long they waited. */
static double oversee(int milliseconds, double *processor) {
  double start = now_seconds();
  sleep_milliseconds(milliseconds);
  double waited = now_seconds() - start;
  char flag = 1;
  for (int rank = 1; rank < world_size; rank++) MPI_Send(&flag, 1, MPI_CHAR, rank, TAG_GO, MPI_COMM_WORLD);
  for (int rank = 1; rank < world_size; rank++) {
    MPI_Recv(&processor[rank - 1], 1, MPI_DOUBLE, rank, TAG_DATA, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  }
  return waited;
}

static void wait_idly(void) {
  char flag;
  double before = processor_seconds();
  MPI_Recv(&flag, 1, MPI_CHAR, 0, TAG_GO, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
  double used = processor_seconds() - before;
  MPI_Send(&used, 1, MPI_DOUBLE, 0, TAG_DATA, MPI_COMM_WORLD);
}

void run_idle(const struct bench_case *a_case) {
  if (world_rank > 0) {
    wait_idly();
    wait_idly();
    return;
  }
  double *processor = calloc((size_t)world_size, sizeof *processor);
  if (processor == NULL) fail("out of memory");
  oversee(a_case->milliseconds / 5, processor);
  double waited = oversee(a_case->milliseconds, processor);
  print_case(a_case);
  printf(",\"seconds\":[%.9f],\"processorSeconds\":[", waited);
  for (int rank = 1; rank < world_size; rank++) printf("%s%.6f", rank > 1 ? "," : "", processor[rank - 1]);
  printf("]}\n");
  fflush(stdout);
  free(processor);
}
