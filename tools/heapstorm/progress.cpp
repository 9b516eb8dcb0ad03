#include "tools/heapstorm/progress.h"

#include <fmt/format.h>

#include <cstdio>

namespace heapstorm::cli {
namespace {
constexpr std::uint64_t terminal_every_ms = 200;
constexpr std::uint64_t plain_every_ms = 2000;
}  // namespace

void Progress::show(const RunProgress& progress) {
  const std::uint64_t since_ms = progress.elapsed_ms - shown_at_ms_;
  if (since_ms < (terminal_ ? terminal_every_ms : plain_every_ms)) return;
  const std::uint64_t connections = progress.storm.connections;
  const std::uint64_t rate = (connections - connections_then_) * 1000 / since_ms;
  const std::string line =
      fmt::format("{:5.1f} s  {} of {} connections, {} per s, {} open, {} errors, {} findings",
                  static_cast<double>(progress.elapsed_ms) / 1000, connections, progress.connections_planned, rate,
                  progress.storm.open.load(), progress.storm.errors.load(), progress.findings);
  fmt::print(stderr, "{}{}{}", terminal_ ? "\r\033[K" : "", line, terminal_ ? "" : "\n");
  std::fflush(stderr);
  line_shown_ = terminal_;
  shown_at_ms_ = progress.elapsed_ms;
  connections_then_ = connections;
}

void Progress::finish() {
  if (line_shown_) fmt::print(stderr, "\r\033[K");
  std::fflush(stderr);
  line_shown_ = false;
}

}  // namespace heapstorm::cli
