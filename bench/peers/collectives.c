/*
 * Collectives over the world, one after another without a pause: barrier, and allreduce (sum) of doubles.
 */
#include "cases.h"

#include <stdlib.h>

static void barriers(const struct bench_case *a_case, void *state) {
  (void)state;
  for (int i = 0; i < a_case->iterations; i++) MPI_Barrier(MPI_COMM_WORLD);
}

void run_barrier(const struct bench_case *a_case) { run_batches(a_case, barriers, NULL); }

struct operands {
  double *contribution;
  double *sum;
};

static void allreduces(const struct bench_case *a_case, void *state) {
  struct operands *operands = state;
  int count = (int)(a_case->bytes / (long)sizeof(double));
  for (int i = 0; i < a_case->iterations; i++) {
    MPI_Allreduce(operands->contribution, operands->sum, count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
  }
}

void run_allreduce(const struct bench_case *a_case) {
  long count = a_case->bytes / (long)sizeof(double);
  struct operands operands = {malloc((size_t)a_case->bytes), calloc((size_t)count, sizeof(double))};
  if (operands.contribution == NULL || operands.sum == NULL) fail("out of memory");
  for (long i = 0; i < count; i++) operands.contribution[i] = (double)(i % 1000) + world_rank;
  run_batches(a_case, allreduces, &operands);
  for (long i = 0; i < count; i++) {
    double expected = (double)(i % 1000) * world_size + world_size * (world_size - 1) / 2.0;
    if (operands.sum[i] != expected) fail("allreduce: a sum is wrong");
  }
  free(operands.contribution);
  free(operands.sum);
}
