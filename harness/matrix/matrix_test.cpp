#include "harness/matrix/matrix.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

const std::vector<MatrixRowInfo> rows = {{"family/broken", "broken.json", "b", true},
                                         {"family/mended", "mended.json", "m", false}};

std::vector<MatrixColumn> columns() {
  return {{"owner_heap", "", "", false, {}}, {"glibc", "", "", false, {}}};
}

MatrixAttempt attempt(const std::string& scenario, const std::string& detector, std::uint64_t seed,
                      std::vector<std::string> kinds = {}) {
  return {.row = "",
          .scenario = scenario,
          .detector = detector,
          .seed = seed,
          .kinds = std::move(kinds),
          .failed = false,
          .duration_ms = 100 * seed,
          .storm_ms = 10};
}

TEST(Matrix, CountsHitsAndHowLongTheFirstTook) {
  const std::vector<MatrixAttempt> attempts = {attempt("b", "owner_heap", 3, {"abort", "foreign_free"}),
                                               attempt("b", "owner_heap", 1), attempt("b", "owner_heap", 2, {"hang"}),
                                               attempt("b", "glibc", 1)};
  const Matrix matrix = summarise(rows, columns(), 3, attempts);
  const MatrixCell& cell = matrix.rows[0].cells[0];
  EXPECT_EQ(cell.rate, (HitRate{.hits = 2, .attempts = 3}));
  EXPECT_EQ(cell.kinds, (std::set<std::string>{"abort", "foreign_free", "hang"}));
  EXPECT_EQ(cell.attempts_to_first_hit, 2u);
  EXPECT_EQ(cell.ms_to_first_hit, 300u);
  EXPECT_EQ(cell.median_ms, 200u);
  EXPECT_EQ(matrix.rows[0].cells[1].rate, (HitRate{.hits = 0, .attempts = 1}));
  EXPECT_FALSE(matrix.rows[0].cells[1].attempts_to_first_hit);
}

TEST(Matrix, CountsTheAttemptOfTheLastSeedWantedAndTakesTheUpperMedianOfTwo) {
  const Matrix matrix =
      summarise(rows, columns(), 2,
                std::vector{attempt("b", "owner_heap", 1, {"hang"}), attempt("b", "owner_heap", 2, {"abort"}),
                            attempt("b", "owner_heap", 3, {"crash"})});
  const MatrixCell& cell = matrix.rows[0].cells[0];
  EXPECT_EQ(cell.rate, (HitRate{.hits = 2, .attempts = 2}));
  EXPECT_EQ(cell.kinds, (std::set<std::string>{"abort", "hang"}));
  EXPECT_EQ(cell.attempts_to_first_hit, 1u) << "the first of two hits";
  EXPECT_EQ(cell.ms_to_first_hit, 100u);
  EXPECT_EQ(cell.median_ms, 200u);
}

TEST(Matrix, TakesAStormOfNoTimeForOneOfAMillisecond) {
  std::vector<MatrixAttempt> attempts = {attempt("m", "owner_heap", 1), attempt("m", "glibc", 1)};
  attempts[0].storm_ms = 3;
  attempts[1].storm_ms = 0;
  EXPECT_EQ(summarise(rows, columns(), 1, attempts).rows[1].cells[0].slow_down, 3);
  attempts[0].storm_ms = 0;
  attempts[1].storm_ms = 2;
  EXPECT_EQ(summarise(rows, columns(), 1, attempts).rows[1].cells[0].slow_down, 0.5);
}

TEST(Matrix, KnowsNoSlowDownOfWhatFailedOrHasNoYardstick) {
  std::vector<MatrixAttempt> attempts = {attempt("m", "owner_heap", 1), attempt("m", "glibc", 1)};
  attempts[1].failed = true;
  const Matrix failed = summarise(rows, columns(), 1, attempts);
  EXPECT_FALSE(failed.rows[1].cells[0].slow_down);
  EXPECT_FALSE(failed.columns[0].slow_down);
  EXPECT_TRUE(failed.failed());
  EXPECT_FALSE(summarise(rows, columns(), 1, std::vector{attempts[0]}).rows[1].cells[0].slow_down);
}

