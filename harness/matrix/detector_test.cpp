#include "harness/matrix/detector.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

TEST(Detector, OnlyTheOwnerHeapChecksOwners) {
  Scenario scenario;
  scenario.target.heap.backend = Backend::system;
  for (const Detector& detector : all_detectors()) {
    const Backend backend = watched_by(detector, scenario).target.heap.backend;
    const bool unchecked = backend == Backend::unchecked_mimalloc || backend == Backend::unchecked_system;
    EXPECT_EQ(unchecked, std::string(detector.name) != "owner_heap") << detector.name;
  }
  EXPECT_EQ(watched_by(*find_detector("owner_heap"), scenario).target.heap.backend, Backend::system);
}

TEST(Detector, ValgrindGetsMoreTime) {
  Scenario scenario;
  EXPECT_EQ(watched_by(*find_detector("memcheck"), scenario).limits.start_s, 200u);
  EXPECT_EQ(watched_by(*find_detector("glibc"), scenario).limits.start_s, 10u);
}

TEST(Detector, SaysWhichFlavourIsNotBuilt) {
  const TargetCatalogue nothing("/nonexistent");
  EXPECT_EQ(what_is_missing(*find_detector("tsan"), nothing), "flavour tsan is not built");
  EXPECT_EQ(find_detector("nobody"), nullptr);
}

}  // namespace
}  // namespace heapstorm
