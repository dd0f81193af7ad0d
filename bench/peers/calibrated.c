/*
 * The loop over batches of the collectives: the number of iterations is found by trial, and the slowest rank counts.
 *
 * First comes the warm-up, which is the trial too: batches of one iteration, then twice as many each time, until one takes an
 * eighth of the case's time and has four iterations. They go on until an iteration has gained no 5 % any more for the case's time
 * for each rank, or until twice that is over: the same for all libraries. How many iterations fill a batch is what the median of the
 * last five says. Rank 0 decides and tells the others. Every batch begins with a barrier; its time is from when the first rank
 * begins until the last has ended, by the clock that all processes of a host share: a rank that waits for a processor must not
 * look quick because its own clock starts late. Where a single iteration takes longer than the whole case may, it is the result.
 */
#include "cases.h"

#include <stdio.h>
#include <stdlib.h>

/* Seconds of one batch (at rank 0); 0 iterations end the series, and give a negative number. */
static double timed_batch(const struct bench_case *a_case, batch_function batch, void *state, int iterations) {
  MPI_Bcast(&iterations, 1, MPI_INT, 0, MPI_COMM_WORLD);
  if (iterations == 0) return -1;
  struct bench_case current = *a_case;
  current.iterations = iterations;
  MPI_Barrier(MPI_COMM_WORLD);
  double start = now_seconds();
  batch(&current, state);
  double own[2] = {-start, now_seconds()};
  double all[2] = {0, 0};
  MPI_Reduce(own, all, 2, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
  return world_rank == 0 ? all[0] + all[1] : 0;
}

static void follow(const struct bench_case *a_case, batch_function batch, void *state) {
  while (timed_batch(a_case, batch, state, 0) >= 0) continue;
}

/* Of the case's time, for each rank: how long nothing may have been gained, and how long the warm-up may last. */
static const double SETTLED_BUDGETS = 1;
static const double WARM_UP_BUDGETS_MAX = 2;
/* What counts as a gain: an iteration that takes less than this part of what the best one took. */
static const double GAIN = 0.95;
/* By how many of the last trials the iterations of a batch are chosen. */
enum { LAST_TRIALS = 5 };

static int by_size(const void *a, const void *b) {
  double left = *(const double *)a;
  double right = *(const double *)b;
  return (left > right) - (left < right);
}

/* What an iteration takes by the median of the last trials, of which there were so many. */
static double median_of_last(const double *trials, int count) {
  double sorted[LAST_TRIALS];
  int kept = count < LAST_TRIALS ? count : LAST_TRIALS;
  for (int k = 0; k < kept; k++) sorted[k] = trials[k];
  qsort(sorted, (size_t)kept, sizeof *sorted, by_size);
  return kept % 2 == 1 ? sorted[kept / 2] : (sorted[kept / 2 - 1] + sorted[kept / 2]) / 2;
}

/* The iterations of the last trial; what one takes. */
static double warm_up(const struct bench_case *a_case, batch_function batch, void *state, double first, int *iterations) {
  double budget = a_case->milliseconds / 1e3;
  double seconds = first;
  double best = first;
  double trials[LAST_TRIALS] = {first};
  int count = 1;
  double now = now_seconds();
  double gained_at = now;
  double limit = now + WARM_UP_BUDGETS_MAX * world_size * budget;
  while (now < limit && now < gained_at + SETTLED_BUDGETS * world_size * budget) {
    if (seconds < budget / 8 || *iterations < 4) {
      *iterations = *iterations * 2 < a_case->iterations ? *iterations * 2 : a_case->iterations;
    }
    seconds = timed_batch(a_case, batch, state, *iterations);
    now = now_seconds();
    double each = seconds / *iterations;
    trials[count++ % LAST_TRIALS] = each;
    if (each >= GAIN * best) continue;
    best = each;
    gained_at = now;
  }
  return median_of_last(trials, count);
}

void run_calibrated(const struct bench_case *a_case, batch_function batch, void *state) {
  if (world_rank > 0) {
    follow(a_case, batch, state);
    return;
  }
  double budget = a_case->milliseconds / 1e3;
  double *times = calloc((size_t)a_case->batches + 1, sizeof *times);
  if (times == NULL) fail("out of memory");
  struct bench_case counted = *a_case;
  counted.iterations = 1;
  double trial = timed_batch(a_case, batch, state, 1);
  int done = 0;
  if (trial >= budget) {
    times[done++] = trial;
  } else {
    double each = warm_up(a_case, batch, state, trial, &counted.iterations);
    double fitting = budget / a_case->batches / each;
    if (fitting < counted.iterations) counted.iterations = fitting < 1 ? 1 : (int)fitting;
    double limit = now_seconds() + budget;
    while (done == 0 || (done < a_case->batches && now_seconds() < limit)) {
      times[done++] = timed_batch(a_case, batch, state, counted.iterations);
    }
  }
  timed_batch(a_case, batch, state, 0);
  print_times(&counted, times, done);
  free(times);
}
