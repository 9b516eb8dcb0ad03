#include "reports/history/history.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "harness/base/utf8.h"
#include "reports/history/history_reports.h"
#include "reports/testing/golden.h"
#include "reports/testing/hostile_text.h"
#include "reports/testing/page_text.h"
#include "reports/testing/sample_history.h"

namespace heapstorm {
namespace {

constexpr std::size_t max_page_bytes = 3'000'000;
constexpr std::uint64_t sample_start_ms = 1'700'000'000'000;

const ScenarioHistory& scenario_named(const History& history, const std::string& name) {
  return *std::find_if(history.scenarios.begin(), history.scenarios.end(),
                       [&](const ScenarioHistory& scenario) { return scenario.scenario == name; });
}

std::vector<StoredRun> hostile_runs(const std::string& text) {
  StoredRun run = stored(sample_with_text_for_sets(text), 1);
  run.figures[text] = 1;
  return {run};
}

TEST(History, KnowsTheFirstAndLastSightingOfAFinding) {
  std::vector<StoredRun> runs = sample_nights();
  std::reverse(runs.begin(), runs.end());  // the order in which they are added does not matter
  const History history = make_history(runs);
  ASSERT_EQ(history.findings.size(), 1u);
  const FindingHistory& finding = history.findings[0];
  EXPECT_EQ(finding.what, "foreign_free of date_header");
  EXPECT_EQ(finding.where, "targets/date_header/static_cache.cpp:28");
  EXPECT_EQ(finding.runs, 20u + 16u + 12u);
  EXPECT_EQ(finding.first.at_ms, sample_start_ms);
  EXPECT_EQ(finding.first.seed, 0u);
  EXPECT_EQ(finding.last.at_ms, sample_start_ms + 2 * sample_day_ms + 11 * 60'000);
  EXPECT_EQ(finding.last.seed, 11u);
}

TEST(History, HasAHitRateForEachSetInTheOrderOfTime) {
  const History history = make_history(sample_nights());
  const ScenarioHistory& scenario = scenario_named(history, "date_header/static_cache");
  ASSERT_EQ(scenario.points.size(), 3u);
  ASSERT_EQ(scenario.findings.size(), 1u);
  for (std::size_t night = 0; night < 3; ++night) {
    EXPECT_EQ(scenario.points[night].any, (HitRate{20 - 4 * night, 20}));
    EXPECT_EQ(scenario.points[night].findings.at(0), (HitRate{20 - 4 * night, 20}));
    EXPECT_EQ(scenario.points[night].at_ms, sample_start_ms + night * sample_day_ms);
  }
  EXPECT_EQ(scenario_named(history, "date_header/per_request").points.at(0).any, (HitRate{0, 1}));
}

TEST(History, HasTheSpreadOfEachLoadFigure) {
  const History history = make_history(sample_nights());
  const auto p99 = std::find(history.figures.begin(), history.figures.end(), "p99 of an open, us");
  ASSERT_NE(p99, history.figures.end());
  const auto place = static_cast<std::size_t>(p99 - history.figures.begin());
  const Spread& spread = scenario_named(history, "date_header/static_cache").points.at(1).figures.at(place);
  EXPECT_EQ(spread.least, 920);
  EXPECT_EQ(spread.median, 929.5);
  EXPECT_EQ(spread.greatest, 939);
  EXPECT_EQ(spread.runs, 20u);
}

TEST(History, CountsNoRunThatSaysNothingAboutTheTarget) {
  RunResult failed = sample_clean();
  failed.end_reason = EndReason::never_listened;
  failed.seed = 99;
  const HistoryPoint point = make_history({stored(sample_clean(), 1), stored(failed, 1)}).scenarios.at(0).points.at(0);
  EXPECT_EQ(point.any, (HitRate{0, 1}));
  EXPECT_EQ(point.failed_runs, 1u);
}

TEST(History, ShowsAFigureOfAnotherVersion) {
  StoredRun newer = stored(sample_clean(), 1);
  newer.figures["memory, MB"] = 7;
  const History history = make_history({newer, stored(sample_caught(), 2)});
  EXPECT_EQ(history.figures.back(), "memory, MB");
  EXPECT_EQ(scenario_named(history, "date_header/per_request").points.at(0).figures.back().median, 7);
  EXPECT_EQ(scenario_named(history, "date_header/static_cache").points.at(0).figures.back().runs, 0u);
}

TEST(History, TakesTheFilesTimeWhereTheRunHasNone) {
  RunResult older = sample_clean();
  older.started_at_ms = 0;
  EXPECT_EQ(to_stored_run(older, "", 42).at_ms, 42u);
  EXPECT_EQ(to_stored_run(sample_clean(), "", 42).at_ms, sample_start_ms);
}

TEST(History, IsAsTheGoldenFilesSay) {
  const History history = make_history(sample_nights());
  EXPECT_EQ(to_text(history), golden("history.txt", to_text(history)));
  EXPECT_EQ(to_history_json(history), golden("history.json", to_history_json(history)));
}

TEST(History, OfNoRunsIsShownToo) {
  const History history = make_history({});
  EXPECT_NE(to_text(history).find("nothing was ever found"), std::string::npos);
  EXPECT_EQ(data_of_page(to_history_html(history))["scenarios"].size(), 0u);
}

TEST(History, KeepsHostileTextInItsPlace) {
  const History history = make_history(hostile_runs(hostile_text()));
  for (const char character : to_text(history)) {
    EXPECT_TRUE(character == '\n' || static_cast<unsigned char>(character) >= 0x20) << static_cast<int>(character);
  }
  EXPECT_EQ(nlohmann::json::parse(to_history_json(history))["schema"], "heapstorm.history/1");
}

TEST(HistoryHtml, LetsNoTextOfATargetBecomeMarkup) {
  const std::string plain = to_history_html(make_history(sample_nights()));
  const std::string page = to_history_html(make_history(hostile_runs(hostile_text())));
  for (const char* markup : {"<script", "</script", "<!--", "<img"}) {
    EXPECT_EQ(occurrences(page, markup), occurrences(plain, markup)) << markup;
  }
  EXPECT_EQ(plain.find("<link"), std::string::npos);
  EXPECT_EQ(plain.find(" src="), std::string::npos);
  EXPECT_EQ(valid_utf8(page), page);
  EXPECT_EQ(data_of_page(page)["findings"].size(), 2u);
}

TEST(HistoryHtml, StaysSmallWithLongTextsAndManyOfAll) {
  std::vector<StoredRun> runs = hostile_runs(std::string(long_line_bytes, 'x'));
  StoredRun run = stored(sample_clean());
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    run.digest = std::to_string(i);
    run.set = i + 2;
    run.scenario = std::to_string(i % 300);
    run.sightings = {{std::to_string(i % 10'000), "what", "where", 1, false}};
    runs.push_back(run);
  }
  const std::string page = to_history_html(make_history(runs));
  EXPECT_LT(page.size(), max_page_bytes);
  const auto data = data_of_page(page);
  EXPECT_GT(data["findings"].size(), 1000u);
  EXPECT_EQ(data["findings"].size() + data["findings_left_out"].get<std::size_t>(), 10'002u);
  EXPECT_EQ(data["scenarios"].size() + data["scenarios_left_out"].get<std::size_t>(), 301u);
  const auto& newest = data["scenarios"][5];
  EXPECT_GT(newest["points_left_out"], 0);
  EXPECT_GE(newest["points"].size(), 1u);
}

}  // namespace
}  // namespace heapstorm
