// Which global or static variable still refers to a block: that is the variable through which it came to a thread that
// does not own it.
//
// The search runs in the violating thread at the moment of the violation, before the record is published, because a
// millisecond later the program has most likely overwritten the variable (the date cache does so in its next line).
#pragma once

#include <cstdint>

namespace heapstorm::heap {

// Libc, the C++ library, the loader, mimalloc and sanitizers are left out, and whatever is found in another module
// comes before what the executable has: in a target_host that is the host, this heap and a sanitizer, which refers to
// the block that it is just reporting.
//
// The address of a word in some module's writable data that holds `first_byte`, or else one that points into the block,
// or 0. Bounded: of each module at most 64 MiB of data are looked at, in some ten milliseconds at the worst. Takes the
// dynamic loader's lock.
std::uint64_t find_referrer(std::uint64_t first_byte, std::uint64_t block_bytes);

}  // namespace heapstorm::heap
