// What happens to a call of a hooked function: the thunk comes here before and after it, and the observer is told. A
// contract's functions call each other; the observer also learns inside which other call this one happens.
#pragma once

#include <cstddef>
#include <cstdint>

#include "harness/abi/hook_plan.h"

namespace heapstorm::agent {

// The registers of a call's first six arguments, in their order.
struct Arguments {
  std::uint64_t values[6];
  std::uint64_t vector_registers;  // how many; of variadic functions

  // A position as a contract counts it: from 1.
  std::uint64_t at(std::uint8_t position) const { return values[position - 1]; }
};

// A call of a hooked function that has not returned.
struct ActiveCall {
  std::uint64_t place = 0;  // on the stack: that of its arguments; 0: none
  std::size_t number = 0;   // the hook's
};

// Called on the program's threads, at any time, also in signal handlers: nothing in it may block, allocate, use more
// than general registers or change errno. `outer`: the innermost call around this one, or null; after a longjmp out of
// a hooked function it may be one that will never return.
struct Observer {
  // False: the function is not called, and returns 0.
  bool (*before)(std::size_t number, const Arguments& arguments, std::uint64_t return_address,
                 const ActiveCall* outer) = nullptr;
  void (*after)(std::size_t number, const Arguments& arguments, std::uint64_t result,
                const ActiveCall* outer) = nullptr;
};

// Before the first hook is installed, each once. All must live for ever.
void set_observer(const Observer& observer);
void set_reports(heapstorm_hook_report* reports);  // by number; null: nobody counts
// Where a thunk's calls go on. Valid as soon as the hook can be reached.
void** original_of(std::size_t number);
const void* thunk_of(std::size_t number);

}  // namespace heapstorm::agent
