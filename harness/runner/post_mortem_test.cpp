#include "harness/runner/post_mortem.h"

#include <gtest/gtest.h>

#include "harness/findings/testing/box_builder.h"

namespace heapstorm {
namespace {

std::vector<std::int64_t> times(const Timeline& timeline) {
  std::vector<std::int64_t> times;
  for (const TimelineEvent& event : timeline.events) times.push_back(event.at_us);
  return times;
}

std::uint64_t arrange(BoxBuilder& builder, std::uint64_t finding_us) {
  heapstorm_box_finding record = builder.foreign_free();  // makes threads 1 and 2
  record.at_us = finding_us;
  builder.finding(record);
  builder.control().findings = 1;
  return finding_us;
}

TEST(Timeline, HasTheEventsOfEachThreadAroundTheFirstFinding) {
  BoxBuilder builder;
  arrange(builder, 5000);
  for (std::uint64_t at = 100; at <= 2000; at += 100) builder.event(0, at, HEAPSTORM_EVENT_ACTION, 1);
  for (std::uint64_t at = 6000; at <= 9000; at += 1000) builder.event(1, at, HEAPSTORM_EVENT_ACTION, 2);
  const Timeline timeline = make_timeline(BlackBoxReader(builder.bytes()));
  EXPECT_TRUE(timeline.around_finding);
  EXPECT_EQ(times(timeline), (std::vector<std::int64_t>{-3500, -3400, -3300, -3200, -3100, -3000, 1000, 2000, 3000}));
  EXPECT_EQ(timeline.events.front().thread, "worker-0");
  EXPECT_EQ(timeline.events.back().thread, "worker-1");
}

TEST(Timeline, SaysTheActionOfWhatHasOne) {
  BoxBuilder builder;
  const std::uint32_t thread = builder.thread("worker-0", 0);
  const std::uint64_t message = HEAPSTORM_ACTION(HEAPSTORM_ACTION_MESSAGE, 3);
  std::uint64_t at_us = 0;
  for (const std::uint16_t kind : {HEAPSTORM_EVENT_THREAD_START, HEAPSTORM_EVENT_CONNECTION_OPEN,
                                   HEAPSTORM_EVENT_ACTION, HEAPSTORM_EVENT_CONNECTION_CLOSE}) {
    builder.event(0, ++at_us, kind, thread, message);
  }
  std::vector<std::string> actions;
  for (const TimelineEvent& event : make_timeline(BlackBoxReader(builder.bytes())).events) {
    actions.push_back(event.action);
  }
  EXPECT_EQ(actions, (std::vector<std::string>{"", "message 3", "message 3", "message 3"}));
}

TEST(Timeline, EndsWithTheLastEventWhereNothingWasFound) {
  BoxBuilder builder;
  const std::uint32_t thread = builder.thread("worker-0", 0);
  for (const std::uint64_t at : {10, 20, 30}) builder.event(0, at, HEAPSTORM_EVENT_CONNECTION_OPEN, thread);
  const Timeline timeline = make_timeline(BlackBoxReader(builder.bytes()));
  EXPECT_FALSE(timeline.around_finding);
  EXPECT_EQ(times(timeline), (std::vector<std::int64_t>{-20, -10, 0}));
  EXPECT_EQ(timeline.events[0].event, "connection opens");
}

TEST(Timeline, EndsWithTheLastEventWhereTheFirstFindingIsOverwritten) {
  BoxBuilder builder;
  arrange(builder, 5000);
  builder.event(0, 10, HEAPSTORM_EVENT_THREAD_START, 1);
  for (const std::uint64_t at : {90'000, 91'000}) builder.event(1, at, HEAPSTORM_EVENT_ACTION, 2);
  const Timeline timeline = make_timeline(BlackBoxReader(builder.bytes()));
  EXPECT_FALSE(timeline.around_finding);
  EXPECT_EQ(times(timeline), (std::vector<std::int64_t>{-90'990, -1000, 0}));
}

TEST(Timeline, LeavesOutTheThreadsThatAreFarthestAway) {
  BoxBuilder builder;
  arrange(builder, 1'000'000);
  for (std::uint32_t i = 0; i < 50; ++i) {
    const std::uint32_t thread = builder.thread("crowd-" + std::to_string(i), 2 + i);
    builder.event(2 + i, 1'000'000 - i * 1000, HEAPSTORM_EVENT_ACTION, thread);
  }
  const Timeline timeline = make_timeline(BlackBoxReader(builder.bytes()));
  EXPECT_EQ(timeline.threads_left_out, 18u);
  ASSERT_EQ(timeline.events.size(), 32u);
  EXPECT_EQ(timeline.events.front().thread, "crowd-31");
}

}  // namespace
}  // namespace heapstorm
