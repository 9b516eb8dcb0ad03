// What holds for every Finding, and for every answer of a BlackBoxReader, whatever they were made of. Aborts when it
// does not.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "harness/findings/finding.h"

namespace heapstorm {

void check_text(const std::string& text);
void check_finding(const Finding& finding, std::size_t max_frames);

// Asks a reader of these bytes everything that it can be asked. They do not change meanwhile. `ring`: whose events are
// read, and the next one's.
void check_box(std::span<const std::byte> bytes, std::uint32_t ring);

}  // namespace heapstorm
