// The quarantine of the process: freed blocks of threads that have ended. A pointer that outlived its thread is most
// often written through after the thread's end, so the blocks wait on, as they did in the thread's own quarantine and
// cache: filled with a pattern, poisoned, and not yet given back to mimalloc, which could give them to other threads.
//
// Thread safety: every function may be called from any thread after `prepare`. First in, first out, bounded by bytes
// and by count. The lock is taken when a thread starts or ends and every few milliseconds, never by an ordinary
// allocate or free.
#pragma once

#include <cstdint>

#include "harness/heap/box/black_box.h"

namespace heapstorm::heap {

class ProcessQuarantine {
 public:
  static constexpr std::uint32_t capacity = 16384;  // blocks
  static constexpr std::uint64_t threads = 16;      // whose own quarantines it has room for, in bytes
  static constexpr std::uint64_t max_bytes = 64u << 20;

  // How much of the quarantine is to be looked at. The next look goes on where the last one ended.
  struct Sweep {
    std::uint32_t blocks;
    std::uint64_t bytes;
  };
  static constexpr Sweep slice = {256, 64 * 1024};  // some ten microseconds
  static constexpr Sweep everything = {capacity, ~std::uint64_t{0}};

  // Once in a process. `thread_bytes`: the limit of one thread's quarantine; 0: nothing is kept. Returns 0 or an errno
  // value.
  int prepare(std::uint64_t thread_bytes);

  std::uint64_t limit_bytes() const { return limit_bytes_; }
  // How many blocks were in it a moment ago.
  std::uint32_t count() const { return load(count_); }
  bool is_empty() const { return count() == 0; }
  // True for one caller every ten milliseconds.
  bool is_due(std::uint32_t now_ms);

  // Both for a block's first byte. Push is false when something has to leave first.
  bool push(void* block, std::uint64_t bytes);
  // The oldest block, or null.
  void* pop();
  // Takes the next block out for which `wanted` is true, or returns null when `left` is used up. `wanted` must not come
  // back here.
  void* take_next(Sweep& left, bool (*wanted)(void* block));

 private:
  static constexpr std::uint32_t period_ms = 10;

  struct Entry {
    void* block;  // null: taken out
    std::uint64_t bytes;
  };
  class Lock;

  Entry& entry(std::uint32_t number) { return entries_[number % capacity]; }
  void forget(Entry& entry);

  std::uint64_t limit_bytes_ = 0;
  // Mapped, and not a plain array: find_referrer searches those.
  Entry* entries_ = nullptr;
  std::uint32_t locked_ = 0;
  std::uint32_t count_ = 0;  // of blocks: without those that were taken out
  std::uint64_t bytes_ = 0;  // of blocks
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  std::uint32_t next_ = 0;  // to be looked at
  std::uint32_t last_due_ms_ = 0;
};

}  // namespace heapstorm::heap
