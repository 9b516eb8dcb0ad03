#include "reports/sarif/sarif.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "reports/golden/golden.h"
#include "reports/golden/hostile_text.h"
#include "reports/golden/sample_run.h"
#include "reports/sarif/sarif_place.h"

namespace heapstorm {
namespace {

using Json = nlohmann::json;

Json run_of(const RunResult& result) {
  return Json::parse(to_sarif(result))["runs"][0];
}

TEST(Sarif, IsAsTheGoldenFilesSay) {
  EXPECT_EQ(to_sarif(sample_caught()), golden("caught.sarif", to_sarif(sample_caught())));
  EXPECT_EQ(to_sarif(sample_hostile()), golden("hostile.sarif", to_sarif(sample_hostile())));
  EXPECT_EQ(to_sarif(sample_clean()), golden("clean.sarif", to_sarif(sample_clean())));
}

TEST(Sarif, NamesBothSidesOfAFinding) {
  const Json result = run_of(sample_caught())["results"][0];
  EXPECT_EQ(result["locations"][0]["physicalLocation"]["region"]["startLine"], 28) << "the offender's line";
  std::set<std::string> messages;
  for (const Json& location : result["relatedLocations"]) messages.insert(location["message"]["text"]);
  EXPECT_EQ(messages, (std::set<std::string>{"allocated by worker-1, connection 3, handshake",
                                             "foreign_free by worker-2, connection 4, handshake"}));
  EXPECT_EQ(result["stacks"].size(), 2u);
}

TEST(Sarif, RaisesNoAlertForWhatIsExpected) {
  EXPECT_EQ(run_of(sample_caught())["results"][0]["suppressions"].size(), 1u);
  EXPECT_EQ(run_of(sample_hostile())["results"][0]["suppressions"].size(), 0u);
}

TEST(Sarif, FindsTheSameFindingAgainByItsFingerprint) {
  RunResult later = sample_caught();
  later.findings[0].block->address = 1;
  later.findings[0].count = 1;
  EXPECT_EQ(run_of(later)["results"][0]["partialFingerprints"],
            run_of(sample_caught())["results"][0]["partialFingerprints"]);
}

TEST(Sarif, PointsToTheScenarioWhereNoPlaceIsKnown) {
  const Json crash = run_of(sample_hostile())["results"][1];
  EXPECT_EQ(crash["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "scenarios/date_header/static_cache.json");
}

TEST(Sarif, RefersToItsRulesByIndex) {
  const Json run = run_of(sample_hostile());
  for (const Json& result : run["results"]) {
    EXPECT_EQ(run["tool"]["driver"]["rules"][result["ruleIndex"].get<std::size_t>()]["id"], result["ruleId"]);
  }
}

TEST(Sarif, KeepsHostileTextInsideItsStrings) {
  const Json run = run_of(sample_filled_with(hostile_text()));
  EXPECT_EQ(run["results"].size(), 2u);
  const std::string uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
  EXPECT_EQ(uri.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789/-._~%:"),
            std::string::npos);
}

TEST(Sarif, TakesALineOfAMegabyte) {
  const Json run = run_of(sample_filled_with(std::string(long_line_bytes, '"')));
  EXPECT_EQ(run["results"][0]["ruleId"].get<std::string>().size(), long_line_bytes);
}

TEST(Uri, EscapesWhatAPathMayHoldAndAUriMayNot) {
  EXPECT_EQ(uri_of("a b/c%.cpp"), "a%20b/c%25.cpp");
  EXPECT_EQ(uri_of("/home/me/\xc3\xa4.cpp"), "file:///home/me/%C3%A4.cpp");
}

}  // namespace
}  // namespace heapstorm
