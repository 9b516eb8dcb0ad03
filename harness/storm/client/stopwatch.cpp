#include "harness/storm/client/stopwatch.h"

#include "harness/storm/client/timers.h"

namespace heapstorm {

void Stopwatch::note_start(std::optional<std::int64_t> intended_us) {
  begun_us_ = monotonic_us();
  intended_us_ = intended_us.value_or(begun_us_);
  awaits_first_answer_ = intended_us.has_value();
  if (intended_us) tally_.on_timed_start(static_cast<std::uint64_t>(begun_us_ - intended_us_));
}

void Stopwatch::note_open() {
  tally_.on_open(static_cast<std::uint64_t>(monotonic_us() - intended_us_));
}

std::int64_t Stopwatch::note_sent() {
  sent_us_ = monotonic_us();
  return sent_us_;
}

void Stopwatch::note_answer(std::int64_t complete_us) {
  tally_.on_answered(static_cast<std::uint64_t>(complete_us - sent_us_));
  if (awaits_first_answer_) tally_.on_first_answer(static_cast<std::uint64_t>(complete_us - intended_us_));
  awaits_first_answer_ = false;
}

}  // namespace heapstorm
