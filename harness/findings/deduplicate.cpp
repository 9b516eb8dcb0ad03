#include "harness/findings/deduplicate.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "harness/findings/fingerprint.h"

namespace heapstorm {
namespace {

std::uint64_t saturating_sum(std::uint64_t left, std::uint64_t right) {
  return left > std::numeric_limits<std::uint64_t>::max() - right ? std::numeric_limits<std::uint64_t>::max()
                                                                  : left + right;
}

bool is_better(const Finding& candidate, const Finding& kept) {
  return std::pair(candidate.damaged, candidate.at_ms) < std::pair(kept.damaged, kept.at_ms);
}

void merge(Finding& kept, Finding&& other) {
  const std::uint64_t count = saturating_sum(kept.count, other.count);
  const bool expected = kept.expected || other.expected;
  if (is_better(other, kept)) kept = std::move(other);
  kept.count = count;
  kept.expected = expected;
}

// Sorts places, not findings; a finding's place breaks ties.
std::vector<Finding> sort_by_first_seen(std::vector<Finding> findings) {
  std::vector<std::pair<std::uint64_t, std::size_t>> order;
  for (std::size_t i = 0; i < findings.size(); ++i) order.emplace_back(findings[i].at_ms, i);
  std::sort(order.begin(), order.end());
  std::vector<Finding> sorted;
  sorted.reserve(findings.size());
  for (const auto& [at_ms, place] : order) sorted.push_back(std::move(findings[place]));
  return sorted;
}

// ---- one defect, several detectors

// Kinds that one and the same damage may have, by who looks at it.
constexpr std::array<std::string_view, 6> uses_after_free{"use_after_free",        "asan:heap-use-after-free",
                                                          "asan:use-after-poison", "tsan:heap-use-after-free",
                                                          "valgrind:InvalidWrite", "valgrind:InvalidRead"};
constexpr std::array<std::string_view, 6> overflows{"overflow",
                                                    "underflow",
                                                    "asan:heap-buffer-overflow",
                                                    "asan:use-after-poison",
                                                    "valgrind:InvalidWrite",
                                                    "valgrind:InvalidRead"};
constexpr std::array<std::string_view, 3> double_frees{"double_free", "asan:double-free", "valgrind:InvalidFree"};
constexpr std::array<std::string_view, 3> invalid_frees{"invalid_free", "asan:bad-free", "valgrind:InvalidFree"};
constexpr std::array<std::string_view, 2> races{"data_race", "helgrind:Race"};
constexpr std::array<std::string_view, 2> foreign_frees{"foreign_free", "owner_exited_free"};
constexpr std::array<std::string_view, 3> leaks{"leak_at_thread_exit", "lsan:leak", "valgrind:Leak_DefinitelyLost"};

bool holds(const auto& values, const auto& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool may_mean_the_same(std::string_view left, std::string_view right) {
  const auto both = [&](const auto& kinds) { return holds(kinds, left) && holds(kinds, right); };
  return left == right || both(uses_after_free) || both(overflows) || both(double_frees) || both(invalid_frees) ||
         both(races) || both(foreign_frees) || both(leaks);
}

std::vector<std::string> frames_of(const std::optional<Side>& side) {
  return side ? fingerprint_frames(side->stack) : std::vector<std::string>();
}

enum class Likeness { same, different, unknown };

Likeness compare(const std::optional<Side>& left, const std::optional<Side>& right) {
  const std::vector<std::string> left_frames = frames_of(left), right_frames = frames_of(right);
  if (left_frames.empty() || right_frames.empty()) return Likeness::unknown;
  return left_frames == right_frames ? Likeness::same : Likeness::different;
}

bool has_witness(const Finding& finding, const std::string& source) {
  return finding.source == source || std::any_of(finding.witnesses.begin(), finding.witnesses.end(),
                                                 [&](const Witness& witness) { return witness.source == source; });
}

// What a sanitizer saw a side do: it may know a read from a write.
void take_deed(std::optional<Side>& kept, const std::optional<Side>& other) {
  if (kept && other && kept->deed.empty()) kept->deed = other->deed;
}

// What `other` knows and `kept` does not is taken over.
void add_witness(Finding& kept, Finding&& other) {
  if (other.source == "owner_heap") std::swap(kept, other);
  if (kept.witnesses.empty()) kept.witnesses.push_back({kept.source, kept.kind});
  if (other.witnesses.empty()) other.witnesses.push_back({other.source, other.kind});
  std::move(other.witnesses.begin(), other.witnesses.end(), std::back_inserter(kept.witnesses));
  take_deed(kept.offender, other.offender);
  if (!kept.offender) kept.offender = std::move(other.offender);
  if (!kept.freed) kept.freed = std::move(other.freed);
  if (!kept.owner) kept.owner = std::move(other.owner);
  kept.at_ms = std::min(kept.at_ms, other.at_ms);
}

}  // namespace

bool is_same_defect(const Finding& left, const Finding& right) {
  if (!may_mean_the_same(left.kind, right.kind)) return false;
  const std::array sides{compare(left.owner, right.owner), compare(left.freed, right.freed),
                         compare(left.offender, right.offender)};
  return holds(sides, Likeness::same) && !holds(sides, Likeness::different);
}

std::vector<Finding> merge_witnesses(std::vector<Finding> findings) {
  std::vector<Finding> merged;
  for (Finding& finding : findings) {
    const auto same = std::find_if(merged.begin(), merged.end(), [&](const Finding& kept) {
      return !has_witness(kept, finding.source) && is_same_defect(kept, finding);
    });
    if (same == merged.end()) {
      merged.push_back(std::move(finding));
    } else {
      add_witness(*same, std::move(finding));
    }
  }
  return merged;
}

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
  return merge_witnesses(sort_by_first_seen(std::move(kept)));
}

}  // namespace heapstorm
