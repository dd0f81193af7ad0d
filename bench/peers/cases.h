/*
 * What the C rank programs share: the description of one case, the loop over batches, and the kinds of case.
 *
 * A case comes from the command line as kind:bytes:window:iterations:batches:milliseconds, the same text for every
 * library. A batch of iterations is timed as a whole at rank 0; before each batch rank 0 tells the others whether
 * there is another, so that a slow library stops after its time and not after its count.
 */
#ifndef CASES_H
#define CASES_H

#include <mpi.h>

struct bench_case {
  char kind[24];
  long bytes;
  int window;
  int iterations;
  int batches;
  int milliseconds;
};

/* One batch: `iterations` repetitions of the case's pattern, by every rank. */
typedef void (*batch_function)(const struct bench_case *a_case, void *state);

enum { TAG_DATA = 1, TAG_GO = 2, TAG_ACKNOWLEDGE = 3 };

extern int world_rank;
extern int world_size;

/* Two processes that exchange messages: ranks 0 and 1 of the world, or the two ends of an intercommunicator. */
struct pair {
  MPI_Comm comm;
  int peer;
  /* One of the two is the first: it begins, decides, and prints. */
  int is_first;
};
extern struct pair pair;

/* Warms up, runs the batches, and prints the case's line of JSON at the first of the pair. */
void run_batches(const struct bench_case *a_case, batch_function batch, void *state);

/* The same for collectives: iterations found by trial, a barrier before each batch, the slowest rank's time. */
void run_calibrated(const struct bench_case *a_case, batch_function batch, void *state);

double now_seconds(void);
double processor_seconds(void);

/* Memory whose every byte was written once: byte i is (i * 7 + seed) mod 251. */
unsigned char *patterned_bytes(long bytes, int seed);
/* Ends the job where `data` is not the pattern of `seed`: a library that loses bytes has no speed. */
void expect_pattern(const unsigned char *data, long bytes, int seed, const char *kind);
void fail(const char *message);

/* The opening of a line of JSON that every kind of case prints; the caller adds its lists and the closing brace. */
void print_case(const struct bench_case *a_case);
/* A whole line: the seconds of each batch. */
void print_times(const struct bench_case *a_case, const double *times, int count);

void run_latency(const struct bench_case *a_case);
void run_window(const struct bench_case *a_case);
/* Whether the kind is one of dynamic processes, which then has run. `text` is the case, `program` this one's file. */
int run_dynamic(const struct bench_case *a_case, char *program, char *text);
/* Whether the kind is a collective, which then has run. */
int run_collective(const struct bench_case *a_case);
void run_idle(const struct bench_case *a_case);

#endif
