// Seeded perturbation of one thread's schedule, and injected allocation failures. Off by default; when off the heap
// spends one branch on all of it (ThreadState::hooked).
//
// The decisions are a pure function of seed, thread number and how many operations the thread has done; which
// operations of other threads run meanwhile is not.
#pragma once

#include <cstdint>

#include "harness/base/prng.h"
#include "harness/heap/box/black_box.h"
#include "harness/heap/heap.h"

namespace heapstorm::heap {

class Perturbation {
 public:
  Perturbation() = default;
  // `counts`: the black box's cells, where it counts what it does.
  Perturbation(const heapstorm_heap_options& options, std::uint32_t slot, heapstorm_box_control& counts);

  bool on() const { return schedule_ || failures_ || (options_ != nullptr && options_->at_yield_point != nullptr); }
  // At a heap operation or a yield point: calls who wants to know, maybe sleeps, maybe yields.
  void perturb();
  // Whether failures are on for blocks of this tag, now.
  bool may_fail(std::uint16_t tag) const {
    if (!failures_ || (options_->fail_only_tag != 0 && options_->fail_only_tag != tag)) return false;
    return armed();
  }
  // True if this allocation is to fail. `nth` counts those of the process that may, from 1.
  bool fails(std::uint64_t nth, std::uint16_t tag);

 private:
  // Not while the program starts and stops, if so wanted.
  bool armed() const {
    return options_->only_while_listening == 0 || load(counts_->stage) == HEAPSTORM_STAGE_LISTENING;
  }

  const heapstorm_heap_options* options_ = nullptr;
  heapstorm_box_control* counts_ = nullptr;
  Prng schedule_draws_{0};
  Prng failure_draws_{0};
  bool schedule_ = false;
  bool failures_ = false;
  bool just_failed_ = false;  // the thread has not been here since
};

}  // namespace heapstorm::heap
