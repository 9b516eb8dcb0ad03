#include <cstdint>

#include "harness/heap/heap.h"
#include "targets/shared_refcount/sharing_module.h"
#include "targets/shared_refcount/variants.h"

namespace heapstorm::targets::shared_refcount {

namespace {

// DEFECT (a string with a plain count given to several threads, as zend_string is): two workers read the same count,
// and the update of one is lost. When it is an acquire that was lost, the count comes to 0 while the main thread still
// holds its reference: the release on a worker frees the main thread's block, and who acquires it next writes into
// freed memory. Expected findings: foreign_free, tag shared_refcount, owner main, offender a worker; data_race in the
// tsan flavour.
struct SharedString {
  std::uint32_t references = 1;

  void acquire() { ++references; }
  void release() {
    if (--references == 0) heapstorm_free(this);
  }
};

}  // namespace

target::Variant describe_non_atomic_refcount() {
  return {.name = "non_atomic_refcount",
          .summary = "strings shared by all threads, with plain counts of references",
          .models = "thread-mode class: a thread's reference-counted value shared with others",
          .buggy = true,
          .make_module = make_sharing_module<SharedString>,
          .expects = {{"foreign_free", "shared_refcount"}, {"data_race", ""}},
          .parameters = sharing_parameters()};
}

}  // namespace heapstorm::targets::shared_refcount
