#include "harness/process/filter_process.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

TEST(FilterProcess, PassesMoreThanASocketHolds) {
  const std::string input(8u << 20, 'x');
  const auto output = run_filter({"/bin/cat", {}, std::chrono::seconds(30)}, input);
  ASSERT_TRUE(output);
  EXPECT_FALSE(output.value().cut_off);
  EXPECT_EQ(output.value().text.size(), input.size());
}

TEST(FilterProcess, StopsReadingAProgramThatNeverStopsWriting) {
  const auto output = run_filter({"/bin/cat", {"/dev/zero"}, std::chrono::seconds(30), 1u << 20}, "");
  ASSERT_TRUE(output);
  EXPECT_TRUE(output.value().cut_off);
  EXPECT_LT(output.value().text.size(), 2u << 20);
}

}  // namespace
}  // namespace heapstorm
