#include <atomic>
#include <cstdint>

#include "harness/heap/heap.h"
#include "targets/shared_refcount/sharing_module.h"
#include "targets/shared_refcount/variants.h"

namespace heapstorm::targets::shared_refcount {

namespace {

// Threads that share a string count their references atomically.
struct SharedString {
  std::atomic<std::uint32_t> references = 1;

  void acquire() { ++references; }
  void release() {
    if (--references == 0) heapstorm_free(this);
  }
};

}  // namespace

target::Variant describe_atomic_refcount() {
  return {.name = "atomic_refcount",
          .summary = "strings shared by all threads, with atomic counts of references",
          .models = "thread-mode class: a thread's reference-counted value shared with others",
          .make_module = make_sharing_module<SharedString>,
          .parameters = sharing_parameters()};
}

}  // namespace heapstorm::targets::shared_refcount
