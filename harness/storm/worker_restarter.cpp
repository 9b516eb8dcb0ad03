#include "harness/storm/worker_restarter.h"

#include <algorithm>
#include <limits>
#include <variant>

namespace heapstorm {

WorkerRestarter::WorkerRestarter(const Plan& plan, const RestartCallback& on_restart, Tally& tally, std::int64_t now_us)
    : on_restart_(on_restart), wait_(plan.load().arrival == Arrival::stepwise), tally_(tally) {
  for (const Fault& fault : plan.faults()) {
    const auto* restart = std::get_if<WorkerRestart>(&fault);
    if (restart == nullptr) continue;
    restarts_.push_back({Cadence(restart->every_ms, restart->every_opens, now_us), restart->worker});
  }
}

void WorkerRestarter::poll(std::int64_t now_us) {
  for (Restarts& restarts : restarts_) restart(std::min(restarts.cadence.due_by_time(now_us), 1u), restarts);
}

std::int64_t WorkerRestarter::next_us() const {
  std::int64_t next = std::numeric_limits<std::int64_t>::max();
  for (const Restarts& restarts : restarts_) next = std::min(next, restarts.cadence.next_us());
  return next;
}

void WorkerRestarter::before_open() {
  for (Restarts& restarts : restarts_) restart(restarts.cadence.due_by_opens(tally_.storm_opened()), restarts);
}

void WorkerRestarter::restart(std::uint32_t times, const Restarts& restarts) {
  for (; times > 0; --times) {
    if (on_restart_ && on_restart_(restarts.worker, wait_)) tally_.on_worker_restart();
  }
}

}  // namespace heapstorm
