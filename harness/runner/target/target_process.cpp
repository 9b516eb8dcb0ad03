#include "harness/runner/target/target_process.h"

namespace heapstorm {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int max_starts = 5;
constexpr std::uint64_t hurried_stop_ms = 500;

std::uint64_t ms_since(Clock::time_point begin) {
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - begin).count());
}

}  // namespace

Status TargetProcess::start() {
  begin_ = Clock::now();
  auto command = target_.command();
  if (!command) return command.error();
  faults_.target().hand_to(command.value());
  auto started = Process::start(command.value());
  if (!started) return started.error();
  process_ = std::move(started.value());
  faults_.target().attach(*process_);
  return Success{};
}

std::uint64_t TargetProcess::elapsed_ms() const {
  return ms_since(begin_);
}

bool TargetProcess::start_again_elsewhere() {
  if (starts_ == max_starts || !target_.has_lost_its_port()) return false;
  ++starts_;
  process_->stop(0);  // what it left behind
  return static_cast<bool>(start());
}

TargetProcess::Start TargetProcess::wait_until_it_listens(std::uint32_t deadline_s) {
  const std::uint64_t deadline_ms = std::uint64_t{deadline_s} * 1000;
  while (!target_.is_listening()) {
    if (process_->wait_ms(target_.poll_ms())) {
      if (start_again_elsewhere()) continue;
      return Start::died;
    }
    if (stop_.stop_requested()) return Start::interrupted;
    if (elapsed_ms() >= deadline_ms) return Start::too_late;
  }
  return Start::listens;
}

Process::Stopped TargetProcess::stop(std::uint32_t deadline_s) {
  std::optional<Clock::time_point> hurried_since;
  return process_->stop(deadline_s * 1000, [&] {
    if (!stop_.stop_requested()) return false;
    if (!hurried_since) hurried_since = Clock::now();
    return ms_since(*hurried_since) >= hurried_stop_ms;
  });
}

}  // namespace heapstorm
