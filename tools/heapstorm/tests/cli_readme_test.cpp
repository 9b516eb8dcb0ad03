// What README.md shows of a run is what a run prints, but for its numbers.
#include <filesystem>
#include <regex>

#include "harness/files/text_file.h"
#include "tools/heapstorm/testing/cli_process.h"

namespace heapstorm::cli {
namespace {

const std::string tree = HEAPSTORM_TREE;
const std::string prompt = "$ build/bin/heapstorm ";

struct Example {
  std::string arguments;  // as a shell reads them
  std::string output;
};

// The blocks of code that begin with a command.
std::vector<Example> examples_of(const std::string& readme) {
  const std::string fence = "\n```\n";
  std::vector<Example> examples;
  for (std::size_t at = readme.find(fence + prompt); at != std::string::npos;
       at = readme.find(fence + prompt, at + 1)) {
    const std::size_t arguments = at + fence.size() + prompt.size();
    const std::size_t output = readme.find('\n', arguments) + 1;
    const std::size_t end = readme.find(fence, output);
    examples.push_back({readme.substr(arguments, output - 1 - arguments), readme.substr(output, end + 1 - output)});
  }
  return examples;
}

// Without what is another in each run or of each compiler: numbers, and the marks of a static variable's copy.
std::string masked(const std::string& text) {
  const std::string without_copies = std::regex_replace(text, std::regex(R"( \(\.[0-9]+\))"), "");
  return std::regex_replace(without_copies, std::regex(R"([0-9]+(\.[0-9]+)?)"), "#");
}

using Readme = CliTest;

TEST_F(Readme, ShowsWhatARunPrints) {
  std::filesystem::create_directory_symlink(tree + "/scenarios", path("scenarios"));
  const std::vector<Example> examples = examples_of(read_text(tree + "/README.md", 1 << 20));
  ASSERT_GE(examples.size(), 1u);
  for (const Example& example : examples) {
    const std::string command = "cd '" + folder_ + "' && exec '" HEAPSTORM_CLI "' " + example.arguments;
    const CliResult result = run_program({"sh", "-c", command});
    EXPECT_EQ(result.code, 0) << example.arguments << result.err;
    EXPECT_EQ(masked(result.out), masked(example.output)) << example.arguments;
  }
}

}  // namespace
}  // namespace heapstorm::cli
