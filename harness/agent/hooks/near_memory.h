// Memory for code within reach of a 32-bit jump (2 GiB) from a place in a module. It is taken from the gaps between
// what the process has mapped, and never given back. Not thread-safe; allocates nothing, takes no lock.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapstorm::agent {

constexpr std::size_t page_bytes = 4096;
constexpr std::uint64_t code_reach = 1ull << 30;  // half of what a jump reaches

// Pages to write to, at most `code_reach` away from `place`, so that most of what code there needs is in reach as well;
// seal_code() makes them code. Null: there is no gap, or /proc is not there.
std::uint8_t* map_near(std::uint64_t place, std::size_t bytes);

// Of the mapping there, as for mprotect; that of code if it cannot be known.
int protection_at(std::uint64_t place);

// From now on they can be executed and no longer be written. False: the system does not allow it.
bool seal_code(std::uint8_t* pages, std::size_t bytes);

}  // namespace heapstorm::agent
