#include "harness/findings/deduplicate.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "harness/findings/witnesses.h"

namespace heapstorm {
namespace {

std::uint64_t saturating_sum(std::uint64_t left, std::uint64_t right) {
  return left > std::numeric_limits<std::uint64_t>::max() - right ? std::numeric_limits<std::uint64_t>::max()
                                                                  : left + right;
}

bool better(const Finding& candidate, const Finding& kept) {
  return std::pair(candidate.damaged, candidate.at_ms) < std::pair(kept.damaged, kept.at_ms);
}

void merge(Finding& kept, Finding&& other) {
  const std::uint64_t count = saturating_sum(kept.count, other.count);
  const bool expected = kept.expected || other.expected;
  if (better(other, kept)) kept = std::move(other);
  kept.count = count;
  kept.expected = expected;
}

// Sorts places, not findings; a finding's place breaks ties.
std::vector<Finding> by_first_seen(std::vector<Finding> findings) {
  std::vector<std::pair<std::uint64_t, std::size_t>> order;
  for (std::size_t i = 0; i < findings.size(); ++i) order.emplace_back(findings[i].at_ms, i);
  std::sort(order.begin(), order.end());
  std::vector<Finding> sorted;
  sorted.reserve(findings.size());
  for (const auto& [at_ms, place] : order) sorted.push_back(std::move(findings[place]));
  return sorted;
}

}  // namespace

std::vector<Finding> deduplicate(std::vector<Finding> findings) {
  std::vector<Finding> kept;
  std::map<std::string, std::size_t> places;
  for (Finding& finding : findings) {
    const auto [place, added] = places.emplace(finding.fingerprint, kept.size());
    if (added) {
      kept.push_back(std::move(finding));
    } else {
      merge(kept[place->second], std::move(finding));
    }
  }
  return merge_witnesses(by_first_seen(std::move(kept)));
}

}  // namespace heapstorm