TEST(Matrix, NamesEveryFixedRowAndDetectorThatIsWrongAndNoBuggyOneThatAnyDetectorCaught) {
  const Matrix matrix = summarise(rows, columns(), 2,
                                  std::vector{attempt("b", "owner_heap", 1), attempt("b", "glibc", 2, {"abort"}),
                                              attempt("m", "owner_heap", 1, {"hang"}), attempt("m", "owner_heap", 2),
                                              attempt("m", "glibc", 1, {"abort"})});
  EXPECT_EQ(matrix.surprises(), (std::vector<std::string>{"family/mended is fixed, and owner_heap found hang in 1 of 2",
                                                          "family/mended is fixed, and glibc found abort in 1 of 1"}));
}

TEST(Matrix, LeavesOutWhatWasMadeOfAnotherScenarioOrBeyondTheAttemptsWanted) {
  const std::vector<MatrixAttempt> attempts = {attempt("older", "owner_heap", 1, {"hang"}),
                                               attempt("b", "owner_heap", 6, {"hang"}),
                                               attempt("b", "asan", 1, {"hang"})};
  const Matrix matrix = summarise(rows, columns(), 5, attempts);
  EXPECT_EQ(matrix.rows[0].cells[0], MatrixCell());
}

TEST(Matrix, CountsATargetThatDidNotComeUpAsNeitherHitNorMissUntilItDoes) {
  MatrixAttempt failed = attempt("b", "owner_heap", 1);
  failed.failed = true;
  Matrix matrix = summarise(rows, columns(), 5, std::vector{failed});
  EXPECT_EQ(matrix.rows[0].cells[0].rate, HitRate());
  EXPECT_EQ(matrix.rows[0].cells[0].failed, 1u);
  EXPECT_TRUE(matrix.failed());
  matrix = summarise(rows, columns(), 5, std::vector{failed, attempt("b", "owner_heap", 1, {"hang"})});
  EXPECT_EQ(matrix.rows[0].cells[0].rate, (HitRate{.hits = 1, .attempts = 1}));
  EXPECT_FALSE(matrix.failed());
}

TEST(Matrix, MeasuresTheSlowDownAgainstGlibcOnFixedRows) {
  std::vector<MatrixAttempt> attempts = {attempt("m", "owner_heap", 1), attempt("m", "glibc", 1),
                                         attempt("b", "owner_heap", 1), attempt("b", "glibc", 1)};
  attempts[0].storm_ms = 30;
  attempts[2].storm_ms = 900;
  const Matrix matrix = summarise(rows, columns(), 1, attempts);
  EXPECT_EQ(matrix.rows[0].cells[0].slow_down, 90);
  EXPECT_EQ(matrix.rows[1].cells[0].slow_down, 3);
  EXPECT_EQ(matrix.columns[0].slow_down, 3);
  EXPECT_EQ(matrix.columns[1].slow_down, 1);
}

TEST(Matrix, IsSurprisedByFindingsInFixedRowsAndByBuggyOnesThatNobodyCaught) {
  const Matrix quiet = summarise(rows, columns(), 1,
                                 std::vector{attempt("b", "owner_heap", 1, {"hang"}), attempt("b", "glibc", 1),
                                             attempt("m", "owner_heap", 1), attempt("m", "glibc", 1)});
  EXPECT_TRUE(quiet.surprises().empty());
  const Matrix loud = summarise(rows, columns(), 1,
                                std::vector{attempt("b", "owner_heap", 1), attempt("m", "owner_heap", 1, {"hang"})});
  ASSERT_EQ(loud.surprises().size(), 2u);
  EXPECT_EQ(loud.surprises()[0], "family/broken is buggy, and nobody caught it");
  EXPECT_EQ(loud.surprises()[1], "family/mended is fixed, and owner_heap found hang in 1 of 1");
  EXPECT_TRUE(summarise(rows, columns(), 1, {}).surprises().empty());
  std::vector<MatrixColumn> one_cries_wolf = columns();
  one_cries_wolf[0].false_alarms = true;
  EXPECT_TRUE(
      summarise(rows, one_cries_wolf, 1, std::vector{attempt("m", "owner_heap", 1, {"hang"})}).surprises().empty());
}

}  // namespace
}  // namespace heapstorm
