#include "harness/runner/evidence/blind_spots.h"

namespace heapstorm {
namespace {

// mimalloc is not instrumented: without our checks nobody tells the sanitizer where a block begins and ends, or that it
// was freed. Blocks of the process's malloc are the sanitizer's own.
std::vector<std::string> of_address_sanitizer(const HeapSpec& heap) {
  if (heap.backend == Backend::unchecked_mimalloc) {
    return {
        "AddressSanitizer is blind to the target's blocks with backend unchecked_mimalloc: use after free, overflow "
        "and double free of them are not seen; unchecked_system shows them"};
  }
  std::vector<std::string> spots;
  if (heap.backend != Backend::mimalloc) return spots;
  if (heap.quarantine_kb == 0) {
    spots.emplace_back(
        "AddressSanitizer does not see uses after free of the target's blocks: with backend mimalloc and quarantine_kb "
        "0 they are given out again at once");
  }
  if (!heap.stacks && !heap.canaries) {
    spots.emplace_back(
        "AddressSanitizer does not see short overflows of the target's blocks: with backend mimalloc and neither "
        "stacks nor canaries they have no redzone behind them");
  }
  return spots;
}

std::vector<std::string> of_thread_sanitizer(const HeapSpec& heap) {
  if (heap.backend != Backend::unchecked_mimalloc) return {};
  return {
      "ThreadSanitizer does not see the target's blocks come and go with backend unchecked_mimalloc: uses after free "
      "are not seen, and a block that another thread gets may look like a race; unchecked_system shows them"};
}

}  // namespace

std::vector<std::string> find_blind_spots(const std::string& flavour, const HeapSpec& heap) {
  if (flavour == "asan") return of_address_sanitizer(heap);
  if (flavour == "tsan") return of_thread_sanitizer(heap);
  return {};
}

}  // namespace heapstorm
