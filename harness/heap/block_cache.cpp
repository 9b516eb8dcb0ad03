#include "harness/heap/block_cache.h"

#include <algorithm>

namespace heapstorm::heap {

BlockCache::BlockCache(std::uint64_t quarantine_bytes) {
  for (std::size_t i = 0; i < class_bytes.size(); ++i) {
    std::uint64_t depth = quarantine_bytes / class_bytes.size() / class_bytes[i];
    classes_[i].bytes_ = class_bytes[i];
    classes_[i].depth_ = static_cast<std::uint32_t>(std::min<std::uint64_t>(depth, Class::ring_blocks - Class::slack));
    classes_[i].limit_ = classes_[i].depth_ + Class::slack;
  }
}

}  // namespace heapstorm::heap
