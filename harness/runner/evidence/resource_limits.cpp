#include "harness/runner/evidence/resource_limits.h"

#include <fmt/format.h>

namespace heapstorm {
namespace {

std::string processes_text(const TreeUsage& usage) {
  return usage.processes == 1 ? "the target's process holds"
                              : fmt::format("the target's {} processes hold", usage.processes);
}

}  // namespace

std::optional<std::string> exceeded(const Limits& limits, const TreeUsage& usage) {
  if (limits.rss_mb && usage.rss_bytes > std::uint64_t{*limits.rss_mb} << 20) {
    return fmt::format("{} {} MiB of memory, more than limits.rss_mb, which is {}", processes_text(usage),
                       usage.rss_bytes >> 20, *limits.rss_mb);
  }
  if (limits.descriptors && usage.descriptors > *limits.descriptors) {
    return fmt::format("{} {} open descriptors, more than limits.descriptors, which is {}", processes_text(usage),
                       usage.descriptors, *limits.descriptors);
  }
  return std::nullopt;
}

}  // namespace heapstorm
