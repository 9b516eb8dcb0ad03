// System calls without libc: an agent may be inside any function of libc when it needs them, and hooks some of them.
// Each returns what the kernel does: a negative errno for an error. Safe in signal handlers.
#pragma once

#include <sys/syscall.h>

#include <cstdint>

namespace heapstorm::agent {

// Always inline: of a copy that an instrumented test shares with us, the linker might take the test's.
[[gnu::always_inline]] inline long system_call(long number, long a = 0, long b = 0, long c = 0, long d = 0, long e = 0,
                                               long f = 0) {
  long result;
  register long r10 asm("r10") = d;
  register long r8 asm("r8") = e;
  register long r9 asm("r9") = f;
  asm volatile("syscall"
               : "=a"(result)
               : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
               : "rcx", "r11", "memory");
  return result;
}

[[gnu::always_inline]] inline long as_argument(const void* pointer) {
  return static_cast<long>(reinterpret_cast<std::uintptr_t>(pointer));
}

}  // namespace heapstorm::agent
