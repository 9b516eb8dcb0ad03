// Room on a disk. A ReservedSpace is kept free for what must be written at the end, whatever else fills the disk in
// between. It has no name in its folder, so that nothing is left behind however this process ends.
#pragma once

#include <cstdint>
#include <string>

#include "harness/base/result.h"
#include "harness/files/unique_fd.h"

namespace heapstorm {

// Whether an errno value says that there is no more: of the disk, of what its user may have, or of how large a file may
// become.
bool means_full_disk(int error);

class ReservedSpace {
 public:
  // `max_bytes`; where there is not twice as much, about half of what there is, so that others can begin too, but at
  // least `min_bytes`. An error of the environment if those do not fit or nothing can be written there. A file system
  // that cannot reserve is taken as it is.
  static Result<ReservedSpace> create(const std::string& folder, std::uint64_t max_bytes, std::uint64_t min_bytes);

  std::uint64_t bytes() const { return bytes_; }
  // Gives the room back: to be called right before what it was kept for is written.
  void release() { file_.reset(); }

 private:
  ReservedSpace(UniqueFd file, std::uint64_t bytes) : file_(std::move(file)), bytes_(bytes) {}

  UniqueFd file_;
  std::uint64_t bytes_;
};

}  // namespace heapstorm
