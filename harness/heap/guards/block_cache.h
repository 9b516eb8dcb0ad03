// Freed blocks that a thread keeps to hand out again, by size class. It saves the pair of calls into mimalloc, which
// alone would cost as much as our checks, and it is the quarantine of ordinary blocks at the same time: a class then
// gives out its oldest block, and only while `depth` younger ones stay behind, so that a write after free has time to
// happen and is seen.
//
// Used by one thread only. Only blocks of that thread, from its own mimalloc heap, that are not HEAPSTORM_BLOCK_APART;
// all others wait in the Quarantine, and so do, before they come here, the few that are watched whole. Arrays and not
// lists through the blocks: what the target's stray writes can reach must not say where our next block is. Borrowed
// idea: the magazines of Bonwick and Adams (USENIX 2001).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "harness/abi/black_box.h"

namespace heapstorm::heap {

class BlockCache {
 public:
  static constexpr std::size_t max_bytes = 1024;  // of a whole allocation
  static constexpr std::size_t max_block_bytes =
      max_bytes - sizeof(heapstorm_block_header) - sizeof(heapstorm_block_tail);

  // The blocks of one size. Either a queue or a stack, never both in one process.
  class Class {
   public:
    std::uint32_t bytes() const { return bytes_; }  // of an allocation, header and tail included
    bool is_empty() const { return count_ == 0; }
    bool is_full() const { return count_ >= limit_; }
    bool can_spare() const { return count_ > depth_; }

    // Both pushes require !is_full(), both takes !is_empty(). A block is named by its first byte.
    void push_newest(void* block) { blocks_[(begin_ + count_++) % ring_blocks] = block; }
    void* take_oldest() {
      void* block = blocks_[begin_];
      --count_;
      begin_ = (begin_ + 1) % ring_blocks;
      prefetch(blocks_[begin_]);
      return block;
    }
    void push(void* block) { blocks_[count_++] = block; }
    void* take() { return blocks_[--count_]; }

   private:
    friend class BlockCache;
    static constexpr std::uint32_t ring_blocks = 128;
    static constexpr std::uint32_t slack = 64;  // between the fewest and the most: how seldom mimalloc is asked

    // The next block to go out has left the nearest cache long ago. There may be none: prefetching never faults.
    void prefetch(void* block) const {
      auto first = reinterpret_cast<std::uintptr_t>(block);
      __builtin_prefetch(reinterpret_cast<const void*>(first - sizeof(heapstorm_block_header)));
      __builtin_prefetch(reinterpret_cast<const void*>(first + bytes_ - sizeof(heapstorm_block_header) -
                                                       sizeof(heapstorm_block_tail)));
    }

    std::uint32_t count_ = 0;
    std::uint32_t limit_ = 0;  // the most that are kept
    std::uint32_t depth_ = 0;  // that many stay when the oldest is taken
    std::uint32_t begin_ = 0;  // below ring_blocks
    std::uint32_t bytes_ = 0;
    void* blocks_[ring_blocks] = {};
  };

  // `quarantine_bytes`: what all classes together hold back, about; 0: nothing.
  explicit BlockCache(std::uint64_t quarantine_bytes = 0) {
    for (std::size_t i = 0; i < class_bytes.size(); ++i) {
      std::uint64_t depth = quarantine_bytes / class_bytes.size() / class_bytes[i];
      classes_[i].bytes_ = class_bytes[i];
      classes_[i].depth_ =
          static_cast<std::uint32_t>(std::min<std::uint64_t>(depth, Class::ring_blocks - Class::slack));
      classes_[i].limit_ = classes_[i].depth_ + Class::slack;
    }
  }

  // The class for an allocation of `bytes` in all, at most max_bytes.
  Class& class_for(std::size_t bytes) {
    auto* classes = reinterpret_cast<std::byte*>(classes_.data());
    return *reinterpret_cast<Class*>(classes + class_offsets[(bytes + 15) / 16]);
  }
  auto begin() { return classes_.begin(); }
  auto end() { return classes_.end(); }

 private:
  // mimalloc's own size classes, so that nothing is lost to a second rounding.
  static constexpr std::array<std::uint16_t, 17> class_bytes = {64,  80,  96,  112, 128, 160, 192, 224, 256,
                                                                320, 384, 448, 512, 640, 768, 896, 1024};
  // By sixteens of the allocation: where its class lies, without a multiplication.
  static constexpr auto class_offsets = [] {
    std::array<std::uint16_t, max_bytes / 16 + 1> offsets{};
    for (std::size_t i = 0, index = 0; i < offsets.size(); ++i) {
      if (i * 16 > class_bytes[index]) ++index;
      offsets[i] = static_cast<std::uint16_t>(index * sizeof(Class));
    }
    return offsets;
  }();

  std::array<Class, class_bytes.size()> classes_;
};

}  // namespace heapstorm::heap
