#include "harness/heap/system_registry.h"

#include <algorithm>
#include <map>
#include <mutex>

namespace heapstorm::heap {
namespace {

struct State {
  std::mutex mutex;
  std::map<std::uint64_t, std::uint64_t> sizes;  // first byte -> size
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

void SystemRegistry::add(void* block, std::uint64_t size) {
  std::lock_guard lock(state().mutex);
  state().sizes[number(block)] = size;
}

void SystemRegistry::resize(void* block, std::uint64_t size) {
  add(block, size);
}

void SystemRegistry::remove(void* block) {
  std::lock_guard lock(state().mutex);
  state().sizes.erase(number(block));
}

bool SystemRegistry::contains(const void* block) {
  std::lock_guard lock(state().mutex);
  return state().sizes.contains(number(block));
}

void* SystemRegistry::find_around(const void* address) {
  std::lock_guard lock(state().mutex);
  auto after = state().sizes.upper_bound(number(address));
  if (after == state().sizes.begin()) return nullptr;
  auto candidate = std::prev(after);
  bool inside = number(address) < candidate->first + std::max<std::uint64_t>(candidate->second, 1);
  return inside ? reinterpret_cast<void*>(candidate->first) : nullptr;
}

std::vector<void*> SystemRegistry::blocks() {
  std::lock_guard lock(state().mutex);
  std::vector<void*> all;
  for (auto [block, size] : state().sizes) all.push_back(reinterpret_cast<void*>(block));
  return all;
}

SystemRegistry& system_registry() {
  static SystemRegistry only;
  return only;
}

}  // namespace heapstorm::heap
