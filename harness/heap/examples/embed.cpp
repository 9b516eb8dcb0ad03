// A program that embeds the owner heap, complete: one thread frees what another one has allocated, and is told so.
#include <cstdio>
#include <thread>

#include "harness/heap/describe.h"
#include "harness/heap/heap.h"

static void print_violation(const heapstorm_box_finding* finding, void* foreign_frees) {
  char line[256];
  heapstorm_describe(finding, line, sizeof line);
  std::puts(line);
  if (finding->kind == HEAPSTORM_FOREIGN_FREE) ++*static_cast<int*>(foreign_frees);
}

int main() {
  int foreign_frees = 0;
  heapstorm_heap_options options = heapstorm_heap_defaults();
  options.on_violation = print_violation;
  options.user = &foreign_frees;
  if (heapstorm_heap_start(&options) != 0) return 2;
  heapstorm_thread_register("main");
  void* kept = heapstorm_allocate(100, heapstorm_name("session"));
  void* lost = heapstorm_allocate(45, heapstorm_name("date_header"));
  std::thread([lost] {
    heapstorm_thread_register("worker-0");
    heapstorm_free(lost);  // The rule is broken here: `lost` belongs to main.
  }).join();
  heapstorm_free(kept);  // By its owner: silent.
  return foreign_frees == 1 ? 0 : 1;
}
