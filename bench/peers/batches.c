/*
 * The loop over batches: warm-up, go-ahead, clock, output.
 */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

double now_seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

double processor_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

void fail(const char *message) {
  fprintf(stderr, "rank %d: %s\n", world_rank, message);
  MPI_Abort(MPI_COMM_WORLD, 1);
  exit(1);
}

unsigned char *patterned_bytes(long bytes, int seed) {
  unsigned char *data = malloc(bytes > 0 ? (size_t)bytes : 1);
  if (data == NULL) fail("out of memory");
  for (long i = 0; i < bytes; i++) data[i] = (unsigned char)((i * 7 + seed) % 251);
  return data;
}

void expect_pattern(const unsigned char *data, long bytes, int seed, const char *kind) {
  for (long i = 0; i < bytes; i++) {
    if (data[i] != (unsigned char)((i * 7 + seed) % 251)) {
      fprintf(stderr, "case %s of %ld bytes: ", kind, bytes);
      fail("the data that arrived is not the data that was sent");
    }
  }
}

/* The first of the pair decides; the other obeys. One byte, outside the clock. */
static int go_on(int decision) {
  char flag = (char)decision;
  if (pair.is_first) MPI_Send(&flag, 1, MPI_CHAR, pair.peer, TAG_GO, pair.comm);
  else MPI_Recv(&flag, 1, MPI_CHAR, pair.peer, TAG_GO, pair.comm, MPI_STATUS_IGNORE);
  return flag;
}

/* Runs at most `count` batches in at most `seconds`, at least one; how many ran. Without `times` the count is none. */
static int run_series(const struct bench_case *a_case, batch_function batch, void *state, int count, double seconds,
                      double *times) {
  double limit = now_seconds() + seconds;
  int done = 0;
  while (go_on(done == 0 || ((times == NULL || done < count) && now_seconds() < limit))) {
    double start = now_seconds();
    batch(a_case, state);
    if (times != NULL) times[done] = now_seconds() - start;
    done++;
  }
  return done;
}

void print_case(const struct bench_case *a_case) {
  printf("{\"kind\":\"%s\",\"bytes\":%ld,\"window\":%d,\"ranks\":%d,\"iterations\":%d", a_case->kind, a_case->bytes,
         a_case->window, world_size, a_case->iterations);
}

void print_times(const struct bench_case *a_case, const double *times, int count) {
  print_case(a_case);
  printf(",\"seconds\":[");
  for (int i = 0; i < count; i++) printf("%s%.9f", i > 0 ? "," : "", times[i]);
  printf("]}\n");
  fflush(stdout);
}

void run_batches(const struct bench_case *a_case, batch_function batch, void *state) {
  /* The other process does not know when the series ends, but never sees more batches than the first. */
  double *times = calloc((size_t)a_case->batches + 1, sizeof *times);
  if (times == NULL) fail("out of memory");
  double seconds = a_case->milliseconds / 1e3;
  run_series(a_case, batch, state, 0, 2 * seconds, NULL);
  int done = run_series(a_case, batch, state, a_case->batches, seconds, times);
  if (pair.is_first) print_times(a_case, times, done);
  free(times);
}
