// A thread's quarantine: freed blocks wait here, filled with a pattern, before the thread's BlockCache or mimalloc gets
// them. A pattern that has changed by then is a write after free.
//
// Used by one thread only. First in, first out, bounded by bytes and by count.
#pragma once

#include <cstdint>

#include "harness/abi/black_box.h"

namespace heapstorm::heap {

class Quarantine {
 public:
  static constexpr std::uint32_t capacity = 1024;  // blocks
  static constexpr unsigned char pattern = 0xdf;

  explicit Quarantine(std::uint64_t limit_bytes = 0) : limit_bytes_(limit_bytes) {}

  bool has_room(std::uint64_t bytes) const { return count() < capacity && bytes_ + bytes <= limit_bytes_; }
  // Requires has_room. `block` is the block's first byte.
  void push(void* block, std::uint64_t bytes) {
    blocks_[end_++ % capacity] = {block, bytes};
    bytes_ += bytes;
    prefetch_oldest();
  }
  bool empty() const { return begin_ == end_; }
  // The oldest block; requires !empty().
  void* pop() {
    Entry entry = blocks_[begin_++ % capacity];
    bytes_ -= entry.bytes;
    return entry.block;
  }
  std::uint64_t limit_bytes() const { return limit_bytes_; }

 private:
  struct Entry {
    void* block;
    std::uint64_t bytes;
  };
  // The next block to leave has left the caches long ago; its header, first and last lines are wanted soon.
  void prefetch_oldest() const {
    const Entry& oldest = blocks_[begin_ % capacity];
    const auto* first = static_cast<const char*>(oldest.block);
    __builtin_prefetch(first - sizeof(heapstorm_block_header));
    __builtin_prefetch(first);
    __builtin_prefetch(first + oldest.bytes - sizeof(heapstorm_block_header));
  }
  std::uint32_t count() const { return end_ - begin_; }

  std::uint64_t limit_bytes_;
  std::uint64_t bytes_ = 0;
  std::uint32_t begin_ = 0;
  std::uint32_t end_ = 0;
  Entry blocks_[capacity];
};

}  // namespace heapstorm::heap
