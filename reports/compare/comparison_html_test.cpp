#include <gtest/gtest.h>

#include "harness/base/utf8.h"
#include "reports/compare/comparison_reports.h"
#include "reports/testing/hostile_text.h"
#include "reports/testing/page_text.h"
#include "reports/testing/sample_comparison.h"

namespace heapstorm {
namespace {

constexpr std::size_t max_page_bytes = 3'000'000;

TEST(ComparisonHtml, HoldsItsDataAndNothingFromElsewhere) {
  const std::string page = to_comparison_html(compare(sample_attempts(20, 20), sample_attempts(12, 20)));
  const auto data = data_of_page(page);
  EXPECT_EQ(data["regression"], true);
  EXPECT_EQ(data["scenarios"][0]["findings"][0]["current"]["hits"], 12);
  EXPECT_NEAR(data["scenarios"][0]["findings"][0]["current"]["low"].get<double>(), 0.3866, 1e-4);
  EXPECT_EQ(page.find("<link"), std::string::npos);
  EXPECT_EQ(page.find(" src="), std::string::npos);
  EXPECT_LT(page.size(), 100'000u);
}

TEST(ComparisonHtml, LetsNoTextOfATargetBecomeMarkup) {
  const std::string plain = to_comparison_html(compare({sample_clean()}, {sample_caught()}));
  Comparison comparison = compare({sample_clean()}, {sample_with_text_for_sets(hostile_text())});
  comparison.base = comparison.current = hostile_text();
  comparison.only_in_base = {hostile_text()};
  const std::string page = to_comparison_html(comparison);
  for (const char* markup : {"<script", "</script", "<!--", "<img"}) {
    EXPECT_EQ(occurrences(page, markup), occurrences(plain, markup)) << markup;
  }
  EXPECT_EQ(valid_utf8(page), page);
  EXPECT_EQ(data_of_page(page)["scenarios"][0]["findings"].size(), 2u);
}

TEST(ComparisonHtml, StaysSmallWithManyFindingsAndLongTexts) {
  RunResult run = sample_with_text_for_sets(std::string(long_line_bytes, 'x'));
  for (int i = 0; i < 10'000; ++i) {
    run.findings.push_back(sample_caught().findings.front());
    run.findings.back().fingerprint = std::to_string(i);
  }
  const std::string page = to_comparison_html(compare({sample_clean()}, {run}));
  EXPECT_LT(page.size(), max_page_bytes);
  const auto scenario = data_of_page(page)["scenarios"][0];
  EXPECT_GT(scenario["findings"].size(), 500u);
  EXPECT_EQ(scenario["findings"].size() + scenario["left_out"].get<std::size_t>(), 10'002u);
}

TEST(ComparisonHtml, ShowsScenariosWithARegressionWhereNotAllFit) {
  std::vector<RunResult> base, current;
  for (int i = 0; i < 400; ++i) {
    RunResult run = sample_clean();
    run.scenario = std::to_string(1000 + i);
    base.push_back(run);
    if (i == 399) run.findings = sample_attempts(1, 1, false).front().findings;
    current.push_back(run);
  }
  const auto data = data_of_page(to_comparison_html(compare(base, current)));
  EXPECT_EQ(data["scenarios"][0]["scenario"], "1399");
  EXPECT_EQ(data["scenarios"].size() + data["left_out"].get<std::size_t>(), 400u);
}

}  // namespace
}  // namespace heapstorm
