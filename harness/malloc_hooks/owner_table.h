// Which thread allocated which live block. The sanitizers know too, but TSan gives the number of a thread that has
// ended to the next one, and then cannot tell the two apart.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace heapstorm::malloc_hooks {

// Threads are numbers from 1. A block that finds no place is forgotten: better a finding less than a wait in malloc.
// All orders are relaxed, so that the table hides no race of the program from TSan: whoever frees a block has learnt
// its address from the thread that allocated it, or has a race anyway.
class OwnerTable {
 public:
  void record(const void* block, std::uint32_t thread);
  // Takes the entry out; 0 if there is none.
  std::uint32_t take(const void* block);

 private:
  struct Entry {
    std::atomic<std::uintptr_t> block{0};  // 0: free
    std::atomic<std::uint32_t> thread{0};
  };
  static constexpr std::size_t entries = 1u << 20;
  static constexpr std::size_t max_probes = 16;

  Entry& entry(std::uintptr_t block, std::size_t probe);

  std::array<Entry, entries> entries_{};
};

}  // namespace heapstorm::malloc_hooks
