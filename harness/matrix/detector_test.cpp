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
  scenario.limits.start_s = 2;
  EXPECT_EQ(watched_by(*find_detector("memcheck"), scenario).limits.start_s, 40U);
  EXPECT_EQ(watched_by(*find_detector("glibc"), scenario).limits.start_s, scenario.limits.start_s);
}

TEST(Detector, ValgrindGetsItsBlocksFromMalloc) {
  EXPECT_EQ(suited_to(Valgrind::memcheck, Scenario()).target.heap.backend, Backend::system);
  EXPECT_EQ(suited_to(Valgrind::none, Scenario()).target.heap.backend, Backend::mimalloc);
}

TEST(Detector, SaysWhichFlavourIsNotBuilt) {
  const TargetCatalogue nothing("/nonexistent");
  EXPECT_EQ(what_is_missing(*find_detector("tsan"), nothing), "flavour tsan is not built");
  EXPECT_EQ(find_detector("nobody"), nullptr);
}

Finding race_at(const std::vector<std::string>& files) {
  Finding finding;
  finding.kind = "helgrind:Race";
  finding.source = "valgrind";
  finding.offender.emplace();
  for (const std::string& file : files) finding.offender->stack.emplace_back().file = file;
  return finding;
}

TEST(Detector, HelgrindIsHeardOnlyAboutAVariantsOwnCode) {
  const Detector& helgrind = *find_detector("helgrind");
  EXPECT_TRUE(counts(helgrind, race_at({"atomic_base.h", "targets/date_header/static_cache.cpp"}), "date_header"));
  EXPECT_FALSE(
      counts(helgrind, race_at({"harness/heap/black_box.cpp", "targets/date_header/variants.h"}), "date_header"));
  EXPECT_FALSE(counts(helgrind, race_at({"targets/common/worker_loop.cpp"}), "date_header"));
  EXPECT_TRUE(counts(*find_detector("memcheck"), race_at({"harness/heap/black_box.cpp"}), "date_header"));
  Finding crash = race_at({});
  crash.source = "signal";
  EXPECT_TRUE(counts(helgrind, crash, "date_header"));
}

}  // namespace
}  // namespace heapstorm
