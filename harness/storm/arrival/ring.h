// A Ring: a queue of at most as many entries as it was made for. Never allocates after that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "harness/base/check.h"

namespace heapstorm {

class Ring {
 public:
  explicit Ring(std::size_t capacity) : entries_(capacity) {}

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  void push(std::uint32_t entry) {
    HEAPSTORM_CHECK(size_ < entries_.size());
    std::size_t at = first_ + size_++;
    if (at >= entries_.size()) at -= entries_.size();
    entries_[at] = entry;
  }

  std::uint32_t pop() {
    HEAPSTORM_CHECK(size_ > 0);
    const std::uint32_t entry = entries_[first_];
    if (++first_ == entries_.size()) first_ = 0;
    --size_;
    return entry;
  }

 private:
  std::vector<std::uint32_t> entries_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace heapstorm
