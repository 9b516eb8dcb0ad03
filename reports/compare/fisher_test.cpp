#include "reports/compare/fisher.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

// The expected values are sums of the hypergeometric distribution in whole numbers.
TEST(Fisher, AgreesWithKnownValues) {
  EXPECT_NEAR(fisher_p({20, 20}, {12, 20}), 0.003276, 1e-6);
  EXPECT_NEAR(fisher_p({3, 4}, {1, 4}), 0.485714, 1e-6);
  EXPECT_NEAR(fisher_p({1, 9}, {11, 14}), 0.002759, 1e-5);
  EXPECT_NEAR(fisher_p({20, 20}, {19, 20}), 1.0, 1e-9);
}

TEST(Fisher, HasNoEvidenceInOneAttemptOrInNone) {
  EXPECT_DOUBLE_EQ(fisher_p({0, 1}, {1, 1}), 1);
  EXPECT_DOUBLE_EQ(fisher_p({0, 0}, {5, 5}), 1);
  EXPECT_DOUBLE_EQ(fisher_p({0, 7}, {0, 9}), 1);
}

TEST(Fisher, DoesNotCareWhichSideComesFirst) {
  for (std::uint64_t hits = 0; hits <= 15; ++hits) {
    EXPECT_NEAR(fisher_p({hits, 15}, {4, 30}), fisher_p({4, 30}, {hits, 15}), 1e-9);
  }
}

// Of all that chance can make of equal rates, at most a share of p may have a value of p or less.
TEST(Fisher, IsSeldomSmallWhereNothingDiffers) {
  constexpr std::uint64_t attempts = 20, hits = 20;
  double probability_of_alarm = 0;
  double ways = 1;  // C(20, k)^2 / C(40, 20)
  for (std::uint64_t i = 1; i <= attempts; ++i) ways *= static_cast<double>(i) / static_cast<double>(attempts + i);
  double choose = 1;
  for (std::uint64_t k = 0; k <= hits; ++k) {
    if (fisher_p({k, attempts}, {hits - k, attempts}) < 0.01) probability_of_alarm += choose * choose * ways;
    choose *= static_cast<double>(attempts - k) / static_cast<double>(k + 1);
  }
  EXPECT_LT(probability_of_alarm, 0.01);
  EXPECT_GT(probability_of_alarm, 0);
}

TEST(Fisher, KnowsWhatItCouldHaveFound) {
  EXPECT_DOUBLE_EQ(min_fisher_p({20, 20}, {20, 20}), 1) << "no other way to have 40 hits of 40";
  EXPECT_DOUBLE_EQ(min_fisher_p({1, 20}, {0, 20}), fisher_p({0, 20}, {1, 20}));
  EXPECT_NEAR(min_fisher_p({16, 20}, {16, 20}), fisher_p({20, 20}, {12, 20}), 1e-9);
  EXPECT_NEAR(min_fisher_p({4, 5}, {1, 20}), fisher_p({5, 5}, {0, 20}), 1e-9);
}

TEST(Fisher, TakesManyAttempts) {
  EXPECT_LT(fisher_p({50'000, 100'000}, {51'000, 100'000}), 0.001);
}

}  // namespace
}  // namespace heapstorm
