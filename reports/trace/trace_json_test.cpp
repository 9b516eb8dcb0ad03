#include "reports/trace/trace_json.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "harness/findings/testing/box_builder.h"
#include "reports/testing/golden.h"
#include "reports/testing/hostile_text.h"
#include "reports/testing/sample_run.h"

namespace heapstorm {
namespace {

using Json = nlohmann::json;

std::vector<Json> events_of(const std::string& text, const std::string& phase) {
  std::vector<Json> events;
  const Json document = Json::parse(text);
  for (const Json& event : document["traceEvents"]) {
    if (event["ph"] == phase) events.push_back(event);
  }
  return events;
}

// What the format asks of every event, and that every slice that begins ends later.
void expect_well_formed(const std::string& text) {
  std::map<std::string, std::uint64_t> open;
  const Json document = Json::parse(text);
  for (const Json& event : document["traceEvents"]) {
    const std::string phase = event.at("ph");
    EXPECT_TRUE(event.at("name").is_string() && event.at("pid").is_number() && event.at("tid").is_number());
    if (phase == "M") continue;
    const std::uint64_t at_us = event.at("ts");
    if (phase == "i") {
      EXPECT_TRUE(std::set<std::string>({"g", "p", "t"}).contains(event.at("s")));
    }
    if (phase == "b") {
      EXPECT_TRUE(open.emplace(event.at("id"), at_us).second);
    }
    if (phase == "e") {
      ASSERT_TRUE(open.contains(event.at("id")));
      EXPECT_LE(open[event["id"]], at_us);
      open.erase(event["id"]);
    }
  }
  EXPECT_TRUE(open.empty());
}

class TraceJson : public testing::Test {
 protected:
  std::string trace() {
    const BlackBoxReader reader(builder_.bytes());
    return to_trace_json(sample_caught(), &reader);
  }
  BoxBuilder builder_;
};

TEST_F(TraceJson, HasATrackForEachThread) {
  const std::uint32_t first = builder_.thread("worker-0", 0), second = builder_.thread("worker-1", 1);
  std::map<std::uint32_t, std::string> names;
  for (const Json& event : events_of(trace(), "M")) names[event["tid"]] = event["args"]["name"];
  EXPECT_EQ(names, (std::map<std::uint32_t, std::string>{
                       {0, "date_header/static_cache"}, {first, "worker-0"}, {second, "worker-1"}}));
}

TEST_F(TraceJson, HasASliceForEachConnection) {
  const std::uint32_t first = builder_.thread("worker-0", 0), second = builder_.thread("worker-1", 1);
  builder_.event(0, 100, HEAPSTORM_EVENT_CONNECTION_OPEN, first);
  builder_.event(1, 300, HEAPSTORM_EVENT_CONNECTION_CLOSE, second);
  const std::string text = trace();
  expect_well_formed(text);
  ASSERT_EQ(events_of(text, "b").size(), 1u);
  EXPECT_EQ(events_of(text, "b")[0]["tid"], first);
  EXPECT_EQ(events_of(text, "e")[0]["tid"], second);
  EXPECT_EQ(events_of(text, "e")[0]["ts"], 300);
}

TEST_F(TraceJson, EndsASliceWhoseEndIsNotKnownAndSkipsAnEndWithoutABeginning) {
  const std::uint32_t thread = builder_.thread("worker-0", 0);
  builder_.event(0, 50, HEAPSTORM_EVENT_CONNECTION_CLOSE, thread);
  builder_.event(0, 100, HEAPSTORM_EVENT_CONNECTION_OPEN, thread);
  builder_.event(0, 900, HEAPSTORM_EVENT_THREAD_STOP, thread);
  const std::string text = trace();
  expect_well_formed(text);
  ASSERT_EQ(events_of(text, "e").size(), 1u);
  EXPECT_EQ(events_of(text, "e")[0]["ts"], 900);
}

TEST_F(TraceJson, HasTheFindingsAsInstantsOverAllTracks) {
  const std::vector<Json> instants = events_of(trace(), "i");
  ASSERT_EQ(instants.size(), 1u);
  EXPECT_EQ(instants[0]["name"], "finding: foreign_free");
  EXPECT_EQ(instants[0]["s"], "g");
  EXPECT_EQ(instants[0]["ts"], 12000);
}

TEST(TraceJsonText, IsAsTheGoldenFileSays) {
  const std::string text = Json::parse(to_trace_json(sample_caught(), nullptr)).dump(2) + "\n";
  EXPECT_EQ(text, golden("caught.trace.json", text));
}

TEST(TraceJsonText, KeepsHostileTextInsideItsStrings) {
  for (const std::string& text : {hostile_text(), std::string(long_line_bytes, '"')}) {
    expect_well_formed(to_trace_json(sample_filled_with(text), nullptr));
  }
}

}  // namespace
}  // namespace heapstorm
