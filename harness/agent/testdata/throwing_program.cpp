// A pool that throws. Ends with 0 if each exception comes through to its handler, with the caller's variables as they
// were.
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <new>

extern "C" {
[[gnu::noinline, gnu::visibility("hidden")]] void* throwing_get(std::size_t bytes) {
  if (bytes % 3 == 0) throw std::bad_alloc();
  return std::malloc(bytes);
}

[[gnu::noinline, gnu::visibility("hidden")]] void throwing_put(void* block) {
  std::free(block);
}
}

int main(int argc, char**) {
  volatile long caught = 0, sum = argc, given = 0;  // on the stack, found by the frame pointer
  for (std::size_t bytes = 1; bytes <= 300; ++bytes) {
    try {
      throwing_put(throwing_get(bytes));
      given = given + 1;
    } catch (const std::bad_alloc&) {
      caught = caught + 1;
    }
    sum = sum + static_cast<long>(bytes);
  }
  std::printf("%ld given, %ld caught\n", long{given}, long{caught});
  return sum == 1 + 300L * 301 / 2 ? 0 : 1;
}
