#include "harness/runner/evidence/blind_spots.h"

#include <gtest/gtest.h>

#include <array>

namespace heapstorm {
namespace {

constexpr std::array backends{Backend::mimalloc, Backend::system, Backend::unchecked_mimalloc,
                              Backend::unchecked_system};

HeapSpec heap_on(Backend backend) {
  HeapSpec heap;
  heap.backend = backend;
  return heap;
}

TEST(BlindSpots, OnlyAnUncheckedMimallocBlindsASanitizer) {
  for (const Backend backend : backends) {
    const std::size_t wanted = backend == Backend::unchecked_mimalloc ? 1 : 0;
    EXPECT_EQ(find_blind_spots("asan", heap_on(backend)).size(), wanted) << to_string(backend);
    EXPECT_EQ(find_blind_spots("tsan", heap_on(backend)).size(), wanted) << to_string(backend);
    EXPECT_TRUE(find_blind_spots("plain", heap_on(backend)).empty()) << to_string(backend);
  }
  EXPECT_NE(find_blind_spots("asan", heap_on(Backend::unchecked_mimalloc))[0].find("AddressSanitizer is blind"),
            std::string::npos);
}

TEST(BlindSpots, OfAHeapWithoutQuarantineAreUsesAfterFree) {
  for (const Backend backend : {Backend::mimalloc, Backend::system}) {
    HeapSpec heap = heap_on(backend);
    heap.quarantine_kb = 0;
    EXPECT_EQ(find_blind_spots("asan", heap).size(), backend == Backend::mimalloc ? 1U : 0U);
    EXPECT_TRUE(find_blind_spots("tsan", heap).empty());
    EXPECT_TRUE(find_blind_spots("plain", heap).empty());
  }
}

TEST(BlindSpots, OfAHeapWithoutTailsAreShortOverflows) {
  HeapSpec heap;
  heap.stacks = false;
  EXPECT_TRUE(find_blind_spots("asan", heap).empty());
  heap.canaries = false;
  ASSERT_EQ(find_blind_spots("asan", heap).size(), 1U);
  EXPECT_NE(find_blind_spots("asan", heap)[0].find("short overflows"), std::string::npos);
}

}  // namespace
}  // namespace heapstorm
