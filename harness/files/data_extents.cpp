#include "harness/files/data_extents.h"

#include <unistd.h>

#include <cstddef>

namespace heapstorm {
namespace {

constexpr std::size_t max_extents = 65536;

}  // namespace

std::vector<DataExtent> data_extents(int fd) {
  std::vector<DataExtent> extents;
  const off_t end = ::lseek(fd, 0, SEEK_END);
  off_t position = 0;
  while (position < end) {
    const off_t data = ::lseek(fd, position, SEEK_DATA);
    if (data < position || data >= end) break;  // ENXIO: only a hole is left
    off_t hole = extents.size() + 1 == max_extents ? end : ::lseek(fd, data, SEEK_HOLE);
    if (hole <= data || hole > end) hole = end;
    extents.push_back({static_cast<std::uint64_t>(data), static_cast<std::uint64_t>(hole - data)});
    position = hole;
  }
  return extents;
}

}  // namespace heapstorm
