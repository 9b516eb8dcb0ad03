#include "reports/html/html_report.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "harness/base/utf8.h"
#include "reports/html/source_excerpts.h"
#include "reports/testing/hostile_text.h"
#include "reports/testing/sample_run.h"

namespace heapstorm {
namespace {

using Json = nlohmann::json;

constexpr std::size_t max_page_bytes = 3'000'000;

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

// The data as the page's script reads it.
Json data_of(const std::string& page) {
  const std::string begin = R"(type="application/json" id="data">)";
  const std::size_t at = page.find(begin) + begin.size();
  return Json::parse(page.substr(at, page.find("</script>", at) - at));
}

TEST(HtmlReport, HoldsItsDataAndNothingFromElsewhere) {
  const std::string page = to_html(sample_caught(), {});
  const Json data = data_of(page);
  EXPECT_EQ(data["run"]["findings"][0]["fingerprint"], "9c1f00aa12345678");
  EXPECT_EQ(data["run"]["rerun"], sample_caught().rerun);
  EXPECT_EQ(page.find("<link"), std::string::npos);
  EXPECT_EQ(page.find(" src="), std::string::npos);
  EXPECT_LT(page.size(), 400'000u);
}

TEST(HtmlReport, IsTheSameForTheSameResult) {
  EXPECT_EQ(to_html(sample_hostile(), {}), to_html(sample_hostile(), {}));
}

TEST(HtmlReport, LetsNoTextOfATargetBecomeMarkup) {
  const std::string plain = to_html(sample_caught(), {});
  for (const RunResult& result : {sample_hostile(), sample_filled_with(hostile_text())}) {
    const std::string page = to_html(result, {});
    EXPECT_EQ(count_of(page, "<script"), count_of(plain, "<script"));
    EXPECT_EQ(count_of(page, "</script"), count_of(plain, "</script"));
    EXPECT_EQ(count_of(page, "<!--"), count_of(plain, "<!--"));
    EXPECT_EQ(count_of(page, "<img"), 0u);
    EXPECT_EQ(valid_utf8(page), page);
    EXPECT_EQ(data_of(page)["run"]["findings"].size(), 2u);
  }
}

TEST(HtmlReport, CutsTextsOfAMegabyteBetweenCharacters) {
  std::string text;
  while (text.size() < long_line_bytes) text += "\xc3\xa4";
  const std::string page = to_html(sample_filled_with(text), {});
  EXPECT_LT(page.size(), max_page_bytes);
  const std::string name = data_of(page)["run"]["scenario"];
  EXPECT_NE(name.find("bytes more in run.json"), std::string::npos);
  EXPECT_EQ(valid_utf8(name), name);
}

TEST(HtmlReport, StaysSmallWithTenThousandFindings) {
  RunResult result = sample_caught();
  Finding finding = result.findings.front();
  finding.offender->stack.resize(16, finding.offender->stack.back());
  for (Frame& frame : finding.offender->stack) frame.function = std::string(1500, 'f');
  for (int i = 0; i < 10'000; ++i) {
    finding.fingerprint = std::to_string(i);
    finding.expected = i != 9'999;
    result.findings.push_back(finding);
  }
  const std::string page = to_html(result, {});
  EXPECT_LT(page.size(), max_page_bytes);
  const Json data = data_of(page);
  EXPECT_EQ(data["run"]["findings"][0]["expected"], false) << "what nobody expected comes first";
  EXPECT_GT(data["run"]["findings"].size(), 10u);
  const std::size_t in_page = data["run"]["findings"].size() + data["more"].size();
  EXPECT_EQ(in_page + data["left_out"].get<std::size_t>(), 10'001u);
}

TEST(HtmlReport, KnowsThePlaceAndTheProgramsOwnFrames) {
  RunResult result = sample_caught();
  Side& offender = *result.findings[0].offender;
  offender.stack = {{"heapstorm_free", "harness/heap/heap.cpp", 1, "/x/target_host", 1},
                    {"free_it", "/home/me/frames.cpp", 62, "/home/me/frames.so", 2},
                    {"start_thread", "pthread_create.c", 442, "/lib/libc.so.6", 3}};
  offender.stack_end = StackEnd::lost;
  const Json side = data_of(to_html(result, {}))["run"]["findings"][0]["offender"];
  EXPECT_EQ(side["place"], 1);
  EXPECT_EQ(side["own"], Json({false, true, false}));
  EXPECT_EQ(side["deed"], "freed by");
  EXPECT_EQ(side["stack_incomplete"], "lost");
}

TEST(HtmlReport, ShowsWhatEachThreadDid) {
  HtmlSources sources;
  sources.lanes.emplace();
  sources.lanes->around_finding = true;
  sources.lanes->events = {{-12, "worker-1", "action", "2", "handshake"}};
  const Json lanes = data_of(to_html(sample_caught(), sources))["lanes"];
  EXPECT_EQ(lanes["zero"], "the first finding");
  EXPECT_EQ(lanes["events"][0]["at_us"], -12);
  EXPECT_TRUE(data_of(to_html(sample_caught(), {}))["lanes"].is_null());
}

class SourceFolder : public testing::Test {
 protected:
  SourceFolder() : folder_(testing::TempDir() + "heapstorm_sources") {
    std::filesystem::create_directories(folder_ + "/targets/date_header");
  }
  ~SourceFolder() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const { std::ofstream(folder_ + "/" + name) << text; }

  std::string folder_;
};

TEST_F(SourceFolder, ShowsTheLinesAroundAFrame) {
  std::string text;
  for (int line = 1; line <= 40; ++line) text += "line " + std::to_string(line) + "\n";
  write("targets/date_header/static_cache.cpp", text);
  const Json sources = data_of(to_html(sample_caught(), {{}, {"/nonexistent", folder_}}))["sources"];
  const Json expected = {{"first", 25}, {"lines", {"line 25", "line 26", "line 27", "line 28", "line 29", "line 30"}}};
  EXPECT_EQ(sources["targets/date_header/static_cache.cpp:28"], expected);
}

TEST_F(SourceFolder, GivesOnlyWhatIsSourceCode) {
  write("secret", "password\n");
  write("short.c", "int x;\n\xff\n");
  SourceReader reader({folder_});
  EXPECT_FALSE(reader.around("secret", 1));
  EXPECT_FALSE(reader.around("short.c", 3));
  EXPECT_FALSE(reader.around("short.c", 0));
  EXPECT_FALSE(reader.around("targets", 1));
  EXPECT_EQ(reader.around("short.c", 1)->lines.size(), 2u);
}

}  // namespace
}  // namespace heapstorm
