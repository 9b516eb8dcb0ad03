// The Stopwatch of a client: how long its connection takes to begin, to open, and to get each answer. What it measures
// goes to the tally.
#pragma once

#include <cstdint>
#include <optional>

#include "harness/storm/client/tally.h"

namespace heapstorm {

class Stopwatch {
 public:
  explicit Stopwatch(Tally& tally) : tally_(tally) {}

  // A connection begins, which had to begin at `intended_us` (nothing: now).
  void note_start(std::optional<std::int64_t> intended_us);
  void note_open();
  // Something was sent that has an answer. Returns the time.
  std::int64_t note_sent();
  // That answer was complete at `complete_us`.
  void note_answer(std::int64_t complete_us);

  std::int64_t begun_us() const { return begun_us_; }

 private:
  Tally& tally_;
  std::int64_t begun_us_ = 0;
  std::int64_t intended_us_ = 0;
  std::int64_t sent_us_ = 0;
  bool awaits_first_answer_ = false;  // whose latency counts
};

}  // namespace heapstorm
