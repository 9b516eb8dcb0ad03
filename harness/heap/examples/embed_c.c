/* embed.cpp in C: heap.h and describe.h need no C++ in the program. */
#include <pthread.h>
#include <stdio.h>

#include "harness/heap/describe.h"
#include "harness/heap/heap.h"

static void print_violation(const heapstorm_box_finding* finding, void* foreign_frees) {
  char line[256];
  heapstorm_describe(finding, line, sizeof line);
  puts(line);
  if (finding->kind == HEAPSTORM_FOREIGN_FREE) ++*(int*)foreign_frees;
}

static void* free_on_worker(void* lost) {
  heapstorm_thread_register("worker-0");
  heapstorm_free(lost); /* The rule is broken here: `lost` belongs to main. */
  return NULL;
}

int main(void) {
  int foreign_frees = 0;
  heapstorm_heap_options options = heapstorm_heap_defaults();
  options.on_violation = print_violation;
  options.user = &foreign_frees;
  if (heapstorm_heap_start(&options) != 0) return 2;
  heapstorm_thread_register("main");
  void* kept = heapstorm_allocate(100, heapstorm_name("session"));
  void* lost = heapstorm_allocate(45, heapstorm_name("date_header"));
  pthread_t worker;
  if (pthread_create(&worker, NULL, free_on_worker, lost) != 0) return 2;
  pthread_join(worker, NULL);
  heapstorm_free(kept); /* By its owner: silent. */
  return foreign_frees == 1 ? 0 : 1;
}
