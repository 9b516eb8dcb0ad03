#include "reports/sarif/sarif.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>

#include "reports/sarif/sarif_place.h"
#include "reports/testing/golden.h"
#include "reports/testing/hostile_text.h"
#include "reports/testing/sample_run.h"

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
                                             "freed by worker-2, connection 4, handshake"}));
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

TEST(SarifPlace, HasARegionOnlyWhereTheLineIsKnown) {
  const Json known = location_of({"f", "a.cpp", 1, "m.so", 2}, "");
  EXPECT_EQ(known["physicalLocation"]["region"]["startLine"], 1);
  const Json file_only = location_of({"f", "a.cpp", 0, "m.so", 2}, "");
  EXPECT_EQ(file_only["physicalLocation"]["artifactLocation"]["uri"], "a.cpp");
  EXPECT_FALSE(file_only["physicalLocation"].contains("region"));
  EXPECT_FALSE(location_of({"f", "", 5, "m.so", 2}, "").contains("physicalLocation"));
}

TEST(SarifPlace, NamesAFrameByItsFunctionElseByItsModuleAndOffset) {
  const auto name_of = [](const Frame& frame) {
    return location_of(frame, "")["logicalLocations"][0]["fullyQualifiedName"].get<std::string>();
  };
  EXPECT_EQ(name_of({"f", "a.cpp", 1, "m.so", 0x2a}), "f");
  EXPECT_EQ(name_of({"", "a.cpp", 1, "m.so", 0x2a}), "m.so+0x2a");
  EXPECT_EQ(name_of({"", "", 0, "", 0x2a}), "?+0x2a");
}

TEST(SarifPlace, HasAMessageOnlyWhereThereIsOne) {
  EXPECT_EQ(location_of({"f", "", 0, "", 0}, "allocated")["message"]["text"], "allocated");
  EXPECT_FALSE(location_of({"f", "", 0, "", 0}, "").contains("message"));
}

TEST(Sarif, SaysThatARunDidNotHappen) {
  RunResult run = sample_clean();
  for (const auto& [reason, successful] : {std::pair(EndReason::completed, true),
                                           {EndReason::target_died, true},
                                           {EndReason::never_listened, false},
                                           {EndReason::interrupted, false}}) {
    run.end_reason = reason;
    EXPECT_EQ(run_of(run)["invocations"][0]["executionSuccessful"], successful) << to_string(reason);
  }
}

TEST(Sarif, GivesAWarningItsLevelAndAtLeastOneOccurrence) {
  RunResult run = sample_caught();
  run.findings[0].severity = "warning";
  run.findings[0].count = 0;
  EXPECT_EQ(run_of(run)["results"][0]["level"], "warning");
  EXPECT_EQ(run_of(run)["results"][0]["occurrenceCount"], 1);
  EXPECT_EQ(run_of(sample_caught())["results"][0]["level"], "error");
  EXPECT_EQ(run_of(sample_caught())["results"][0]["occurrenceCount"], 37);
}

TEST(SarifPlace, OfAKnownFileWithoutALineHasNoRegion) {
  const Json without = Json::parse(location_of({"f", "a.cpp", 0, "", 0}, "").dump())["physicalLocation"];
  EXPECT_EQ(without["artifactLocation"]["uri"], "a.cpp");
  EXPECT_FALSE(without.contains("region"));
  const Json with = Json::parse(location_of({"f", "a.cpp", 1, "", 0}, "").dump())["physicalLocation"];
  EXPECT_EQ(with["region"]["startLine"], 1);
}

TEST(Sarif, PointsToTheUsersOwnLineOutsideOfTheTree) {
  RunResult result = sample_caught();
  result.findings[0].offender->stack = {{"free_it", "/home/me/my plugin/frames.cpp", 62, "/home/me/frames.so", 1},
                                        {"start_thread", "pthread_create.c", 442, "/lib/libc.so.6", 2}};
  const Json place = run_of(result)["results"][0]["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "file:///home/me/my%20plugin/frames.cpp");
  EXPECT_EQ(place["region"]["startLine"], 62);
}

TEST(Sarif, SaysWhatIsNotKnown) {
  RunResult result = sample_caught();
  Finding& finding = result.findings[0];
  finding.block = Block{0x1234, {}, "", 0, "unknown", "arena (+ 96)"};
  finding.offender->stack_end = StackEnd::lost;
  const Json sarif = run_of(result)["results"][0];
  const std::string message = sarif["message"]["text"];
  EXPECT_NE(message.find("pointer 0x1234, no block is known there; lies in arena (+ 96)"), std::string::npos)
      << message;
  EXPECT_NE(message.find("(stack incomplete: it could not be followed further)"), std::string::npos) << message;
  EXPECT_EQ(message.find("0 bytes"), std::string::npos) << message;
}

TEST(Uri, EscapesWhatAPathMayHoldAndAUriMayNot) {
  EXPECT_EQ(uri_of("a b/c%.cpp"), "a%20b/c%25.cpp");
  EXPECT_EQ(uri_of("/home/me/\xc3\xa4.cpp"), "file:///home/me/%C3%A4.cpp");
  EXPECT_EQ(uri_of("azAZ09-._~/"), "azAZ09-._~/");
  EXPECT_EQ(uri_of("`{@[/:"), "%60%7B%40%5B/%3A");
}

}  // namespace
}  // namespace heapstorm
