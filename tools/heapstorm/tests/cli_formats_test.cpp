// Whatever names the formats of reports names those of their table, and their files: help, completion, manual,
// README.md.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <regex>
#include <string>
#include <vector>

#include "harness/files/text_file.h"
#include "reports/compare/comparison_reports.h"
#include "reports/formats/format_names.h"
#include "reports/formats/run_reports.h"
#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

using Formats = CliTest;

std::string text_of(const std::string& file) {
  return read_text(std::string(HEAPSTORM_TREE) + "/" + file, 1 << 20);
}

// What stands after `begin`, up to `end`.
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t at = text.find(begin);
  if (at == std::string::npos) return "";
  return text.substr(at + begin.size(), text.find(end, at + begin.size()) - at - begin.size());
}

// The words that the manual prints bold below this option of this command, "html,junit".
std::string bold_words(const std::string& command, const std::string& option) {
  const std::string section =
      between(text_of("tools/heapstorm/manual/heapstorm.1.in"), ".SS heapstorm " + command, ".SS");
  const std::string paragraph = between(section, ".BI \\-\\-" + option, ".TP");
  static const std::regex bold("\n\\.BR? ([a-z]+)");
  std::string words;
  for (std::sregex_iterator word(paragraph.begin(), paragraph.end(), bold), end; word != end; ++word) {
    words += (words.empty() ? "" : ",") + (*word)[1].str();
  }
  return words;
}

TEST_F(Formats, StandInTheHelp) {
  EXPECT_NE(run_cli({"run", "--help"}).out.find(" " + names_of_formats(filed_run_reports(), ",") + ": reports"),
            std::string::npos);
  EXPECT_NE(run_cli({"compare", "--help"}).out.find(" " + names_of_formats(comparison_reports(), ",") + ": reports"),
            std::string::npos);
  const std::string help = run_cli({"report", "--help"}).out;
  for (const RunReportRow& format : run_reports()) EXPECT_NE(help.find(format.name), std::string::npos) << format.name;
}

TEST_F(Formats, StandInTheManual) {
  EXPECT_EQ(bold_words("run", "report"), names_of_formats(filed_run_reports(), ","));
  EXPECT_EQ(bold_words("report", "format"), names_of_formats(run_reports(), ","));
  EXPECT_EQ(bold_words("compare", "report"), names_of_formats(comparison_reports(), ","));
  std::string files;
  for (const RunReportRow& format : filed_run_reports()) {
    files += (files.empty() ? ".IR " : " \", \" ") + std::string(format.file);
  }
  EXPECT_NE(text_of("tools/heapstorm/manual/heapstorm.1.in").find(files + "\n"), std::string::npos) << files;
}

TEST_F(Formats, StandInReadme) {
  const std::string readme = text_of("README.md");
  for (const RunReportRow& format : run_reports()) {
    const std::string file = format.file == nullptr ? "printed" : fmt::format("`{}`", format.file);
    const std::string row = fmt::format("| {} | {} | ", format.name, file);
    EXPECT_NE(readme.find(row), std::string::npos) << row;
  }
}

TEST_F(Formats, AreOfferedByTheShell) {
  const auto offered = [&](const std::string& command, const std::string& option) {
    return run_program(
               {"bash", "-c",
                fmt::format("source {0}/tools/heapstorm/completion/heapstorm.bash; COMP_WORDS=({1} {2} {3} ''); "
                            "COMP_CWORD=3; _heapstorm; IFS=,; echo -n \"${{COMPREPLY[*]}}\"",
                            HEAPSTORM_TREE, HEAPSTORM_CLI, command, option)})
        .out;
  };
  EXPECT_EQ(offered("run", "--report"), names_of_formats(filed_run_reports(), ","));
  EXPECT_EQ(offered("report", "--format"), names_of_formats(run_reports(), ","));
  EXPECT_EQ(offered("compare", "--report"), names_of_formats(comparison_reports(), ","));
}

}  // namespace
}  // namespace heapstorm::cli
