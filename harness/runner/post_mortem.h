// A PostMortem: what the saved black box of an ended target says beyond its findings. A plain value; its strings come
// from the target.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/findings/black_box_reader.h"
#include "harness/runner/saved_black_box.h"

namespace heapstorm {

struct TimelineEvent {
  std::int64_t at_us = 0;  // from the timeline's zero
  std::string thread;
  std::string event;  // "connection opens"
  std::string connection;
  std::string action;  // "message 3"
  bool operator==(const TimelineEvent&) const = default;
};

// The last events of each thread before the first finding, and a few after it; where the rings no longer hold that
// moment, or nothing was found, the last events there are.
struct Timeline {
  bool around_finding = false;        // its zero is the first finding; else the last event there is
  std::vector<TimelineEvent> events;  // by time
  std::size_t threads_left_out = 0;   // farthest from the zero
};

struct PostMortem {
  LiveBlocks live_blocks;
  bool sees_blocks = true;  // false: the heap used the system's malloc, whose memory was not saved
  Timeline timeline;
  std::vector<std::string> notes;  // damage, records that are missing
};

PostMortem examine(const SavedBlackBox& saved);

// Of any box.
Timeline make_timeline(const BlackBoxReader& box);

}  // namespace heapstorm
