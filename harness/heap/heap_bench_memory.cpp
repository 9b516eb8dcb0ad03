// What a block costs in memory beyond the bytes that were asked for, everything on. tools/bench makes a table row of
// it.
//
// Two figures, as JSON: what the heap adds to every block (header and tail: exact), and by how much mimalloc's size
// classes make that grow or shrink, on the average over all sizes from 16 to 512 bytes. The quarantine is not a cost of
// live blocks: it is at most quarantine_bytes a thread.
#include <mimalloc.h>

#include <cstdio>

#include "harness/heap/guards/block.h"
#include "harness/heap/heap.h"
#include "harness/heap/recorder/process_heaps.h"

using heapstorm::heap::Block;
using heapstorm::heap::heaps;

namespace {

constexpr std::size_t min_bytes = 16;
constexpr std::size_t max_bytes = 512;

// The memory that a block of ours keeps busy, less that of a bare mimalloc block of the same size.
double average_growth() {
  double sum = 0;
  for (std::size_t bytes = min_bytes; bytes <= max_bytes; ++bytes) {
    void* block = heapstorm_allocate(bytes, 1);
    sum += static_cast<double>(mi_usable_size(Block(block).allocation())) - static_cast<double>(mi_good_size(bytes));
    heapstorm_free(block);
  }
  return sum / static_cast<double>(max_bytes - min_bytes + 1);
}

}  // namespace

int main() {
  heapstorm_heap_options options = heapstorm_heap_defaults();
  if (heapstorm_heap_start(&options) != 0) return 1;
  std::printf("{\"header_bytes\": %zu, \"tail_bytes\": %u, \"average_growth_bytes\": %.1f, \"quarantine_bytes\": %u}\n",
              Block::header_bytes, heaps().format.tail_bytes, average_growth(), options.quarantine_bytes);
  return 0;
}
