#include "harness/runner/worker_restarts.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <string>
#include <thread>

namespace heapstorm {
namespace {

using Clock = std::chrono::steady_clock;

// Bounds how long a stepwise storm stands still for a worker that does not end.
constexpr std::chrono::seconds wait_deadline{10};
// A restart takes some hundred microseconds.
constexpr std::chrono::microseconds poll_interval{100};

bool restarts_workers(const Scenario& scenario) {
  return std::any_of(scenario.faults.begin(), scenario.faults.end(),
                     [](const Fault& fault) { return std::holds_alternative<WorkerRestart>(fault); });
}

}  // namespace

Result<WorkerRestarts> WorkerRestarts::create(const Scenario& scenario, BlackBoxFile& box) {
  WorkerRestarts restarts(box, scenario.target.workers);
  if (!restarts_workers(scenario)) return restarts;
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
    return Error::environment(std::string("cannot make the pipe for restarts: ") + std::strerror(errno));
  }
  restarts.reading_ = UniqueFd(ends[0]);
  restarts.writing_ = UniqueFd(ends[1]);
  return restarts;
}

void WorkerRestarts::hand_to(ProcessOptions& target) const {
  if (!reading_) return;
  target.environment.emplace_back(HEAPSTORM_RESTART_FD_VARIABLE, std::to_string(reading_.get()));
  target.inherited_fds.push_back(reading_.get());
}

bool WorkerRestarts::under_way() const {
  return box_->worker_restarts() < requested_;
}

bool WorkerRestarts::request(std::optional<std::uint32_t> worker) {
  if (under_way()) return false;
  const std::uint32_t index = worker.value_or(turn_ % workers_);
  if (!worker) ++turn_;
  box_->set_worker_restarts_requested(++requested_);
  return ::write(writing_.get(), &index, sizeof index) == sizeof index;
}

void WorkerRestarts::wait(const std::stop_token& stop) const {
  const auto deadline = Clock::now() + wait_deadline;
  while (under_way() && !stop.stop_requested() && Clock::now() < deadline) std::this_thread::sleep_for(poll_interval);
}

}  // namespace heapstorm
