#include "harness/runner/evidence/coverage.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <string_view>

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
  bool told_apart = true;  // each slot's counts are one thread's at a time
};

Workers find_workers(const BlackBoxReader& box, std::uint32_t workers) {
  Workers found;
  for (const ThreadInfo& thread : box.threads()) {
    if (const auto number = worker_number(thread.name, workers)) {
      found.by_thread[thread.id] = *number;
      found.by_slot[thread.slot] = *number;
      if (thread.slot >= HEAPSTORM_PAIR_SIDE) found.told_apart = false;
    }
  }
  return found;
}

// Of slots; `cell` gives a count for two of them.
template <typename Cell>
PairMatrix matrix_of(const Workers& found, std::uint32_t workers, const Cell& cell) {
  PairMatrix matrix(workers, std::vector<std::uint64_t>(workers, 0));
  for (const auto& [row_slot, row] : found.by_slot) {
    for (const auto& [column_slot, column] : found.by_slot) matrix[row][column] += cell(row_slot, column_slot);
  }
  return matrix;
}

std::uint64_t count_pairs(const PairMatrix& matrix) {
  std::uint64_t pairs = 0;
  for (const auto& row : matrix) pairs += row.size() - static_cast<std::size_t>(std::count(row.begin(), row.end(), 0u));
  return pairs;
}

void measure_counts(const BlackBoxReader& box, const Workers& found, Coverage& coverage) {
  const auto blocks = box.pairs();
  const heapstorm_box_connections connections = box.connections();
  const auto matrix = [&](const auto& cell) { return matrix_of(found, coverage.workers, cell); };
  coverage.alloc_free_pairs = matrix([&](auto row, auto column) { return blocks[row][column]; });
  coverage.accept_close = matrix([&](auto row, auto column) { return connections.closed[row][column]; });
  coverage.meetings = matrix([&](auto row, auto column) { return connections.followed[row][column]; });
  coverage.accept_close_pairs = count_pairs(coverage.accept_close);
  coverage.connections_by_worker.assign(coverage.workers, 0);
  for (const auto& [slot, worker] : found.by_slot) coverage.connections_by_worker[worker] += connections.opened[slot];
  for (const std::uint64_t opened : coverage.connections_by_worker) coverage.workers_reached += opened != 0 ? 1 : 0;
}

// The event rings keep the newest events only, which is enough: a worker that served anything has its last connection
// in it.
void measure_events(const BlackBoxReader& box, const Workers& found, Coverage& coverage) {
  std::set<std::uint32_t> reached;
  for (const EventInfo& event : box.events()) {
    const auto worker = found.by_thread.find(event.thread);
    if (event.connection != 0 && worker != found.by_thread.end()) reached.insert(worker->second);
  }
  coverage.workers_reached = static_cast<std::uint32_t>(reached.size());
}

}  // namespace

Coverage measure_coverage(const BlackBoxReader& box, std::uint32_t workers) {
  Coverage coverage;
  coverage.workers = workers;
  const Workers found = find_workers(box, workers);
  found.told_apart ? measure_counts(box, found, coverage) : measure_events(box, found, coverage);
  return coverage;
}

bool reaches(Goal goal, const Coverage& coverage) {
  const std::uint64_t pairs = pairs_in_all(coverage.workers);
  switch (goal) {
    case Goal::workers:
      return coverage.workers_reached == coverage.workers;
    case Goal::pairs:
      return pairs_reached(coverage.alloc_free_pairs) == pairs;
    case Goal::meetings:
      return pairs_reached(coverage.meetings) == pairs;
    case Goal::findings:  // which coverage does not know
      break;
  }
  return false;
}

}  // namespace heapstorm
