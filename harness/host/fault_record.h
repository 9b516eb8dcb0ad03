// Where the target was when it died of a signal that its own code brought about: the thread and what it was doing, the
// instruction and who called it, the address of an access to memory. Put into the black box; a parent learns the number
// of the signal and nothing else.
#pragma once

#include <cstddef>
#include <cstdint>

namespace heapstorm::host {

// From now on the first SIGSEGV or SIGBUS of an access, SIGFPE, SIGILL, SIGTRAP or abort() is recorded, and the process
// then dies of it as it would have without. In the asan and tsan flavours only those that the sanitizers leave alone.
void record_faults();

// For as long as it lives, handlers of this thread's faults run on a stack of their own: without one nobody could say
// that the thread's stack was exhausted. One for each thread, made and destroyed by it. Does nothing in the asan
// flavour, whose sanitizer gives every thread such a stack itself.
class AlternateStack {
 public:
  AlternateStack();
  ~AlternateStack();
  AlternateStack(const AlternateStack&) = delete;
  AlternateStack& operator=(const AlternateStack&) = delete;

 private:
  static constexpr std::size_t bytes = 256 * 1024;  // touched only as far as needed; TSan prints its report on it
  void* memory_ = nullptr;
};

}  // namespace heapstorm::host
