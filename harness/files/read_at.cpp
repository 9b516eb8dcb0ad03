#include "harness/files/read_at.h"

#include <unistd.h>

#include <cerrno>

namespace heapstorm {

std::size_t read_at(int fd, char* buffer, std::size_t count, std::uint64_t offset) {
  std::size_t got = 0;
  while (got < count) {
    const ssize_t now = ::pread(fd, buffer + got, count - got, static_cast<off_t>(offset + got));
    if (now < 0 && errno == EINTR) continue;
    if (now <= 0) break;
    got += static_cast<std::size_t>(now);
  }
  return got;
}

}  // namespace heapstorm
