#include "reports/json/utc_time.h"

#include <gtest/gtest.h>

#include <limits>

namespace heapstorm {
namespace {

TEST(UtcTime, WritesWhatItReads) {
  for (const char* text : {"1970-01-01T00:00:00.000Z", "2024-02-29T23:59:59.999Z", "2026-11-22T05:59:41.123Z",
                           "9999-12-31T23:59:59.999Z"}) {
    const auto ms = parse_utc(text);
    ASSERT_TRUE(ms) << text;
    EXPECT_EQ(utc_text(*ms), text);
  }
  EXPECT_EQ(parse_utc("2001-09-09T01:46:40.000Z"), 1'000'000'000'000);
}

TEST(UtcTime, RefusesWhatIsNoMoment) {
  for (const char* text :
       {"", "2026-11-22", "2026-11-22T05:59:41Z", "2026-02-29T00:00:00.000Z", "2026-13-01T00:00:00.000Z",
        "2026-11-22T24:00:00.000Z", "2026-11-22T05:60:00.000Z", "1969-12-31T23:59:59.999Z", "2026-11-22T05:59:41.123+",
        "2026-11-2xT05:59:41.123Z", " 026-11-22T05:59:41.123Z"}) {
    EXPECT_FALSE(parse_utc(text)) << text;
  }
}

TEST(UtcTime, EndsWithTheYear9999) {
  EXPECT_EQ(utc_text(std::numeric_limits<std::uint64_t>::max()), "9999-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace heapstorm
