// Progress: what a storm is doing, on stderr. One live line on a terminal, five times a second; elsewhere a plain line
// every two seconds.
#pragma once

#include <cstdint>
#include <string>

#include "harness/runner/run_options.h"

namespace heapstorm::cli {

class Progress {
 public:
  explicit Progress(bool terminal) : terminal_(terminal) {}
  ~Progress() { finish(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(const RunProgress& progress);
  // Removes the live line.
  void finish();

 private:
  bool terminal_;
  bool line_shown_ = false;
  std::uint64_t shown_at_ms_ = 0;
  std::uint64_t connections_then_ = 0;
};

}  // namespace heapstorm::cli
