#include <gtest/gtest.h>

#include "harness/base/utf8.h"
#include "reports/compare/comparison_reports.h"
#include "reports/testing/golden.h"
#include "reports/testing/hostile_text.h"
#include "reports/testing/read_xml.h"
#include "reports/testing/sample_comparison.h"

namespace heapstorm {
namespace {

using Tree = boost::property_tree::ptree;

Comparison sample(std::size_t current_hits) {
  Comparison comparison = compare(sample_attempts(20, 20), sample_attempts(current_hits, 20));
  comparison.base = "runs/base";
  comparison.current = "runs/current";
  return comparison;
}

std::size_t cases_with(const Tree& suite, const char* child) {
  std::size_t count = 0;
  for (const auto& [name, entry] : suite) count += name == "testcase" && entry.count(child) > 0;
  return count;
}

TEST(ComparisonJunit, IsAsTheGoldenFileSays) {
  const std::string xml = to_comparison_junit_xml(sample(12));
  EXPECT_EQ(xml, golden("comparison.junit.xml", xml));
}

TEST(ComparisonJunit, FailsTheCaseOfARegressionAndNoOther) {
  const Tree worse = read_xml_text(to_comparison_junit_xml(sample(12))).get_child("testsuites.testsuite");
  EXPECT_EQ(worse.get<int>("<xmlattr>.tests"), 2);
  EXPECT_EQ(worse.get<int>("<xmlattr>.failures"), 1);
  EXPECT_EQ(cases_with(worse, "failure"), 1u);
  const Tree same = read_xml_text(to_comparison_junit_xml(sample(19))).get_child("testsuites.testsuite");
  EXPECT_EQ(same.get<int>("<xmlattr>.failures"), 0);
  EXPECT_EQ(cases_with(same, "failure"), 0u);
  EXPECT_EQ(same.count("testcase"), 2u);
}

TEST(ComparisonJunit, SaysThatAFindingIsFixed) {
  const std::string xml =
      to_comparison_junit_xml(compare(sample_attempts(20, 20), std::vector<RunResult>(20, sample_clean())));
  const Tree suite = read_xml_text(xml).get_child("testsuites.testsuite");
  EXPECT_EQ(suite.get<int>("<xmlattr>.failures"), 0);
  EXPECT_EQ(cases_with(suite, "failure"), 0u);
  EXPECT_EQ(cases_with(suite, "system-out"), 1u);
  EXPECT_NE(xml.find("<system-out>  fixed     foreign_free of date_header"), std::string::npos) << xml;
}

TEST(ComparisonJunit, SkipsWhatCannotBeCompared) {
  RunResult failed = sample_caught();
  failed.end_reason = EndReason::never_listened;
  const Tree suite =
      read_xml_text(to_comparison_junit_xml(compare({sample_caught()}, {failed}))).get_child("testsuites.testsuite");
  EXPECT_EQ(suite.get<int>("<xmlattr>.skipped"), 2);
  EXPECT_EQ(cases_with(suite, "skipped"), 2u);
  EXPECT_EQ(cases_with(suite, "failure"), 0u);
}

TEST(ComparisonJunit, CountsScenariosThatOneSideLacks) {
  RunResult other = sample_clean();
  other.flavour = "asan";
  const Comparison comparison = compare({sample_caught(), sample_clean()}, {sample_caught(), other});
  const Tree suites = read_xml_text(to_comparison_junit_xml(comparison)).get_child("testsuites");
  EXPECT_EQ(suites.count("testsuite"), 3u);
  EXPECT_EQ(suites.get<int>("<xmlattr>.tests"), 4);
  EXPECT_EQ(suites.get<int>("<xmlattr>.skipped"), 2);
}

TEST(ComparisonJunit, KeepsHostileTextInsideItsPlace) {
  Comparison comparison = compare({sample_clean()}, {sample_with_text_for_sets(hostile_text())});
  comparison.base = comparison.current = hostile_text();
  comparison.only_in_base = {hostile_text()};
  const std::string xml = to_comparison_junit_xml(comparison);
  EXPECT_EQ(valid_utf8(xml), xml);
  for (const char character : xml) {
    EXPECT_TRUE(static_cast<unsigned char>(character) >= 0x20 || character == '\n') << static_cast<int>(character);
  }
  const Tree suites = read_xml_text(xml).get_child("testsuites");
  EXPECT_EQ(suites.count("testsuite"), 2u);
  EXPECT_EQ(suites.count("script"), 0u);
  const std::string name = suites.get<std::string>("testsuite.<xmlattr>.name");
  EXPECT_TRUE(name.starts_with("</script><script>")) << name;
  EXPECT_TRUE(name.ends_with(" the end of it")) << name;
}

}  // namespace
}  // namespace heapstorm
