// What all processes below one process use together, as /proc tells.
#pragma once

#include <cstdint>

namespace heapstorm {

struct TreeUsage {
  std::uint32_t processes = 0;
  std::uint64_t rss_bytes = 0;  // pages that several of them share are counted for each
  std::uint64_t descriptors = 0;
};

// Of the descendants of `root`, without `root` itself.
TreeUsage usage_below(int root);

// Whether a signal has stopped the process; false if there is none.
bool is_stopped(int pid);

}  // namespace heapstorm
