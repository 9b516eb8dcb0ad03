// Which parts of a sparse file hold data. A black box is tens of gigabytes of address range and a few megabytes of
// data.
#pragma once

#include <cstdint>
#include <vector>

namespace heapstorm {

struct DataExtent {
  std::uint64_t offset = 0;
  std::uint64_t bytes = 0;
  bool operator==(const DataExtent&) const = default;
};

// The extents of `fd` by SEEK_DATA and SEEK_HOLE, ascending, at most 65,536 (neighbours are then joined into the last
// one). A file system that knows no holes gives one extent; a bad descriptor none. Moves the descriptor's file
// position.
std::vector<DataExtent> data_extents(int fd);

}  // namespace heapstorm
