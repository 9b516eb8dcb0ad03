#include "harness/findings/deeds.h"

#include <gtest/gtest.h>

#include "harness/findings/deduplicate.h"
#include "harness/findings/log_findings.h"
#include "harness/findings/testing/stored_logs.h"

namespace heapstorm {
namespace {

std::string deeds(const Finding& finding) {
  std::string text;
  for (const NamedSide& named : sides_of(finding)) text += (text.empty() ? "" : ", ") + named.deed;
  return text;
}

Finding of_kind(const std::string& kind, const std::string& block_state = "live") {
  Finding finding;
  finding.kind = kind;
  finding.source = "owner_heap";
  finding.block = Block{0x1000, 45, "", 0, block_state};
  finding.owner = finding.freed = finding.offender = Side{};
  return finding;
}

TEST(Deeds, OfTheOwnersHeapAreTheKinds) {
  EXPECT_EQ(deeds(of_kind("foreign_free")), "allocated by, freed by, freed by");
  EXPECT_EQ(deeds(of_kind("double_free", "quarantined")), "allocated by, freed by, freed again by");
  EXPECT_EQ(deeds(of_kind("double_free", "moved")), "allocated by, reallocated by, freed again by");
  EXPECT_EQ(deeds(of_kind("foreign_realloc")), "allocated by, freed by, reallocated by");
  EXPECT_EQ(deeds(of_kind("foreign_allocate")), "heap of, freed by, allocated by");
  EXPECT_EQ(deeds(of_kind("use_after_free")), "allocated by, freed by, accessed by");
  EXPECT_EQ(deeds(of_kind("overflow", "quarantined")), "allocated by, freed by, overflowed, noticed at free by");
  EXPECT_EQ(deeds(of_kind("underflow", "unknown")), "allocated by, freed by, underflowed, noticed at free by");
  EXPECT_EQ(deeds(of_kind("overflow", "live")), "allocated by, freed by, accessed by") << "ASan stopped the access";
  EXPECT_EQ(deeds(of_kind("data_race")), "accessed before by, freed by, accessed by");
  EXPECT_EQ(deeds(of_kind("hang")), "allocated by, freed by, seen on");
}

Side at(const char* file, const char* module) {
  Side side;
  side.stack = {{"f", file, 7, module, 0x10}};
  return side;
}

std::string place(const Finding& finding) {
  const Frame* const frame = place_of(finding);
  return frame == nullptr ? "none" : frame->file;
}

TEST(Deeds, HaveTheirPlaceInTheProgramsOwnCodeOnWhicheverSideThatIs) {
  Finding finding;
  EXPECT_EQ(place(finding), "none");
  finding.owner = at("owner.cpp", "/home/me/server.so");
  finding.offender = at("offender.cpp", "/home/me/server.so");
  EXPECT_EQ(place(finding), "offender.cpp");
  for (const char* foreign : {"/usr/include/c++/12/bits/invoke.h", "targets/common/sessions/session.cpp"}) {
    finding.offender = at(foreign, "/home/me/server.so");
    EXPECT_EQ(place(finding), "owner.cpp");
  }
  finding.owner = std::nullopt;
  EXPECT_EQ(place(finding), "targets/common/sessions/session.cpp") << "the last resort";
  finding.freed = at("freed.cpp", "/home/me/server.so");
  EXPECT_EQ(place(finding), "freed.cpp");
}

TEST(Deeds, HaveNoPlaceInLibc) {
  Finding finding;
  finding.owner = at("misc/tsearch.c", "/lib/x86_64-linux-gnu/libc.so.6");
  finding.offender = at("harness/host/worker.cpp", "/opt/target_host");
  EXPECT_EQ(place(finding), "none");
}

TEST(Deeds, NameEachHandOff) {
  Finding finding = of_kind("foreign_free");
  finding.freed = {};
  finding.handoffs = {Side{}, Side{}};
  EXPECT_EQ(deeds(finding), "allocated by, handed on to, handed on to, freed by");
}

std::string of_log(const char* name) {
  const std::string file = std::string(HEAPSTORM_FINDINGS_TESTDATA "/") + name;
  return deeds((file.ends_with(".xml") ? read_valgrind_xml(file) : read_sanitizer_log(file)).at(0));
}

TEST(Deeds, OfStoredLogsAreWhatTheLogsSay) {
  EXPECT_EQ(of_log("bad_free.log"), "allocated by, freed by");
  EXPECT_EQ(of_log("use_after_free.log"), "allocated by, freed by, read by");
  EXPECT_EQ(of_log("data_race.log"), "written before by, written by");
  EXPECT_EQ(of_log("lock_order.log"), "locked the other way by, locked by");
  EXPECT_EQ(of_log("leak.log"), "allocated by");
  EXPECT_EQ(of_log("null_write.log"), "written by");
  EXPECT_EQ(of_log("wild_write_non_canonical.asan.log"), "read by");
  EXPECT_EQ(of_log("malloc_hooks.asan.log"), "allocated by, freed by");
  EXPECT_EQ(of_log("signed_overflow.log"), "seen on");
  EXPECT_EQ(of_log("bad_free.memcheck.xml"), "allocated by, freed by");
  EXPECT_EQ(of_log("use_after_free.memcheck.xml"), "allocated by, freed by, read by");
  EXPECT_EQ(of_log("data_race.helgrind.xml"), "written before by, read by");
  EXPECT_EQ(of_log("leak.memcheck.xml"), "allocated by");
}

TEST(Deeds, OfADoubleFreeInAsansReportDiffer) {
  EXPECT_EQ(of_log("double_free.log"), "allocated by, freed by, freed again by");
}

TEST(Deeds, AreTakenOverFromTheWitnessThatKnowsThem) {
  Finding heaps = of_kind("use_after_free", "quarantined");
  heaps.fingerprint = "1";
  for (auto* side : {&heaps.owner, &heaps.freed, &heaps.offender}) (*side)->stack = {{"f", "a.cpp", 1, "plugin.so", 1}};
  Finding asans = heaps;
  asans.kind = "asan:use-after-poison";
  asans.source = "asan";
  asans.fingerprint = "2";
  asans.offender->deed = "read by";
  const auto merged = deduplicate({heaps, asans});
  ASSERT_EQ(merged.size(), 1u);
  EXPECT_EQ(deeds(merged[0]), "allocated by, freed by, read by");
}

TEST(PlaceOfAFinding, IsTheOffendersOrElseTheOwners) {
  Finding finding = of_kind("foreign_free");
  EXPECT_EQ(place_of(finding), nullptr);
  finding.owner->stack = {{"make", "/home/me/a.cpp", 3, "/home/me/a.so", 1}};
  finding.offender->stack = {{"", "", 0, "/home/me/a.so", 1}};
  ASSERT_NE(place_of(finding), nullptr);
  EXPECT_EQ(place_of(finding)->function, "make");
  finding.offender->stack.push_back({"drop", "/home/me/a.cpp", 9, "/home/me/a.so", 2});
  EXPECT_EQ(place_of(finding)->function, "drop");
}

}  // namespace
}  // namespace heapstorm
