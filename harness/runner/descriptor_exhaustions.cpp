#include "harness/runner/descriptor_exhaustions.h"

#include <algorithm>
#include <variant>

namespace heapstorm {
namespace {

// So low that every descriptor up to there is taken in a server. Not 0: poll() refuses more entries than this.
constexpr rlim_t lowered_limit = 8;

}  // namespace

DescriptorExhaustions::DescriptorExhaustions(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) {
    if (const auto* exhaustion = std::get_if<DescriptorExhaustion>(&fault)) plan_ = *exhaustion;
  }
  if (plan_) next_ms_ = plan_->every_ms;
}

void DescriptorExhaustions::poll(std::uint64_t elapsed_ms, int pid, const BlackBoxFile& box) {
  if (taken_ && elapsed_ms >= end_ms_) end(pid, box);
  const bool due = plan_ && !taken_ && elapsed_ms >= next_ms_;
  if (!due || (plan_->times && injected_ >= *plan_->times)) return;
  begin(pid, box);
  end_ms_ = elapsed_ms + plan_->for_ms;
  while (next_ms_ <= elapsed_ms) next_ms_ += plan_->every_ms;
}

// Descriptors that are open stay open, whatever the limit.
void DescriptorExhaustions::begin(int pid, const BlackBoxFile& box) {
  rlimit before{};
  if (::prlimit(pid, RLIMIT_NOFILE, nullptr, &before) != 0) return;
  const rlimit lowered{std::min(lowered_limit, before.rlim_cur), before.rlim_max};
  refusals_before_ = box.accepts_out_of_descriptors();
  if (::prlimit(pid, RLIMIT_NOFILE, &lowered, nullptr) != 0) return;
  taken_ = before;
  ++injected_;
}

void DescriptorExhaustions::end(int pid, const BlackBoxFile& box) {
  if (!taken_) return;
  ::prlimit(pid, RLIMIT_NOFILE, &*taken_, nullptr);
  taken_.reset();
  if (box.accepts_out_of_descriptors() > refusals_before_) ++observed_;
}

}  // namespace heapstorm
