#include "harness/scenario/awaited.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace heapstorm {
namespace {

// hang: it did not stop, or no longer answered after the storm. protocol_violation: what the whole storm showed. Nobody
// looks for them before, whatever the scenario says.
constexpr std::array<std::string_view, 2> after_the_storm{"hang", "protocol_violation"};

// LSan looks for leaks when the process ends.
constexpr std::array<std::string_view, 2> at_the_end{"lsan:leak", "lsan:*"};

// Two threads that serve race while they serve, and memory is watched during the storm only.
constexpr std::array<std::string_view, 2> while_serving{"data_race", "resource_growth"};

bool holds(const auto& kinds, const std::string& kind) {
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

}  // namespace

Waiting waiting_for(const FindingPattern& pattern) {
  if (holds(after_the_storm, pattern.kind)) return Waiting::none;
  if (pattern.when == Showing::storm) return Waiting::to_the_end;
  if (pattern.when == Showing::stop || holds(at_the_end, pattern.kind)) return Waiting::none;
  return holds(while_serving, pattern.kind) ? Waiting::to_the_end : Waiting::some_rounds;
}

}  // namespace heapstorm
