/*
 * Collectives over the world, one after another without a pause: a barrier, and five verbs on blocks of doubles. The
 * root of bcast and reduce goes round, or a root that has nothing to wait for would run far ahead of the others.
 *
 * The case's bytes are one block. bcast, reduce, allreduce: each rank's buffer is one block. allgather: each rank
 * contributes one, and receives as many as there are ranks. alltoall: each rank sends one to each rank.
 * Element i of the block that rank r sends to rank d is (i mod 1000) + 1000 d + r; d is 0 where all get the same.
 */
#include "cases.h"

#include <stdlib.h>
#include <string.h>

struct operands {
  int count; /* doubles in a block */
  double *outgoing;
  double *incoming;
};

static void barrier(struct operands *operands, int root) {
  (void)root;
  (void)operands;
  MPI_Barrier(MPI_COMM_WORLD);
}

static void bcast(struct operands *operands, int root) {
  MPI_Bcast(operands->incoming, operands->count, MPI_DOUBLE, root, MPI_COMM_WORLD);
}

static void reduce(struct operands *operands, int root) {
  MPI_Reduce(operands->outgoing, operands->incoming, operands->count, MPI_DOUBLE, MPI_SUM, root, MPI_COMM_WORLD);
}

static void allreduce(struct operands *operands, int root) {
  (void)root;
  MPI_Allreduce(operands->outgoing, operands->incoming, operands->count, MPI_DOUBLE, MPI_SUM, MPI_COMM_WORLD);
}

static void allgather(struct operands *operands, int root) {
  (void)root;
  MPI_Allgather(operands->outgoing, operands->count, MPI_DOUBLE, operands->incoming, operands->count, MPI_DOUBLE,
                MPI_COMM_WORLD);
}

static void alltoall(struct operands *operands, int root) {
  (void)root;
  MPI_Alltoall(operands->outgoing, operands->count, MPI_DOUBLE, operands->incoming, operands->count, MPI_DOUBLE,
               MPI_COMM_WORLD);
}

static double element(long i, int source, int dest) { return (double)(i % 1000) + 1000.0 * dest + source; }

static double root_element(long i, int block) {
  (void)block;
  return element(i, 0, 0);
}

static double sum_of_elements(long i, int block) {
  (void)block;
  return (double)(i % 1000) * world_size + world_size * (world_size - 1) / 2.0;
}

static double gathered_element(long i, int block) { return element(i, block, 0); }

static double exchanged_element(long i, int block) { return element(i, block, world_rank); }

enum { NONE, ONE, ONE_FOR_EACH };

static const struct collective {
  const char *kind;
  void (*once)(struct operands *operands, int root);
  int sends;
  int receives;
  double (*expected)(long i, int block);
} COLLECTIVES[] = {
    {"barrier", barrier, NONE, NONE, NULL},
    {"bcast", bcast, NONE, ONE, root_element},
    {"reduce", reduce, ONE, ONE, sum_of_elements},
    {"allreduce", allreduce, ONE, ONE, sum_of_elements},
    {"allgather", allgather, ONE, ONE_FOR_EACH, gathered_element},
    {"alltoall", alltoall, ONE_FOR_EACH, ONE_FOR_EACH, exchanged_element},
};

static int blocks_of(int amount) { return amount == ONE_FOR_EACH ? world_size : amount == ONE ? 1 : 0; }

static double *new_blocks(int blocks, int count) {
  double *data = calloc((size_t)blocks * (size_t)count + 1, sizeof *data);
  if (data == NULL) fail("out of memory");
  return data;
}

struct batch_state {
  const struct collective *collective;
  struct operands operands;
};

static void repeat(const struct bench_case *a_case, void *pointer) {
  struct batch_state *state = pointer;
  void (*once)(struct operands *, int) = state->collective->once;
  int root = 0;
  for (int i = 0; i < a_case->iterations; i++) {
    once(&state->operands, root);
    root = root + 1 < world_size ? root + 1 : 0;
  }
}

static void expect_results(const struct batch_state *state) {
  const struct collective *collective = state->collective;
  const struct operands *operands = &state->operands;
  if (strcmp(collective->kind, "reduce") == 0 && world_rank != 0) return;
  for (int block = 0; block < blocks_of(collective->receives); block++) {
    for (long i = 0; i < operands->count; i++) {
      if (operands->incoming[(long)block * operands->count + i] != collective->expected(i, block)) {
        fail("a collective's result is wrong");
      }
    }
  }
}

static void run(const struct bench_case *a_case, const struct collective *collective) {
  int count = (int)(a_case->bytes / (long)sizeof(double));
  int sent = blocks_of(collective->sends);
  int received = blocks_of(collective->receives);
  struct batch_state state = {collective, {count, new_blocks(sent, count), new_blocks(received, count)}};
  for (int block = 0; block < sent; block++) {
    for (long i = 0; i < count; i++) state.operands.outgoing[(long)block * count + i] = element(i, world_rank, block);
  }
  if (collective->once == bcast && world_rank == 0) {
    for (long i = 0; i < count; i++) state.operands.incoming[i] = element(i, 0, 0);
  }
  run_calibrated(a_case, repeat, &state);
  expect_results(&state);
  free(state.operands.outgoing);
  free(state.operands.incoming);
}

int run_collective(const struct bench_case *a_case) {
  for (size_t k = 0; k < sizeof COLLECTIVES / sizeof *COLLECTIVES; k++) {
    if (strcmp(a_case->kind, COLLECTIVES[k].kind) != 0) continue;
    run(a_case, &COLLECTIVES[k]);
    return 1;
  }
  return 0;
}
