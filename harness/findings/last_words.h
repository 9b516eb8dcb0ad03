// Last words: what programs write to stderr when they notice that something is wrong with them, as findings.
#pragma once

#include <string_view>
#include <vector>

#include "harness/findings/finding.h"

namespace heapstorm {

// Words of Zend's and glibc's allocators, of glibc's and C++'s ways to abort, and sanitizers' whole reports. One
// finding for a line; not deduplicated. The text is a stranger's. `cut_off`: it is only the beginning. `at_ms`: for
// all. Colours and other escape sequences are no part of it.
std::vector<Finding> findings_of_last_words(std::string_view coloured, bool cut_off, std::uint64_t at_ms);

}  // namespace heapstorm
