// A target under one of valgrind's tools, which sees what the machine does and needs no other build.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/runner/run_directory.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

enum class Valgrind { none, memcheck, helgrind };
const char* to_string(Valgrind);

bool is_installed(Valgrind tool);

// What goes before the target's command line; empty for none. The tool writes valgrind.<pid>.xml into the directory.
std::vector<std::string> valgrind_command(Valgrind tool, const RunDirectory& directory);

// Nothing lies in the arena then (see below), and memcheck would search all of it for pointers at the end: the
// smallest.
std::uint64_t arena_bytes_under(Valgrind tool);

// A program is 20 to 50 times slower under valgrind: so much more time has it to start, to serve and to stop. Its
// blocks come from malloc, whose place valgrind takes; it takes some of mimalloc's own functions for free, too.
Scenario suited_to(Valgrind tool, Scenario scenario);

}  // namespace heapstorm
