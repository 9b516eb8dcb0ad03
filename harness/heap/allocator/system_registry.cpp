#include "harness/heap/allocator/system_registry.h"

#include <algorithm>
#include <map>
#include <mutex>

namespace heapstorm::heap {
namespace {

struct Entry {
  std::uint64_t size;
  std::uint32_t owner;
};

struct State {
  std::mutex mutex;
  std::map<std::uint64_t, Entry> entries;  // by first byte
};

// Never destroyed: threads may free blocks while the process is exiting.
State& state() {
  static State* const only = new State;
  return *only;
}

std::uint64_t number(const void* address) {
  return reinterpret_cast<std::uint64_t>(address);
}

}  // namespace

void SystemRegistry::add(void* block, std::uint64_t size, std::uint32_t owner) {
  std::lock_guard lock(state().mutex);
  state().entries[number(block)] = {size, owner};
}

void SystemRegistry::remove(void* block) {
  std::lock_guard lock(state().mutex);
  state().entries.erase(number(block));
}

bool SystemRegistry::contains(const void* block) {
  std::lock_guard lock(state().mutex);
  return state().entries.contains(number(block));
}

void* SystemRegistry::find_around(const void* address) {
  std::lock_guard lock(state().mutex);
  auto after = state().entries.upper_bound(number(address));
  if (after == state().entries.begin()) return nullptr;
  auto candidate = std::prev(after);
  bool inside = number(address) < candidate->first + std::max<std::uint64_t>(candidate->second.size, 1);
  return inside ? reinterpret_cast<void*>(candidate->first) : nullptr;
}

std::vector<void*> SystemRegistry::blocks_of(std::uint32_t owner) {
  std::lock_guard lock(state().mutex);
  std::vector<void*> owned;
  for (const auto& [block, entry] : state().entries) {
    if (entry.owner == owner) owned.push_back(reinterpret_cast<void*>(block));
  }
  return owned;
}

SystemRegistry& system_registry() {
  static SystemRegistry only;
  return only;
}

}  // namespace heapstorm::heap
