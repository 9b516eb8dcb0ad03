#include "harness/steps/steps.h"

#include <gtest/gtest.h>

TEST(Steps, NoneFromAPlaceToItself) {
  EXPECT_EQ(steps_between(3, 3).count, 0);
}

TEST(Steps, AreCounted) {
  EXPECT_EQ(steps_between(3, 7).count, 4);
}
