#include "reports/compare/run_figures.h"

#include <gtest/gtest.h>

#include "reports/testing/sample_comparison.h"

namespace heapstorm {
namespace {

void expect_spread(std::vector<double> values, double least, double median, double greatest) {
  const std::size_t runs = values.size();
  const Spread spread = spread_of(std::move(values));
  EXPECT_EQ(spread.least, least);
  EXPECT_EQ(spread.median, median);
  EXPECT_EQ(spread.greatest, greatest);
  EXPECT_EQ(spread.runs, runs);
}

TEST(Spread, HasTheMiddleOfAnOddNumberAndTheMeanOfTheTwoMiddleOnesOfAnEven) {
  expect_spread({}, 0, 0, 0);
  expect_spread({7}, 7, 7, 7);
  expect_spread({9, 1}, 1, 5, 9);
  expect_spread({9, 1, 2}, 1, 2, 9);
  expect_spread({100, 2, 1, 4}, 1, 3, 100);
  expect_spread({5, 4, 3, 2, 1}, 1, 3, 5);
}

double figure(const RunResult& run, const std::string& name) {
  for (const RunFigure& one : figures_of(run)) {
    if (one.name == name) return one.value.value_or(-1);
  }
  ADD_FAILURE() << name;
  return -1;
}

TEST(RunFigures, AreThoseOfTheStorm) {
  RunResult run = sample_clean();
  run.storm.duration_ms = 500;
  run.storm.connections = 100;
  run.storm.latency_us = {11, 12, 13, 14};
  run.storm.errors = {};
  run.storm.errors[0][1] = 2;
  run.storm.errors[1][1] = 3;
  run.storm.errors[1][2] = 4;
  run.coverage.workers_reached = 7;
  EXPECT_EQ(figure(run, "connections per second"), 200);
  EXPECT_EQ(figure(run, "p50 of an open, us"), 11);
  EXPECT_EQ(figure(run, "p99 of an open, us"), 13);
  EXPECT_EQ(figure(run, "errors"), 9);
  EXPECT_EQ(figure(run, "workers reached"), 7);
  EXPECT_EQ(figure(run, "client CPU per connection, us"), 21.5);
  run.storm.duration_ms = 0;
  EXPECT_EQ(figure(run, "connections per second"), 100'000) << "in less than a millisecond: at least that";
}

// Runs with these p99.
std::vector<RunResult> runs_with(const std::vector<std::uint64_t>& p99_us) {
  std::vector<RunResult> runs = sample_attempts(0, p99_us.size());
  for (std::size_t i = 0; i < runs.size(); ++i) runs[i].storm.latency_us.p99 = p99_us[i];
  return runs;
}

bool are_apart(const std::vector<std::uint64_t>& base, const std::vector<std::uint64_t>& current) {
  const Comparison comparison = compare(runs_with(base), runs_with(current));
  for (const FigureChange& change : comparison.scenarios.at(0).figures) {
    if (change.name == "p99 of an open, us") return change.apart;
  }
  ADD_FAILURE();
  return false;
}

TEST(RunFigures, AreApartIfNoSpreadTouchesTheOther) {
  const std::vector<std::uint64_t> low = {1, 2, 3, 4, 5}, touching = {5, 6, 7, 8, 9}, high = {6, 7, 8, 9, 10};
  EXPECT_TRUE(are_apart(low, high));
  EXPECT_TRUE(are_apart(high, low));
  EXPECT_FALSE(are_apart(low, touching));
  EXPECT_FALSE(are_apart(touching, low));
  EXPECT_FALSE(are_apart(low, low));
}

TEST(RunFigures, NeedFiveRunsOnEitherSideToBeApart) {
  const std::vector<std::uint64_t> four = {1, 2, 3, 4}, five = {1, 2, 3, 4, 5}, other = {10, 11, 12, 13, 14};
  EXPECT_TRUE(are_apart(five, other));
  EXPECT_FALSE(are_apart(four, other));
  EXPECT_FALSE(are_apart(other, four));
}

TEST(RunFigures, TellEachFactOfTheEnvironmentThatIsAnother) {
  std::vector<RunResult> base = runs_with({1, 1}), current = runs_with({1, 1});
  const auto whats = [&] {
    std::string all;
    const Comparison comparison = compare(base, current);
    for (const EnvironmentChange& change : comparison.scenarios.at(0).environment) {
      all += change.what + ": " + change.base + " -> " + change.current + "; ";
    }
    return all;
  };
  EXPECT_EQ(whats(), "");
  current[1].workers = 9;
  EXPECT_EQ(whats(), "workers: 2 -> 2, 9; ");
  base[0].workers = 9;
  EXPECT_EQ(whats(), "") << "the same values, whichever run has them";
  current[0].compiler = "another";
  EXPECT_EQ(whats(), "compiler: a compiler -> a compiler, another; ");
  current[0].compiler = base[0].compiler;
  current[1].seed = 99;
  current[1].plan_hash = "other";
  EXPECT_EQ(whats(), "") << "another seed has another plan";
  current[1].seed = 0;
  EXPECT_EQ(whats(), "plan of seed 0: " + base[0].plan_hash + " -> other; ");
}

}  // namespace
}  // namespace heapstorm
