// Test support: a process that lives only to be killed. Its threads misuse an owner heap in every way there is, at ever
// new places, until it dies.
#pragma once

#include <cstdint>

namespace heapstorm {

enum class Death { by_runner, segmentation_fault, abort, exit };

struct Doom {
  int box_fd = -1;
  std::uint64_t seed = 0;
  Death death = Death::by_runner;  // by_runner: it waits to be killed
  std::uint32_t after_us = 0;      // since its threads started; of the other deaths
};

// Forks. Returns the child's process id; the caller ends it and waits for it. It dies with the caller, and after a
// minute in any case.
int start_doomed_process(const Doom& doom);

constexpr int doomed_exit_code = 42;     // of Death::exit
constexpr int doomed_start_failed = 99;  // exit code: the heap did not start

}  // namespace heapstorm
