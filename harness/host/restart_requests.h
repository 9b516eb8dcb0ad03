// The runner's requests to restart a worker, as they come out of the pipe that the host inherits.
#pragma once

#include <cstdint>
#include <optional>

namespace heapstorm::host {

// Main thread only. The descriptor stays open until the process ends.
class RestartRequests {
 public:
  // The pipe that HEAPSTORM_RESTART_FD_VARIABLE names. Without it, no request ever comes.
  static RestartRequests from_environment();

  // Readable when a request waits; -1, which poll ignores, if none can come.
  int descriptor() const { return descriptor_; }
  // The index of a worker, or nothing if no request waits.
  std::optional<std::uint32_t> take();

 private:
  explicit RestartRequests(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace heapstorm::host
