// Interrupt: SIGINT and SIGTERM as a stop request. However often they come, the run ends cleanly and its report is
// written.
#pragma once

#include <stop_token>
#include <thread>

namespace heapstorm::cli {

class Interrupt {
 public:
  // Make it before any other thread: they inherit that the signals are blocked, and only this one's thread takes them.
  Interrupt();

  std::stop_token token() const { return source_.get_token(); }
  bool requested() const { return source_.stop_requested(); }

 private:
  std::stop_source source_;
  std::jthread thread_;  // last: it uses the above
};

}  // namespace heapstorm::cli
