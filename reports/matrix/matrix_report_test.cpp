#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "reports/matrix/matrix_reports.h"

namespace heapstorm {
namespace {

MatrixAttempt attempt(const std::string& scenario, const std::string& detector, std::vector<std::string> kinds) {
  return {.row = "",
          .scenario = scenario,
          .detector = detector,
          .seed = 1,
          .kinds = std::move(kinds),
          .failed = false,
          .duration_ms = 250,
          .storm_ms = 10};
}

Matrix sample() {
  const std::vector<MatrixRowInfo> rows = {{"family/<broken>", "broken.json", "b", true},
                                           {"family/mended", "mended.json", "m", false}};
  const std::vector<MatrixColumn> columns = {{"owner_heap", "ours", "", false, {}},
                                             {"glibc", "theirs", "", false, {}},
                                             {"tsan", "races", "flavour tsan is not built", false, {}}};
  return summarise(rows, columns, 1,
                   std::vector{attempt("b", "owner_heap", {"foreign_free", "hang"}), attempt("b", "glibc", {}),
                               attempt("m", "owner_heap", {}), attempt("m", "glibc", {"</td><script>"})});
}

TEST(MatrixText, IsATableWithItsExplanation) {
  const std::string text = to_markdown(sample());
  EXPECT_NE(text.find("| variant | owner_heap | glibc | tsan |\n"), std::string::npos) << text;
  EXPECT_NE(text.find("| family/<broken> | **1/1** foreign_free +1 | – |  |\n"), std::string::npos) << text;
  EXPECT_NE(text.find("| family/mended (fixed) | – | **1/1** </td><script> |  |\n"), std::string::npos) << text;
  EXPECT_NE(text.find("none of 1 (95 % CI 0-79 %)"), std::string::npos) << text;
  EXPECT_NE(text.find("- tsan: races (not tried: flavour tsan is not built)\n"), std::string::npos) << text;
  EXPECT_NE(text.find("- **unmet**: family/mended is fixed, and glibc found"), std::string::npos) << text;
}

TEST(MatrixText, OfAnInterruptedMatrixSaysHowFewWereMade) {
  const std::vector<MatrixRowInfo> rows = {{"family/broken", "broken.json", "b", true}};
  const Matrix matrix =
      summarise(rows, {{"glibc", "theirs", "", false, {}}}, 5, std::vector{attempt("b", "glibc", {})});
  const std::string text = to_markdown(matrix);
  EXPECT_NE(text.find("| family/broken | 0/1 |\n"), std::string::npos) << text;
}

TEST(MatrixText, CallsTheAlarmOfADetectorThatCannotKnowBetterFalse) {
  const std::vector<MatrixRowInfo> rows = {{"family/mended", "mended.json", "m", false},
                                           {"family/broken", "broken.json", "b", true}};
  const Matrix matrix = summarise(rows, {{"helgrind", "theirs", "", true, {}}}, 1,
                                  std::vector{attempt("m", "helgrind", {"Race"}), attempt("b", "helgrind", {"Race"})});
  const std::string text = to_markdown(matrix);
  EXPECT_NE(text.find("| family/mended (fixed) | *false alarm* 1/1 |\n"), std::string::npos) << text;
  EXPECT_NE(text.find("| family/broken | **1/1** Race |\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("unmet"), std::string::npos) << text;
}

TEST(MatrixJson, HasEveryFigureOfACell) {
  const auto json = nlohmann::json::parse(to_matrix_json(sample()));
  const auto& cell = json["variants"][0]["cells"][0];
  EXPECT_EQ(cell["hits"], 1);
  EXPECT_EQ(cell["attempts"], 1);
  EXPECT_EQ(cell["kinds"], (std::vector<std::string>{"foreign_free", "hang"}));
  EXPECT_EQ(cell["ms_to_first_hit"], 250);
  EXPECT_NEAR(cell["interval"][0].get<double>(), 0.207, 0.001);
  EXPECT_TRUE(json["variants"][0]["cells"][1]["ms_to_first_hit"].is_null());
  EXPECT_EQ(json["detectors"][2]["missing"], "flavour tsan is not built");
  EXPECT_EQ(json["unmet"].size(), 1u);
}

TEST(MatrixHtml, ShowsStrangeNamesAsText) {
  const std::string html = to_matrix_html(sample());
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_NE(html.find("family/&lt;broken>"), std::string::npos);
  EXPECT_NE(html.find("&lt;/td>&lt;script>"), std::string::npos);
  EXPECT_NE(html.find("<td class=\"caught\">1/1"), std::string::npos);
  EXPECT_NE(html.find("<td class=\"alarm\">1/1"), std::string::npos);
}

TEST(MatrixHtml, TellsATargetThatDidNotComeUpFromADetectorThatWasNotTried) {
  MatrixAttempt failed = attempt("b", "glibc", {});
  failed.failed = true;
  const Matrix matrix =
      summarise({{"family/broken", "broken.json", "b", true}},
                {{"owner_heap", "ours", "", false, {}}, {"glibc", "theirs", "", false, {}}}, 1, std::vector{failed});
  const std::string html = to_matrix_html(matrix);
  EXPECT_NE(html.find("<td></td><td>did not come up</td>"), std::string::npos) << html;
}

}  // namespace
}  // namespace heapstorm
