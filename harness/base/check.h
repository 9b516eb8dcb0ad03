// HEAPSTORM_CHECK: an invariant of our own code, checked in every build. A failure is a bug in heapstorm, never in a
// target or in a user's input; those return a Result.
#pragma once

#include <cstdio>
#include <cstdlib>

#define HEAPSTORM_CHECK(condition)                                                                    \
  do {                                                                                                \
    if (!(condition)) [[unlikely]] {                                                                  \
      std::fprintf(stderr, "heapstorm: internal error: %s:%d: %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                                   \
    }                                                                                                 \
  } while (false)
