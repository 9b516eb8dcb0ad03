#include "targets/date_header/date_format.h"

#include <gtest/gtest.h>

namespace heapstorm::targets::date_header {
namespace {

TEST(DateFormat, IsTheExampleOfTheStandard) {
  EXPECT_EQ(format_date(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
}

TEST(DateFormat, StartsIn1970) {
  EXPECT_EQ(format_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(DateFormat, KnowsLeapDays) {
  EXPECT_EQ(format_date(1709164800), "Thu, 29 Feb 2024 00:00:00 GMT");
}

}  // namespace
}  // namespace heapstorm::targets::date_header
