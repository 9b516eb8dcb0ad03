#include "reports/compare/comparison.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "harness/base/prng.h"
#include "reports/compare/comparison_reports.h"
#include "reports/testing/golden.h"
#include "reports/testing/hostile_text.h"
#include "reports/testing/sample_comparison.h"

namespace heapstorm {
namespace {

FindingChange only_finding(const Comparison& comparison) {
  EXPECT_EQ(comparison.scenarios.size(), 1u);
  EXPECT_EQ(comparison.scenarios.at(0).findings.size(), 1u);
  return comparison.scenarios.at(0).findings.at(0);
}

// Another finding, in the first `hits` runs of both sides.
void add_finding(const std::string& fingerprint, std::size_t hits, std::vector<RunResult>& base,
                 std::vector<RunResult>& current) {
  Finding finding = sample_caught().findings.front();
  finding.fingerprint = fingerprint;
  for (auto* side : {&base, &current}) {
    for (std::size_t i = 0; i < hits; ++i) (*side)[i].findings.push_back(finding);
  }
}

TEST(Compare, NamesTheFindingThatABrokenBuildHasAndAFixedOneHasNot) {
  const Comparison comparison = compare({sample_clean()}, {sample_caught()});
  EXPECT_TRUE(comparison.regression());
  EXPECT_EQ(only_finding(comparison).change, Change::appeared);
  const std::string text = to_text(comparison);
  EXPECT_NE(text.find("new       foreign_free of date_header at targets/date_header/static_cache.cpp:28"),
            std::string::npos)
      << text;
  EXPECT_LT(text.find("changed   scenario"), text.find("foreign_free")) << "the environment comes first";
}

TEST(Compare, TellsAFixFromARegression) {
  const Comparison comparison = compare({sample_caught()}, {sample_clean()});
  EXPECT_FALSE(comparison.regression());
  EXPECT_EQ(only_finding(comparison).change, Change::gone);
}

// `count` runs with another seed each.
std::vector<RunResult> attempts_of(const RunResult& run, std::size_t count) {
  std::vector<RunResult> runs(count, run);
  for (std::size_t i = 0; i < count; ++i) runs[i].seed = i;
  return runs;
}

TEST(Compare, CallsFixedWhatAScenarioOfTheFixNoLongerRequires) {
  const Comparison comparison = compare(sample_attempts(20, 20), attempts_of(sample_clean(), 20));
  EXPECT_FALSE(comparison.regression());
  EXPECT_TRUE(only_finding(comparison).fixed);
  EXPECT_FALSE(only_finding(comparison).required);
  EXPECT_EQ(only_finding(comparison).change, Change::gone);
  const std::string text = to_text(comparison);
  EXPECT_NE(text.find("fixed     foreign_free of date_header"), std::string::npos) << text;
  EXPECT_NE(text.find("not required by the current scenario"), std::string::npos) << text;
  const auto finding = nlohmann::json::parse(to_comparison_json(comparison))["scenarios"][0]["findings"][0];
  EXPECT_EQ(finding["fixed"], true);
  EXPECT_EQ(finding["required"], false);
  EXPECT_EQ(finding["change"], "gone") << "what older readers know";
}

TEST(Compare, CallsFixedWhatTheSameScenarioNoLongerRequires) {
  const Comparison comparison = compare(sample_attempts(20, 20), sample_attempts(0, 20, false));
  EXPECT_FALSE(comparison.regression());
  EXPECT_TRUE(only_finding(comparison).fixed);
  const Comparison several = compare(
      [] {
        std::vector<RunResult> runs = sample_attempts(20, 20);
        runs.push_back(sample_clean());
        return runs;
      }(),
      [] {
        std::vector<RunResult> runs = sample_attempts(0, 20, false);
        runs.push_back(sample_clean());
        return runs;
      }());
  EXPECT_EQ(several.scenarios.size(), 2u);
  EXPECT_FALSE(several.regression());
}

TEST(Compare, MissesWhatTheCurrentScenarioStillRequires) {
  for (const auto& current :
       {sample_attempts(0, 20), attempts_of(
                                    [] {
                                      RunResult other = sample_clean();
                                      other.expectations = {{"finds foreign_free of date_header", false}};
                                      return other;
                                    }(),
                                    20)}) {
    const Comparison comparison = compare(sample_attempts(20, 20), current);
    EXPECT_TRUE(comparison.regression());
    EXPECT_TRUE(only_finding(comparison).required);
    EXPECT_FALSE(only_finding(comparison).fixed);
    EXPECT_NE(to_text(comparison).find("gone      foreign_free of date_header"), std::string::npos);
  }
}

TEST(Compare, CallsFixedAnUnexpectedFindingThatIsGoneButNotWithoutEvidence) {
  const FindingChange gone = only_finding(compare(sample_attempts(20, 20, false), sample_attempts(0, 20, false)));
  EXPECT_TRUE(gone.fixed);
  EXPECT_NE(to_text(gone).find("fixed     foreign_free"), std::string::npos);
  EXPECT_NE(to_text(gone).find("], unexpected\n"), std::string::npos) << to_text(gone);
  const FindingChange rare = only_finding(compare(sample_attempts(1, 20, false), sample_attempts(0, 20, false)));
  EXPECT_FALSE(rare.fixed);
  EXPECT_FALSE(rare.regression);
  EXPECT_FALSE(only_finding(compare(sample_attempts(20, 20, false), sample_attempts(1, 20, false))).fixed);
}

TEST(Compare, DoesNotMissWhatTheScenarioOnlyAllows) {
  std::vector<RunResult> base = sample_attempts(20, 20), current = sample_attempts(4, 20);
  for (auto* side : {&base, &current}) {
    for (RunResult& run : *side) run.expectations = {{"finds nothing else", true}};
  }
  EXPECT_FALSE(compare(base, current).regression());
  EXPECT_FALSE(compare(current, base).regression()) << "nor when it is seen more often";
}

TEST(Compare, TakesANewFindingThatTheSameScenarioNowRequiresForNoRegression) {
  EXPECT_FALSE(compare(sample_attempts(0, 20, false), sample_attempts(20, 20)).regression());
}

// 20 of 20 against 12 and against 13 of 20. Half of 0.01, for the first of two findings, is more than 0.0033; the
// second needs 0.01 alone.
TEST(Compare, AsksLessOfASecondFindingOnceTheFirstIsEvidence) {
  std::vector<RunResult> base = sample_attempts(20, 20), current = sample_attempts(12, 20);
  Finding other = base.front().findings.front();
  other.fingerprint = "another";
  for (RunResult& run : base) run.findings.push_back(other);
  for (std::size_t i = 0; i < 13; ++i) current[i].findings.push_back(other);
  const std::vector<FindingChange> findings = compare(base, current).scenarios.at(0).findings;
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_NEAR(findings[0].p, 0.0033, 0.0001);
  EXPECT_NEAR(findings[1].p, 0.0083, 0.0001);
  EXPECT_TRUE(findings[0].evidence);
  EXPECT_TRUE(findings[1].evidence);
}

TEST(Compare, FindsNothingBetweenARunAndItself) {
  for (const RunResult& run : {sample_caught(), sample_hostile(), sample_clean()}) {
    const Comparison comparison = compare({run}, {run});
    EXPECT_FALSE(comparison.regression());
    EXPECT_TRUE(comparison.scenarios.at(0).environment.empty());
  }
}

TEST(Compare, FlagsTwelveOfTwentyAfterTwentyOfTwenty) {
  const Comparison comparison = compare(sample_attempts(20, 20), sample_attempts(12, 20));
  EXPECT_TRUE(comparison.regression()) << "the scenario finds its bug less often";
  EXPECT_EQ(only_finding(comparison).change, Change::less_often);
  EXPECT_TRUE(only_finding(comparison).evidence);
}

TEST(Compare, DoesNotFlagNineteenOfTwentyAfterTwentyOfTwenty) {
  const Comparison comparison = compare(sample_attempts(20, 20), sample_attempts(19, 20));
  EXPECT_FALSE(comparison.regression());
  EXPECT_EQ(only_finding(comparison).change, Change::unchanged);
  EXPECT_NE(to_text(comparison).find("20 of 20 -> 19 of 20: no evidence of a change of its rate"), std::string::npos);
}

TEST(Compare, JudgesTheDirectionByWhetherTheFindingIsExpected) {
  EXPECT_TRUE(compare(sample_attempts(2, 20, false), sample_attempts(14, 20, false)).regression())
      << "a defect shows itself more often";
  EXPECT_FALSE(compare(sample_attempts(14, 20, false), sample_attempts(2, 20, false)).regression());
  EXPECT_FALSE(compare(sample_attempts(2, 20), sample_attempts(14, 20)).regression());
  EXPECT_TRUE(compare(sample_attempts(14, 20), sample_attempts(2, 20)).regression());
}

TEST(Compare, TakesAnUnexpectedNewFindingForARegressionHoweverRare) {
  EXPECT_TRUE(compare(sample_attempts(0, 20, false), sample_attempts(1, 20, false)).regression());
  EXPECT_FALSE(compare(sample_attempts(0, 20, true), sample_attempts(1, 20, true)).regression())
      << "the scenario allows it";
}

TEST(Compare, AsksMoreOfEachFindingWhereManyAreCompared) {
  std::vector<RunResult> base = sample_attempts(20, 20), current = sample_attempts(12, 20);
  for (int extra = 0; extra < 4; ++extra) add_finding(std::to_string(extra), 10, base, current);
  EXPECT_FALSE(compare(base, current).regression()) << "p = 0.0033, and five findings";
}

TEST(Compare, AsksMoreOfEachFindingWhereManyScenariosAreCompared) {
  std::vector<RunResult> base = sample_attempts(20, 20), current = sample_attempts(12, 20);
  for (int other = 0; other < 4; ++other) {
    for (auto* side : {&base, &current}) {
      for (RunResult run : sample_attempts(10, 20)) {
        run.scenario = std::to_string(other);
        side->push_back(std::move(run));
      }
    }
  }
  EXPECT_FALSE(compare(base, current).regression()) << "p = 0.0033, and five findings";
}

TEST(Compare, DoesNotCountFindingsThatCannotChange) {
  std::vector<RunResult> base = sample_attempts(20, 20), current = sample_attempts(12, 20);
  for (int extra = 0; extra < 100; ++extra) add_finding(std::to_string(extra), 20, base, current);
  EXPECT_TRUE(compare(base, current).regression()) << "the hundred others are seen in every run";
}

// What one build gives: each of the scenario's findings has a rate of its own, and each run is drawn by it.
std::vector<RunResult> drawn_campaign(const std::vector<std::uint64_t>& rates_percent, Prng& prng) {
  std::vector<RunResult> runs(20);
  for (RunResult& run : runs) run.expectations = {{"finds foreign_free", true}};
  Finding finding;
  finding.kind = "foreign_free";
  finding.expected = true;
  for (std::size_t i = 0; i < rates_percent.size(); ++i) {
    finding.fingerprint = std::to_string(i);
    for (RunResult& run : runs) {
      if (prng.below(100) < rates_percent[i]) run.findings.push_back(finding);
    }
  }
  return runs;
}

// The campaigns are drawn, not run: what is tested is the rule. Without Holm's correction four times as many would
// raise an alarm as may.
TEST(Compare, RaisesAFalseAlarmInAtMostOneOfAHundredDrawnComparisonsOfABuildWithItself) {
  constexpr std::size_t comparisons = 500, findings = 30;
  Prng prng(7);
  std::size_t alarms = 0;
  for (std::size_t i = 0; i < comparisons; ++i) {
    std::vector<std::uint64_t> rates_percent(findings);
    for (std::uint64_t& rate : rates_percent) rate = prng.between(1, 99);
    alarms += compare(drawn_campaign(rates_percent, prng), drawn_campaign(rates_percent, prng)).regression();
  }
  EXPECT_LE(alarms, comparisons / 100);
}

TEST(Compare, FlagsMostDrawnCampaignsOfWhichTheDefectIsFoundHalfAsOften) {
  Prng prng(7);
  std::size_t flagged = 0;
  for (int i = 0; i < 100; ++i) {
    flagged += compare(drawn_campaign({95}, prng), drawn_campaign({45}, prng)).regression();
  }
  EXPECT_GE(flagged, 70u);
}

TEST(Compare, LeavesOutRunsThatSayNothingAboutTheTarget) {
  std::vector<RunResult> current = sample_attempts(20, 20);
  for (std::size_t i = 0; i < 10; ++i) {
    current[i].findings.clear();
    current[i].end_reason = EndReason::never_listened;
  }
  const Comparison comparison = compare(sample_attempts(20, 20), current);
  EXPECT_FALSE(comparison.regression());
  EXPECT_EQ(comparison.scenarios[0].current_attempts, 10u);
  EXPECT_EQ(comparison.scenarios[0].current_failed_runs, 10u);
}

TEST(Compare, SaysWhenThereIsNothingToCompare) {
  std::vector<RunResult> failed = sample_attempts(3, 3);
  for (RunResult& run : failed) run.end_reason = EndReason::interrupted;
  std::vector<RunResult> others = sample_attempts(3, 3);
  for (std::size_t i = 0; i < others.size(); ++i) others[i].scenario = std::to_string(i);
  const auto good = sample_attempts(3, 3);
  for (const auto& [base, current] : {std::pair(good, failed), std::pair(failed, good), std::pair(good, others)}) {
    const Comparison comparison = compare(base, current);
    EXPECT_FALSE(comparison.has_compared() || comparison.regression());
    EXPECT_TRUE(to_text(comparison).starts_with("nothing compared\n")) << to_text(comparison);
  }
  std::vector<RunResult> partly = failed;
  partly.push_back(good.front());
  EXPECT_TRUE(compare(good, partly).has_compared());
  EXPECT_TRUE(to_text(compare(good, partly)).starts_with("no regression\n"));
}

TEST(Compare, IsARegressionIfAnyScenarioOrFindingIsWorse) {
  const auto campaign = [](int worse) {
    std::vector<RunResult> runs;
    for (int scenario = 0; scenario < 3; ++scenario) {
      RunResult run = sample_attempts(scenario == worse ? 1 : 0, 1, false).front();
      run.scenario = std::to_string(scenario);
      runs.push_back(run);
    }
    return runs;
  };
  EXPECT_FALSE(compare(campaign(-1), campaign(-1)).regression());
  for (int worse = 0; worse < 3; ++worse) {
    EXPECT_TRUE(compare(campaign(-1), campaign(worse)).regression()) << worse;
    EXPECT_FALSE(compare(campaign(worse), campaign(-1)).regression()) << worse;
  }
  std::vector<RunResult> one_more = sample_attempts(20, 20);
  one_more[7].findings.push_back(sample_hostile().findings.back());
  const Comparison comparison = compare(sample_attempts(20, 20), one_more);
  EXPECT_TRUE(comparison.regression());
  EXPECT_TRUE(comparison.scenarios.at(0).findings.at(0).regression) << "it comes first";
  EXPECT_EQ(comparison.scenarios.at(0).findings.at(0).what, "crash");
  EXPECT_FALSE(comparison.scenarios.at(0).findings.at(1).regression);
}

TEST(Compare, PairsScenariosByNameAndFlavour) {
  RunResult other = sample_clean();
  other.flavour = "asan";
  const Comparison comparison = compare({sample_caught(), sample_clean()}, {sample_caught(), other});
  ASSERT_EQ(comparison.scenarios.size(), 1u);
  EXPECT_FALSE(comparison.regression());
  EXPECT_EQ(comparison.only_in_base, std::vector<std::string>{"date_header/per_request (plain)"});
  EXPECT_EQ(comparison.only_in_current, std::vector<std::string>{"date_header/per_request (asan)"});
}

TEST(Compare, TellsFiguresApartOnlyWithRunsEnoughForASpread) {
  std::vector<RunResult> slow = sample_attempts(5, 5);
  for (RunResult& run : slow) run.storm.latency_us.p99 *= 3;
  const auto p99_is_apart = [](const Comparison& comparison) {
    for (const FigureChange& figure : comparison.scenarios.at(0).figures) {
      if (figure.name == "p99 of an open, us") return figure.apart;
    }
    return false;
  };
  EXPECT_TRUE(p99_is_apart(compare(sample_attempts(5, 5), slow)));
  EXPECT_FALSE(compare(sample_attempts(5, 5), slow).regression()) << "a figure decides nothing";
  EXPECT_FALSE(p99_is_apart(compare(sample_attempts(5, 5), {slow.front()})));
}

TEST(Compare, KnowsSessionsStatusesAndAnswersOnlyWhereTheyWereCounted) {
  const auto figure_of = [](const Comparison& comparison, const std::string& name) {
    for (const FigureChange& figure : comparison.scenarios.at(0).figures) {
      if (figure.name == name) return figure;
    }
    return FigureChange{};
  };
  std::vector<RunResult> worse = sample_attempts(5, 5);
  for (RunResult& run : worse) {
    run.storm.sessions = SessionCounts{.completed = 1, .cut = 3, .excused = 100, .unfinished = 100};
    run.storm.answers->statuses = {{200, 1}, {399, 1}, {400, 1}, {503, 5}};
    run.storm.answers->latency_us.p99 = 7000;
  }
  const Comparison comparison = compare(sample_attempts(5, 5), worse);
  EXPECT_EQ(figure_of(comparison, "sessions that got through, %").current.median, 25);
  EXPECT_TRUE(figure_of(comparison, "sessions that got through, %").apart);
  EXPECT_EQ(figure_of(comparison, "4xx and 5xx of the statuses, %").current.median, 75);
  EXPECT_EQ(figure_of(comparison, "p99 of an answer, us").base.median, 1200);
  EXPECT_EQ(figure_of(comparison, "p99 of an answer, us").current.median, 7000);
  for (RunResult& run : worse) {
    run.storm.sessions.reset();
    run.storm.answers.reset();
  }
  const Comparison with_older = compare(sample_attempts(5, 5), worse);
  for (const char* const name :
       {"sessions that got through, %", "4xx and 5xx of the statuses, %", "p99 of an answer, us"}) {
    EXPECT_EQ(figure_of(with_older, name).base.runs, 5U) << name;
    EXPECT_EQ(figure_of(with_older, name).current.runs, 0U) << name;
  }
  EXPECT_EQ(to_text(with_older).find("got through"), std::string::npos);
}

TEST(Compare, PointsOutAPlanThatIsAnother) {
  std::vector<RunResult> current = sample_attempts(3, 3);
  current[1].plan_hash[0] = 'f';
  const auto environment = compare(sample_attempts(3, 3), current).scenarios.at(0).environment;
  ASSERT_EQ(environment.size(), 1u);
  EXPECT_EQ(environment[0].what, "plan of seed 1");
}

TEST(Compare, IsAsTheGoldenFilesSay) {
  const Comparison comparison = compare(sample_attempts(20, 20), sample_attempts(12, 20));
  EXPECT_EQ(to_text(comparison), golden("comparison.txt", to_text(comparison)));
  EXPECT_EQ(to_comparison_json(comparison), golden("comparison.json", to_comparison_json(comparison)));
}

TEST(Compare, KeepsHostileTextInItsPlace) {
  const Comparison comparison = compare({sample_clean()}, {sample_with_text_for_sets(hostile_text())});
  for (const char character : to_text(comparison)) {
    EXPECT_TRUE(character == '\n' || static_cast<unsigned char>(character) >= 0x20) << static_cast<int>(character);
  }
  EXPECT_EQ(nlohmann::json::parse(to_comparison_json(comparison))["schema"], "heapstorm.comparison/1");
}

}  // namespace
}  // namespace heapstorm
