#include "harness/runner/evidence/findings_so_far.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>

#include "harness/findings/testing/box_builder.h"
#include "harness/process/testing/test_folder.h"

namespace heapstorm {
namespace {

class FindingsSoFarTest : public test::FolderTest {
 protected:
  FindingsSoFarTest() : box_(std::move(BlackBoxFile::create(BoxBuilder::arena_bytes).value())) {
    scenario_.target.plugin = "date_header";
  }

  void expects(FindingPattern pattern) { scenario_.expect.findings.push_back(std::move(pattern)); }
  FindingsSoFar so_far(const std::string& flavour = "tsan") const {
    return {scenario_, flavour, *box_, {folder_}, {.writes_black_box = !scenario_.target.command}};
  }

  // As the target does it: the record first, then the count.
  void record_foreign_free() {
    builder_.finding(builder_.foreign_free());
    builder_.control().findings = ++records_;
    const auto bytes = builder_.bytes();
    ASSERT_EQ(::pwrite(box_->fd(), bytes.data(), bytes.size(), 0), static_cast<ssize_t>(bytes.size()));
  }
  void log(const std::string& name, const std::string& text) {
    std::ofstream(folder_ + "/" + name, std::ios::app) << text;
  }
  void log_race() {
    std::ifstream stored(HEAPSTORM_FINDINGS_TESTDATA "/data_race.log");
    ASSERT_TRUE(stored);
    log("sanitizer.42", std::string(std::istreambuf_iterator<char>(stored), {}));
  }

  Scenario scenario_;
  std::unique_ptr<BlackBoxFile> box_;
  BoxBuilder builder_;
  std::uint64_t records_ = 0;
};

TEST_F(FindingsSoFarTest, FindsThoseOfTheHeapByKindAndTag) {
  expects({"foreign_free", "date_header"});
  FindingsSoFar right = so_far();
  expects({"foreign_free", "session"});
  FindingsSoFar other_tag = so_far();
  EXPECT_FALSE(right.has_all());
  record_foreign_free();
  EXPECT_TRUE(right.has_all());
  EXPECT_FALSE(other_tag.has_all());
}

TEST_F(FindingsSoFarTest, FindsThoseOfALogWhenItGrows) {
  expects({"data_race", ""});
  FindingsSoFar findings = so_far();
  EXPECT_FALSE(findings.has_all());
  log("sanitizer.41", "nothing that tells of anything\n");
  EXPECT_FALSE(findings.has_all());
  log_race();
  EXPECT_TRUE(findings.has_all());
}

TEST_F(FindingsSoFarTest, ACheapLookFindsALogLaterAndACertainOneAtOnce) {
  using Clock = std::chrono::steady_clock;
  expects({"data_race", ""});
  std::string much;
  while (much.size() < (1u << 18)) much += "nothing that tells of anything\n";
  log("sanitizer.41", much);
  const auto deadline = Clock::now() + std::chrono::seconds(60);
  bool was_late = false;
  while (!was_late && Clock::now() < deadline) {
    FindingsSoFar findings = so_far();
    const auto begin = Clock::now();
    EXPECT_FALSE(findings.has_all(FindingsSoFar::Look::cheap));
    const auto took = Clock::now() - begin;
    log_race();
    was_late = !findings.has_all(FindingsSoFar::Look::cheap);
    EXPECT_TRUE(was_late || Clock::now() - begin > 5 * took) << "another look so soon after a dear one";
    EXPECT_TRUE(findings.has_all());
    std::filesystem::remove(folder_ + "/sanitizer.42");
  }
  EXPECT_TRUE(was_late);
  FindingsSoFar findings = so_far();
  log_race();
  while (!findings.has_all(FindingsSoFar::Look::cheap)) ASSERT_LT(Clock::now(), deadline);
}

TEST_F(FindingsSoFarTest, HasAllWhenEachIsThere) {
  expects({"foreign_*", ""});
  expects({"data_race", "", {"tsan"}});
  FindingsSoFar findings = so_far();
  log_race();
  EXPECT_FALSE(findings.has_all());
  record_foreign_free();
  EXPECT_TRUE(findings.has_all());
}

TEST_F(FindingsSoFarTest, AwaitsNothingOfOtherFlavours) {
  expects({"data_race", "", {"tsan"}});
  EXPECT_TRUE(so_far("tsan").awaits_any());
  EXPECT_FALSE(so_far("plain").awaits_any());
}

TEST_F(FindingsSoFarTest, AwaitsNothingThatShowsAtTheStop) {
  expects({.kind = "owner_exited_free", .tag = "", .flavours = {}, .when = Showing::stop});
  EXPECT_FALSE(so_far().awaits_any());
  expects({"foreign_free", ""});
  FindingsSoFar findings = so_far();
  record_foreign_free();
  EXPECT_TRUE(findings.has_all());
}

TEST_F(FindingsSoFarTest, FindsThoseOfACommandOnItsStderr) {
  scenario_.target.command.emplace();
  expects({"double_free", ""});
  FindingsSoFar findings = so_far("plain");
  EXPECT_FALSE(findings.has_all());
  log("target.stderr", "double free or corruption (fasttop)\n");
  EXPECT_TRUE(findings.has_all());
}

TEST_F(FindingsSoFarTest, GoesOnForMostKindsSomeRoundsAndSomeTime) {
  expects({"foreign_free", ""});
  FindingsSoFar findings = so_far();
  EXPECT_TRUE(findings.goes_on(1, 0));
  EXPECT_TRUE(findings.goes_on(max_further_rounds, max_further_ms - 1));
  EXPECT_FALSE(findings.goes_on(max_further_rounds + 1, 0));
  EXPECT_FALSE(findings.goes_on(2, max_further_ms));
  record_foreign_free();
  EXPECT_TRUE(findings.has_all());
  EXPECT_FALSE(findings.goes_on(1, 0));
}

TEST_F(FindingsSoFarTest, GoesOnForARaceWithoutBound) {
  expects({"data_race", ""});
  FindingsSoFar findings = so_far();
  EXPECT_TRUE(findings.goes_on(100000, 1000 * max_further_ms));
  log_race();
  EXPECT_TRUE(findings.has_all());
  EXPECT_FALSE(findings.goes_on(1, 0));
}

TEST_F(FindingsSoFarTest, WantsAnotherRoundWhileSomethingIsMissing) {
  expects({"foreign_free", ""});
  std::stop_source stop;
  FindingsSoFar findings = so_far();
  FindingsSoFar stopped = so_far();
  EXPECT_TRUE(findings.wants_another_round(1, {}));
  stop.request_stop();
  EXPECT_FALSE(stopped.wants_another_round(1, stop.get_token()));
  record_foreign_free();
  EXPECT_FALSE(findings.wants_another_round(2, {}));
}

TEST_F(FindingsSoFarTest, WantsNoOtherRoundOfALoadWithAnotherGoal) {
  expects({"data_race", ""});
  scenario_.load.until = Goal::pairs;
  EXPECT_FALSE(so_far().wants_another_round(1, {}));
}

TEST_F(FindingsSoFarTest, GoesOnWithoutBoundForWhatTheScenarioAsks) {
  expects({"foreign_free", ""});
  scenario_.load.until = Goal::findings;
  EXPECT_TRUE(so_far().goes_on(100000, 1000 * max_further_ms));
}

}  // namespace
}  // namespace heapstorm
