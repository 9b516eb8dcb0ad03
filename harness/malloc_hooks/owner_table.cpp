#include "harness/malloc_hooks/owner_table.h"

namespace heapstorm::malloc_hooks {

OwnerTable::Entry& OwnerTable::entry(std::uintptr_t block, std::size_t probe) {
  const std::size_t hash = static_cast<std::size_t>(block * 0x9e3779b97f4a7c15ull >> 40);
  return entries_[(hash + probe) % entries];
}

void OwnerTable::record(const void* block, std::uint32_t thread) {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  for (std::size_t probe = 0; probe < max_probes; ++probe) {
    Entry& place = entry(address, probe);
    std::uintptr_t expected = 0;
    if (!place.block.compare_exchange_strong(expected, address, std::memory_order_relaxed) && expected != address)
      continue;
    place.thread.store(thread, std::memory_order_relaxed);
    return;
  }
}

std::uint32_t OwnerTable::take(const void* block) {
  const auto address = reinterpret_cast<std::uintptr_t>(block);
  for (std::size_t probe = 0; probe < max_probes; ++probe) {
    Entry& place = entry(address, probe);
    if (place.block.load(std::memory_order_relaxed) != address) continue;
    const std::uint32_t thread = place.thread.load(std::memory_order_relaxed);
    place.block.store(0, std::memory_order_relaxed);
    return thread;
  }
  return 0;
}

}  // namespace heapstorm::malloc_hooks
