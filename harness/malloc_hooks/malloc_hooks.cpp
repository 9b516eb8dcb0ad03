#include "harness/malloc_hooks/malloc_hooks.h"

#include <sanitizer/allocator_interface.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <unordered_set>

#include "harness/malloc_hooks/foreign_free_report.h"
#include "harness/malloc_hooks/owner_table.h"

namespace heapstorm::malloc_hooks {
namespace {

constexpr std::size_t remembered_threads = 4096;

// Hooks have no argument of ours, so what they need is the process's, as the sanitizer itself is.
struct Watch {
  // What std::thread makes on one thread and destroys on the other. What a thread runs is below other names of it.
  std::array<const char*, 66> allowed{"std::thread::thread<", "std::thread::_S_make_state"};
  std::size_t allowed_count = 2;
  heapstorm_malloc_policy policy = HEAPSTORM_MALLOC_REPORT;

  OwnerTable owners;
  std::atomic<std::uint32_t> threads{0};
  std::array<std::atomic<int>, remembered_threads> os_numbers{};  // by a thread's number, modulo the size

  std::mutex mutex;  // also keeps the lines of two reports apart
  std::unordered_set<const void*> handed_off{};
  std::unordered_set<std::uint64_t> seen{};  // pairs of stacks, by their hash
  std::atomic<std::size_t> handed_off_count{0};
};

Watch& watch() {
  static Watch* const only = new Watch;  // never destroyed: threads free until the very end
  return *only;
}

// What we allocate and free ourselves while we look at a free is none of ours.
thread_local bool inside = false;

struct Inside {
  Inside() { inside = true; }
  ~Inside() { inside = false; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
};

std::uint32_t own_number(Watch& held) {
  static thread_local std::uint32_t number = 0;
  if (number != 0) return number;
  number = held.threads.fetch_add(1, std::memory_order_relaxed) + 1;
  held.os_numbers[number % remembered_threads].store(gettid(), std::memory_order_relaxed);
  return number;
}

Thread thread_of(const Watch& held, std::uint32_t number) {
  return {number, held.os_numbers[number % remembered_threads].load(std::memory_order_relaxed)};
}

std::uint64_t hash_of(const CallStack& stack, std::uint64_t hash) {
  for (std::size_t i = 0; i < stack.size; ++i) {
    hash = (hash ^ reinterpret_cast<std::uint64_t>(stack.pcs[i])) * 0x100000001b3ull;  // FNV-1a, by words
  }
  return hash;
}

bool is_allowed(const Watch& held, const ForeignFree& foreign_free) {
  for (std::size_t i = 0; i < held.allowed_count; ++i) {
    if (mentions(foreign_free.allocation, held.allowed[i]) || mentions(foreign_free.free, held.allowed[i])) return true;
  }
  return false;
}

// A block that its own thread frees after all must not leave its place to the next block at its address.
bool take_hand_off(Watch& held, const void* block) {
  if (held.handed_off_count.load(std::memory_order_relaxed) == 0) return false;
  const std::lock_guard lock(held.mutex);
  const bool was = held.handed_off.erase(block) != 0;
  held.handed_off_count.store(held.handed_off.size(), std::memory_order_relaxed);
  return was;
}

void on_foreign_free(Watch& held, ForeignFree foreign_free) {
  constexpr std::uint64_t start = 0xcbf29ce484222325ull;
  const std::lock_guard lock(held.mutex);
  const std::uint64_t stacks = hash_of(foreign_free.free, hash_of(foreign_free.allocation, start));
  if (!held.seen.insert(stacks).second || is_allowed(held, foreign_free)) return;
  drop_through(foreign_free.free, "RunFreeHooks");  // ours and the sanitizer's
  write_report(foreign_free);
  if (held.policy == HEAPSTORM_MALLOC_ABORT) std::abort();
}

void on_malloc(const volatile void* block, std::size_t) {
  if (inside || block == nullptr) return;
  Watch& held = watch();
  held.owners.record(const_cast<const void*>(block), own_number(held));
}

void on_free(const volatile void* freed) {
  if (inside || freed == nullptr) return;
  const Inside guard;
  Watch& held = watch();
  void* const block = const_cast<void*>(freed);
  const std::uint32_t owner = held.owners.take(block);
  const std::uint32_t offender = own_number(held);
  if (take_hand_off(held, block) || owner == 0 || owner == offender) return;
  on_foreign_free(held,
                  {block, thread_of(held, owner), allocation_stack(block), thread_of(held, offender), own_stack()});
}

}  // namespace
}  // namespace heapstorm::malloc_hooks

using heapstorm::malloc_hooks::watch;

void heapstorm_malloc_allow(const char* part) {
  auto& held = watch();
  if (held.allowed_count < held.allowed.size()) held.allowed[held.allowed_count++] = part;
}

int heapstorm_malloc_watch(heapstorm_malloc_policy policy) {
  auto& held = watch();
  held.policy = policy;
  static_cast<void>(own_number(held));
  return __sanitizer_install_malloc_and_free_hooks(heapstorm::malloc_hooks::on_malloc,
                                                   heapstorm::malloc_hooks::on_free);
}

void heapstorm_malloc_hand_off(const void* block) {
  auto& held = watch();
  const heapstorm::malloc_hooks::Inside guard;
  const std::lock_guard lock(held.mutex);
  held.handed_off.insert(block);
  held.handed_off_count.store(held.handed_off.size(), std::memory_order_relaxed);
}
