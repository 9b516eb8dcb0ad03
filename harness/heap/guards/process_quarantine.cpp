#include "harness/heap/guards/process_quarantine.h"

#include <sched.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>

#include "harness/heap/guards/sanitizer.h"

namespace heapstorm::heap {

// A spinning lock instead of a mutex, because it is held for microseconds and must not show in TSan: it would order the
// program's threads, and so hide races between them.
class ProcessQuarantine::Lock {
 public:
  explicit Lock(std::uint32_t& cell) : cell_(cell) {
    while (__atomic_exchange_n(&cell_, 1u, __ATOMIC_ACQUIRE) != 0) sched_yield();
  }
  ~Lock() { publish(cell_, 0u); }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  const HiddenFromTsan hidden_;
  std::uint32_t& cell_;
};

int ProcessQuarantine::prepare(std::uint64_t thread_bytes) {
  void* memory = mmap(nullptr, sizeof(Entry) * capacity, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) return errno;
  entries_ = static_cast<Entry*>(memory);
  limit_bytes_ = std::max(thread_bytes, std::min(threads * thread_bytes, max_bytes));
  return 0;
}

bool ProcessQuarantine::is_due(std::uint32_t now_ms) {
  std::uint32_t last_ms = load(last_due_ms_);
  if (static_cast<std::int32_t>(now_ms - last_ms) < static_cast<std::int32_t>(period_ms)) return false;
  return __atomic_compare_exchange_n(&last_due_ms_, &last_ms, now_ms, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED);
}

bool ProcessQuarantine::push(void* block, std::uint64_t bytes) {
  const Lock lock(locked_);
  if (end_ - begin_ >= capacity || bytes_ + bytes > limit_bytes_) return false;
  entry(end_++) = {block, bytes};
  bytes_ += bytes;
  store(count_, count_ + 1);
  return true;
}

void ProcessQuarantine::forget(Entry& entry) {
  bytes_ -= entry.bytes;
  entry = {};
  store(count_, count_ - 1);
}

void* ProcessQuarantine::pop() {
  const Lock lock(locked_);
  while (begin_ != end_) {
    Entry& oldest = entry(begin_++);
    void* block = oldest.block;
    if (block == nullptr) continue;
    forget(oldest);
    return block;
  }
  return nullptr;
}

void* ProcessQuarantine::take_next(Sweep& left, bool (*wanted)(void* block)) {
  const Lock lock(locked_);
  left.blocks = std::min(left.blocks, end_ - begin_);
  while (left.blocks > 0 && left.bytes > 0) {
    if (next_ - begin_ >= end_ - begin_) next_ = begin_;  // Round again, or what it stood at has left.
    Entry& seen = entry(next_++);
    --left.blocks;
    left.bytes -= std::min(left.bytes, seen.bytes);
    if (seen.block == nullptr || !wanted(seen.block)) continue;
    void* block = seen.block;
    forget(seen);
    return block;
  }
  return nullptr;
}

}  // namespace heapstorm::heap
