/* A target that ends the process in its module start-up: with an exit code, or by a signal. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/abi/target.h"

static void* create(const heapstorm_host* host, const char* variant) {
  (void)host;
  fprintf(stderr, "no database here\n");
  fflush(stderr);
  if (strcmp(variant, "aborts") == 0) abort();
  _exit(7);
}
static void* worker_start(void* target, uint32_t index) {
  (void)index;
  return target;
}
static void worker_nothing(void* worker) {
  (void)worker;
}
static void deliver(void* worker, int socket, uint32_t connection) {
  (void)worker, (void)connection;
  close(socket);
}

__attribute__((visibility("default"))) const heapstorm_target* heapstorm_target_table(void) {
  static const heapstorm_variant variants[] = {{.name = "exits", .summary = "ends with code 7", .buggy = 1},
                                               {.name = "aborts", .summary = "ends by SIGABRT", .buggy = 1}};
  static const heapstorm_target table = {
      HEAPSTORM_TARGET_ABI, sizeof table, "dies_at_start", variants,      2, create, worker_start, worker_nothing,
      worker_nothing,       deliver,      worker_nothing,  worker_nothing};
  return &table;
}
