// A growing list of blocks on the process's malloc: the heap's own code must not call operator new, which may be the
// owner heap's.
//
// Used by one thread. Zero-initialised is empty.
#pragma once

#include <cstddef>
#include <cstdlib>

namespace heapstorm::heap {

class BlockList {
 public:
  // Drops the block when there is no memory.
  void push(void* block) {
    if (count_ == capacity_ && !grow()) return;
    blocks_[count_++] = block;
  }
  void clear() {
    std::free(blocks_);
    *this = BlockList();
  }
  void** begin() const { return blocks_; }
  void** end() const { return blocks_ + count_; }

 private:
  bool grow() {
    std::size_t wanted = capacity_ == 0 ? 64 : capacity_ * 2;
    void* grown = std::realloc(blocks_, wanted * sizeof(void*));
    if (grown == nullptr) return false;
    blocks_ = static_cast<void**>(grown);
    capacity_ = wanted;
    return true;
  }

  void** blocks_ = nullptr;
  std::size_t count_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace heapstorm::heap
