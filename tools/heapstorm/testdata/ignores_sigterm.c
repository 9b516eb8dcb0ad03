/* A target whose workers never leave worker_run, so that the host cannot end in order. It closes every connection at
 * once. */
#include <unistd.h>

#include "harness/abi/target.h"

static int state;

static void* create(const heapstorm_host* host, const char* variant) {
  (void)host, (void)variant;
  return &state;
}
static void* worker_start(void* target, uint32_t index) {
  (void)index;
  return target;
}
static void worker_run(void* worker) {
  (void)worker;
  for (;;) pause();
}
static void worker_nothing(void* worker) {
  (void)worker;
}
static void deliver(void* worker, int socket, uint32_t connection) {
  (void)worker, (void)connection;
  close(socket);
}

__attribute__((visibility("default"))) const heapstorm_target* heapstorm_target_table(void) {
  static const heapstorm_variant variants[] = {{.name = "stays", .summary = "ignores the request to stop", .buggy = 1}};
  static const heapstorm_target table = {
      HEAPSTORM_TARGET_ABI, sizeof table, "ignores_sigterm", variants,      1, create, worker_start, worker_run,
      worker_nothing,       deliver,      worker_nothing,    worker_nothing};
  return &table;
}
