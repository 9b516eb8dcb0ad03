#include "harness/scenario/scenario_place.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

const std::string text = "{\n  \"target\": {\n    \"plugin\": \"x\",\n    \"variant\":\n      \"y\" }\n}\n";

TEST(ScenarioPlace, IsTheLineOfTheValue) {
  EXPECT_EQ(place_in_scenario(text, "s.json", {}, "/target/plugin"), "s.json:3");
  EXPECT_EQ(place_in_scenario(text, "s.json", {}, "/target/variant"), "s.json:5");
}

TEST(ScenarioPlace, OfWhatIsNotThereIsItsNearestAncestors) {
  EXPECT_EQ(place_in_scenario(text, "s.json", {}, "/target/workers"), "s.json:2");
  EXPECT_EQ(place_in_scenario(text, "s.json", {}, "/load/connections"), "s.json:1");
}

TEST(ScenarioPlace, OfAnOverriddenValueIsTheOverride) {
  EXPECT_EQ(place_in_scenario(text, "s.json", {{"target.plugin", "z"}}, "/target/plugin"),
            "s.json: --set target.plugin=z");
  EXPECT_EQ(place_in_scenario(text, "s.json", {{"target.plugin", "z"}}, "/target/variant"), "s.json:5");
}

TEST(ScenarioPlace, OfNoJsonIsTheFile) {
  EXPECT_EQ(place_in_scenario("{", "s.json", {}, "/target"), "s.json");
  EXPECT_EQ(place_in_scenario(text, "s.json", {{"", "z"}}, "/target"), "s.json");
}

}  // namespace
}  // namespace heapstorm
