/* A target whose module start-up never ends, so that the host never listens. It dies by SIGTERM as any process does. */
#include <string.h>
#include <unistd.h>

#include "harness/abi/target.h"

static void* create(const heapstorm_host* host, const char* variant) {
  (void)host, (void)variant;
  for (;;) pause();
  return NULL; /* never; GCC asks for it */
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
  static const heapstorm_variant variants[] = {{.name = "sleeps", .summary = "sleeps in its start-up", .buggy = 1}};
  static const heapstorm_target table = {
      HEAPSTORM_TARGET_ABI, sizeof table, "never_listens", variants,      1, create, worker_start, worker_nothing,
      worker_nothing,       deliver,      worker_nothing,  worker_nothing};
  return &table;
}
