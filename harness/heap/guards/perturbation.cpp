#include "harness/heap/guards/perturbation.h"

#include <sched.h>
#include <time.h>

namespace heapstorm::heap {
namespace {

constexpr std::uint32_t probability_one = 65536;

void sleep_us(std::uint64_t us) {
  timespec duration{static_cast<time_t>(us / 1'000'000), static_cast<long>(us % 1'000'000 * 1000)};
  nanosleep(&duration, nullptr);
}

}  // namespace

Perturbation::Perturbation(const heapstorm_heap_options& options, std::uint32_t slot, heapstorm_box_control& counts)
    : options_(&options),
      counts_(&counts),
      schedule_draws_(Prng(options.perturb_seed).fork(2 * std::uint64_t{slot})),
      failure_draws_(Prng(options.perturb_seed).fork(2 * std::uint64_t{slot} + 1)),
      schedule_(options.delay_probability > 0 || options.yield_probability > 0),
      failures_(options.fail_nth > 0 || options.fail_probability > 0) {}

void Perturbation::perturb() {
  if (just_failed_) {
    just_failed_ = false;
    add(counts_->allocation_failures_survived, std::uint64_t{1});
  }
  if (options_->at_yield_point != nullptr && armed()) options_->at_yield_point();
  if (!schedule_ || !armed()) return;
  std::uint64_t draw = schedule_draws_.below(probability_one);
  if (draw < options_->delay_probability) {
    add(counts_->heap_delays, std::uint64_t{1});
    sleep_us(schedule_draws_.below(std::uint64_t{options_->delay_us} + 1));
  } else if (draw < std::uint64_t{options_->delay_probability} + options_->yield_probability) {
    add(counts_->heap_yields, std::uint64_t{1});
    sched_yield();
  }
}

bool Perturbation::fails(std::uint64_t nth, std::uint16_t tag) {
  if (options_->fail_only_tag != 0 && options_->fail_only_tag != tag) return false;
  const bool drawn =
      options_->fail_probability > 0 && failure_draws_.below(probability_one) < options_->fail_probability;
  const bool failed = drawn || (options_->fail_nth != 0 && nth == options_->fail_nth);
  if (failed) {
    just_failed_ = true;
    add(counts_->allocation_failures, std::uint64_t{1});
  }
  return failed;
}

}  // namespace heapstorm::heap
