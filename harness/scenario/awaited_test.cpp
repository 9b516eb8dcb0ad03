#include "harness/scenario/awaited.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

FindingPattern pattern(const std::string& kind, Showing when = Showing::by_kind) {
  return {.kind = kind, .tag = "", .flavours = {}, .when = when};
}

TEST(Awaited, WhatOnlyTheEndShowsIsNot) {
  for (const char* kind : {"hang", "protocol_violation", "lsan:leak", "lsan:*"}) {
    EXPECT_EQ(waiting_for(pattern(kind)), Waiting::none) << kind;
  }
}

TEST(Awaited, ARaceIsAsLongAsTheStormMayLast) {
  for (const char* kind : {"data_race", "resource_growth"}) {
    EXPECT_EQ(waiting_for(pattern(kind)), Waiting::to_the_end) << kind;
  }
}

TEST(Awaited, WhatMayComeEitherWayIsForSomeRounds) {
  for (const char* kind : {"foreign_free", "double_free", "owner_exited_free", "asan:*", "tsan:*", "crash", "*"}) {
    EXPECT_EQ(waiting_for(pattern(kind)), Waiting::some_rounds) << kind;
  }
}

TEST(Awaited, WhatIsLookedForAfterTheStormIsNotWhateverTheScenarioSays) {
  for (const char* kind : {"hang", "protocol_violation"}) {
    for (const Showing when : {Showing::by_kind, Showing::storm, Showing::stop}) {
      EXPECT_EQ(waiting_for(pattern(kind, when)), Waiting::none) << kind;
    }
  }
}

TEST(Awaited, WhatTheScenarioSaysComesFirst) {
  EXPECT_EQ(waiting_for(pattern("double_free", Showing::storm)), Waiting::to_the_end);
  EXPECT_EQ(waiting_for(pattern("double_free", Showing::stop)), Waiting::none);
  EXPECT_EQ(waiting_for(pattern("data_race", Showing::stop)), Waiting::none);
  EXPECT_EQ(waiting_for(pattern("lsan:leak", Showing::storm)), Waiting::to_the_end);
}

}  // namespace
}  // namespace heapstorm
