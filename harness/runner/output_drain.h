// An OutputDrain: a thread that copies a child's stdout and stderr pipes into files up to a limit, and goes on reading
// past it so that a chatty child never blocks. The destructor joins the thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <thread>

#include "harness/runner/unique_fd.h"

namespace heapstorm {

class OutputDrain {
 public:
  struct Stream {
    UniqueFd pipe;  // reading end, non-blocking
    UniqueFd file;
    std::uint64_t written_bytes = 0;
  };

  OutputDrain(std::array<Stream, 2> streams, std::uint64_t limit_bytes);
  ~OutputDrain();

  // Takes what is still in the pipes and ends the thread, also if a stray grandchild holds a pipe open.
  void finish();
  bool truncated() const { return truncated_; }

 private:
  void run(std::stop_token stop);
  // False when the pipe is at its end.
  bool drain(Stream& stream);
  void store(Stream& stream, const char* data, std::uint64_t size);

  std::array<Stream, 2> streams_;
  std::uint64_t limit_bytes_;
  std::atomic<bool> truncated_{false};
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace heapstorm
