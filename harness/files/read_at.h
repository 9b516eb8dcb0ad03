// Reads from a place of a file that a signal or a slow disk may interrupt.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapstorm {

// As many bytes as there are, up to `count`; an error reads as the end of the file. Does not move the file's position.
std::size_t read_at(int fd, char* buffer, std::size_t count, std::uint64_t offset);

}  // namespace heapstorm
