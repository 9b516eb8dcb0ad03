// Asks a BlackBoxReader everything that it can be asked, and aborts if an answer breaks its promises.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace heapstorm {

// The bytes do not change meanwhile. `ring`: whose events are read, and the next one's.
void check_box(std::span<const std::byte> bytes, std::uint32_t ring);

}  // namespace heapstorm
