// Whether a stack goes as far as its thread's start: what is missing of one that does not is said.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "harness/findings/finding.h"

namespace heapstorm {

// Of a stack as a sanitizer or valgrind wrote it down. Whole: it has `main` or a thread's start, or ends somewhere in
// libc of which no more is known. Otherwise frames were left out if there are as many as its writer keeps.
StackEnd end_of_logged_stack(const std::vector<Frame>& stack, std::size_t max_frames);

// Of one that the heap walked, whose outermost frame is `outermost`. Whole also where it has come as far as the host,
// outside of which nothing of the user's runs.
StackEnd end_of_walked_stack(const std::vector<Frame>& stack, std::size_t walked_frames, std::size_t max_frames);

// "stack incomplete: ...", or "" of a whole one.
const char* stack_end_text(StackEnd end);

// Whether a return address in libc or the C++ library is that of a thread's or the program's start. These functions
// have no names without debug information; a thread of this process shows where they are, if it has the same library.
enum class StartPlace { yes, no, unknown };
StartPlace is_start_place(const std::string& module, std::uint64_t offset);

}  // namespace heapstorm
