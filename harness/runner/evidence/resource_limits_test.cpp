#include "harness/runner/evidence/resource_limits.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

TEST(ResourceLimits, SayWhichIsExceeded) {
  Limits limits;
  const TreeUsage usage{.processes = 3, .rss_bytes = 101u << 20, .descriptors = 11};
  EXPECT_FALSE(exceeded(limits, usage));
  limits.rss_mb = 101;
  limits.descriptors = 11;
  EXPECT_FALSE(exceeded(limits, usage));
  limits.rss_mb = 100;
  EXPECT_EQ(exceeded(limits, usage),
            "the target's 3 processes hold 101 MiB of memory, more than limits.rss_mb, which is 100");
  limits.rss_mb = 200;
  limits.descriptors = 10;
  EXPECT_EQ(exceeded(limits, usage),
            "the target's 3 processes hold 11 open descriptors, more than limits.descriptors, which is 10");
}

}  // namespace
}  // namespace heapstorm
