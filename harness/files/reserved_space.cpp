#include "harness/files/reserved_space.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace heapstorm {
namespace {

// False if that is too much; what was taken before it failed is given back.
bool allocate(int fd, std::uint64_t bytes) {
  int error = 0;
  do {
    error = ::posix_fallocate(fd, 0, static_cast<off_t>(bytes));
  } while (error == EINTR);
  if (means_full_disk(error) && ::ftruncate(fd, 0) != 0) return false;
  return !means_full_disk(error);
}

// A file of its own, whatever lies in the folder already. Not every file system can make one without a name.
UniqueFd nameless_file(const std::string& folder) {
  UniqueFd file(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
  if (file) return file;
  std::string path = folder + "/.reserved-XXXXXX";
  file = UniqueFd(::mkostemp(path.data(), O_CLOEXEC));
  if (file) ::unlink(path.c_str());
  return file;
}

Error no_room(const std::string& folder, int error) {
  return Error::environment("cannot write into " + folder + ": " + std::strerror(error));
}

}  // namespace

bool means_full_disk(int error) {
  return error == ENOSPC || error == EDQUOT || error == EFBIG;
}

Result<ReservedSpace> ReservedSpace::create(const std::string& folder, std::uint64_t max_bytes,
                                            std::uint64_t min_bytes) {
  UniqueFd file = nameless_file(folder);
  if (!file) return no_room(folder, errno);
  for (std::uint64_t bytes = 2 * max_bytes; bytes >= min_bytes; bytes /= 2) {
    if (!allocate(file.get(), bytes)) continue;
    const std::uint64_t kept = std::max(bytes / 2, min_bytes);
    if (::ftruncate(file.get(), static_cast<off_t>(kept)) == 0) return ReservedSpace(std::move(file), kept);
  }
  return no_room(folder, ENOSPC);
}

}  // namespace heapstorm
