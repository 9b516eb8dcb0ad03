#include "harness/runner/target/external_target.h"

#include <gtest/gtest.h>

#include <fstream>

#include "harness/process/testing/test_folder.h"

namespace heapstorm {
namespace {

class ExternalTargetTest : public test::FolderTest {
 protected:
  ExternalTargetTest() { spec_.command.emplace().command = {"/bin/true"}; }

  void says(const std::string& file, const std::string& text) { std::ofstream(folder_ + "/" + file) << text; }
  RunOptions options() const {
    return {.seed = 1,
            .flavour = "plain",
            .scenario_file = "",
            .rerun = "",
            .tool_version = "",
            .directory = {folder_},
            .catalogue = TargetCatalogue("/lib")};
  }
  bool has_lost_its_port() const {
    const RunOptions ours = options();
    return ExternalTarget(spec_, ours).has_lost_its_port();
  }

  TargetSpec spec_;
};

TEST_F(ExternalTargetTest, HasLostItsPortIfItSaysSoInWhateverLetters) {
  EXPECT_FALSE(has_lost_its_port()) << "it has said nothing";
  for (const char* words : {"nginx: [emerg] bind() to 127.0.0.1:80 failed (98: Address already in use)\n",
                            "Error: listen EADDRINUSE: 127.0.0.1:80\n", "error: ADDRESS IN USE"}) {
    says("target.stderr", words);
    EXPECT_TRUE(has_lost_its_port()) << words;
  }
  says("target.stderr", "cannot open the configuration\n");
  EXPECT_FALSE(has_lost_its_port());
  says("target.stdout", "bind: address already in use\n");
  EXPECT_TRUE(has_lost_its_port()) << "on its stdout";
}

TEST_F(ExternalTargetTest, APortThatTheScenarioNamesCannotBeChosenAnew) {
  says("target.stderr", "bind: address already in use\n");
  spec_.command->endpoint.port = 9700;
  EXPECT_FALSE(has_lost_its_port());
}

TEST_F(ExternalTargetTest, WhatItSaidAtAnotherPortIsForgotten) {
  spec_.command->ready = {.kind = ReadySign::Kind::stdout_line, .text = "^ready$"};
  const RunOptions ours = options();
  ExternalTarget target(spec_, ours);
  ASSERT_TRUE(target.command());
  says("target.stdout", "the first start, with a line longer than all of the second\n");
  EXPECT_FALSE(target.is_listening());
  ASSERT_TRUE(target.command());
  says("target.stdout", "ready\n");
  EXPECT_TRUE(target.is_listening());
}

TEST_F(ExternalTargetTest, FillsInThePortItsWorkersAndTheScratchFolder) {
  spec_.workers = 3;
  spec_.command->command = {"server", "--port=${PORT}", "--workers=${WORKERS}", "--dir=${SCRATCH}"};
  spec_.command->environment = {{"WHERE", "${PORT}-${PORT}"}};
  const RunOptions ours = options();
  ExternalTarget target(spec_, ours);
  const auto process = target.command();
  ASSERT_TRUE(process);
  const std::string port = std::to_string(target.endpoint().port);
  const std::string scratch = folder_ + "/scratch";
  EXPECT_EQ(process.value().command,
            (std::vector<std::string>{"server", "--port=" + port, "--workers=3", "--dir=" + scratch}));
  EXPECT_EQ(process.value().environment.back(), std::pair(std::string("WHERE"), port + "-" + port));
  EXPECT_TRUE(std::filesystem::is_directory(scratch));
}

}  // namespace
}  // namespace heapstorm
