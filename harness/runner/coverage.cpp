#include "harness/runner/coverage.h"

#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

namespace heapstorm {
namespace {

// 3 for "worker-3".
std::optional<std::uint32_t> worker_number(std::string_view name, std::uint32_t workers) {
  constexpr std::string_view prefix = "worker-";
  if (!name.starts_with(prefix)) return std::nullopt;
  name.remove_prefix(prefix.size());
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), number);
  const bool whole = error == std::errc() && end == name.data() + name.size();
  return whole && number < workers ? std::optional(number) : std::nullopt;
}

struct Workers {
  std::map<std::uint32_t, std::uint32_t> by_thread, by_slot;
};

Workers find_workers(const BlackBoxReader& box, std::uint32_t workers) {
  Workers found;
  for (const ThreadInfo& thread : box.threads()) {
    if (const auto number = worker_number(thread.name, workers)) {
      found.by_thread[thread.id] = *number;
      found.by_slot[thread.slot % HEAPSTORM_PAIR_SIDE] = *number;
    }
  }
  return found;
}

// The event rings keep the newest events only, which is enough: a worker that served anything has its last connection
// in it.
void measure_events(const BlackBoxReader& box, const Workers& workers, Coverage& coverage) {
  std::set<std::uint32_t> reached;
  std::map<std::uint32_t, std::uint32_t> opened_by;  // connection to thread
  std::set<std::pair<std::uint32_t, std::uint32_t>> pairs;
  for (const EventInfo& event : box.events()) {
    if (event.connection == 0) continue;
    if (const auto worker = workers.by_thread.find(event.thread); worker != workers.by_thread.end()) {
      reached.insert(worker->second);
    }
    // It counts as opened by its first event under its plan's number, which is not yet known when it is accepted.
    if (event.kind != HEAPSTORM_EVENT_CONNECTION_CLOSE) {
      opened_by.try_emplace(event.connection, event.thread);
    } else if (const auto opened = opened_by.find(event.connection); opened != opened_by.end()) {
      pairs.emplace(opened->second, event.thread);
    }
  }
  coverage.workers_reached = static_cast<std::uint32_t>(reached.size());
  coverage.accept_close_pairs = pairs.size();
}

}  // namespace

Coverage measure_coverage(const BlackBoxReader& box, std::uint32_t workers) {
  Coverage coverage;
  coverage.workers = workers;
  coverage.alloc_free_pairs.assign(workers, std::vector<std::uint64_t>(workers, 0));
  const Workers found = find_workers(box, workers);
  const auto pairs = box.pairs();
  for (const auto& [owner_slot, owner] : found.by_slot) {
    for (const auto& [freeing_slot, freeing] : found.by_slot) {
      if (owner_slot < pairs.size() && freeing_slot < pairs[owner_slot].size()) {
        coverage.alloc_free_pairs[owner][freeing] += pairs[owner_slot][freeing_slot];
      }
    }
  }
  measure_events(box, found, coverage);
  return coverage;
}

}  // namespace heapstorm
