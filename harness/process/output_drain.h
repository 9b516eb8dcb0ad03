// An OutputDrain: a thread that copies a child's stdout and stderr pipes into bounded files, and goes on reading past
// their limit so that a chatty child never blocks. The destructor joins the thread.
#pragma once

#include <array>
#include <atomic>
#include <string>
#include <thread>

#include "harness/files/bounded_file.h"
#include "harness/files/unique_fd.h"

namespace heapstorm {

class OutputDrain {
 public:
  struct Stream {
    UniqueFd pipe;  // reading end, non-blocking
    BoundedFile file;
  };

  explicit OutputDrain(std::array<Stream, 2> streams);
  ~OutputDrain();

  // Takes what is still in the pipes and ends the thread, also if a stray grandchild holds a pipe open.
  void finish();
  // Whether a file lacks something; said once finished.
  bool truncated() const { return truncated_; }
  // If that is because it could not be written: an errno value, else 0.
  int write_error() const { return write_error_; }

 private:
  void run(std::stop_token stop);
  void copy(const std::stop_token& stop);
  // False when the pipe is at its end.
  bool drain(Stream& stream);

  std::array<Stream, 2> streams_;
  std::atomic<bool> truncated_{false};
  std::atomic<int> write_error_{0};
  std::jthread thread_;  // last: it uses all of the above
};

// For the user of a target whose output is not whole. `write_error`: as above.
std::string cut_output_note(int write_error);

}  // namespace heapstorm
