// The count of violations that the owner heap has recorded in this process, for tests.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>

#include "harness/heap/heap.h"

namespace heapstorm::target {

inline std::uint64_t violations() {
  const heapstorm_box_header* const box = heapstorm_heap_box();
  auto* const control = reinterpret_cast<heapstorm_box_control*>(reinterpret_cast<std::uintptr_t>(box) +
                                                                 box->sections[HEAPSTORM_SECTION_CONTROL].offset);
  return std::atomic_ref(control->violations).load();
}

// The heap starts once in a process, whichever suite comes first.
class OwnerHeapTest : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    if (heapstorm_heap_box() != nullptr) return;
    const heapstorm_heap_options options = heapstorm_heap_defaults();
    ASSERT_EQ(heapstorm_heap_start(&options), 0);
    heapstorm_thread_register("main");
  }
};

}  // namespace heapstorm::target
