#include "harness/runner/reserved_space.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace heapstorm {
namespace {

bool is_full(int error) {
  return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

// False if that is too much; what was taken before it failed is given back.
bool allocate(int fd, std::uint64_t bytes) {
  int error = 0;
  do {
    error = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
  } while (error == EINTR);
  if (is_full(error) && ::ftruncate(fd, 0) != 0) return false;
  return !is_full(error);
}

Error no_room(const std::string& folder, int error) {
  return Error::environment("cannot write into " + folder + ": " + std::strerror(error));
}

}  // namespace

Result<ReservedSpace> ReservedSpace::create(const std::string& folder, std::uint64_t most_bytes,
                                            std::uint64_t least_bytes) {
  const std::string path = folder + "/.reserved";
  UniqueFd file(::open(path.c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0600));
  if (!file) return no_room(folder, errno);
  ::unlink(path.c_str());
  for (std::uint64_t bytes = most_bytes; bytes >= least_bytes; bytes /= 2) {
    if (!allocate(file.get(), bytes)) continue;
    const std::uint64_t half = std::max(bytes / 2, least_bytes);
    if (bytes == most_bytes || ::ftruncate(file.get(), static_cast<off_t>(half)) == 0) {
      return ReservedSpace(std::move(file));
    }
  }
  return no_room(folder, ENOSPC);
}

}  // namespace heapstorm
