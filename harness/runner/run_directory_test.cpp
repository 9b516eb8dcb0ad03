#include "harness/runner/run_directory.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

#include "harness/files/atomic_file.h"
#include "harness/files/text_file.h"
#include "harness/process/testing/test_folder.h"

namespace heapstorm {
namespace {

namespace fs = std::filesystem;

// Runs in its folder.
class RunDirectoryTest : public test::FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    before_ = fs::current_path();
    fs::current_path(folder_);
  }
  void TearDown() override {
    fs::current_path(before_);
    FolderTest::TearDown();
  }

  fs::path before_;
};

TEST_F(RunDirectoryTest, DefaultNamesAreNumberedAndNeverUsedTwice) {
  EXPECT_EQ(create_default_run_directory("a/b", 7, "plain").value().path, "heapstorm-runs/a_b-7-plain");
  EXPECT_EQ(create_default_run_directory("a/b", 7, "plain").value().path, "heapstorm-runs/a_b-7-plain-2");
  EXPECT_EQ(create_default_run_directory("a/b", 7, "plain").value().path, "heapstorm-runs/a_b-7-plain-3");
}

TEST_F(RunDirectoryTest, AGivenOneLosesStaleFilesOfOursOnly) {
  fs::create_directory("out");
  for (const char* name : {"out/sanitizer.123", "out/run.json", "out/report.txt", "out/notes.txt"})
    std::ofstream(name) << "old";
  ASSERT_TRUE(create_run_directory("out", {"report.txt"}));
  EXPECT_FALSE(fs::exists("out/sanitizer.123"));
  EXPECT_FALSE(fs::exists("out/run.json"));
  EXPECT_FALSE(fs::exists("out/report.txt"));
  EXPECT_TRUE(fs::exists("out/notes.txt"));
}

TEST_F(RunDirectoryTest, IsOneRunsAtATime) {
  auto first = create_run_directory("out");
  ASSERT_TRUE(first);
  std::ofstream("out/run.json") << "the first run's";
  const auto second = create_run_directory("out");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::bad_input);
  EXPECT_EQ(second.error().message, "out: another run is writing into it; name another --out");
  EXPECT_TRUE(fs::exists("out/run.json"));
  first.value().claim.reset();
  EXPECT_TRUE(create_run_directory("out"));
}

TEST_F(RunDirectoryTest, IsFreeWhenItsRunIsOverThoughAProcessThatItForkedIsNot) {
  auto first = create_run_directory("out");
  ASSERT_TRUE(first);
  const pid_t forked = ::fork();
  if (forked == 0) {
    ::pause();
    ::_exit(0);
  }
  first.value().claim.reset();
  EXPECT_TRUE(create_run_directory("out"));
  ::kill(forked, SIGKILL);
  ::waitpid(forked, nullptr, 0);
}

TEST_F(RunDirectoryTest, OneThatCannotBeMadeIsAnErrorOfTheEnvironment) {
  std::ofstream("file") << "x";
  const auto made = create_run_directory("file/below");
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().kind, ErrorKind::environment);
}

TEST_F(RunDirectoryTest, AnAtomicFileAppearsOnlyWhenItIsComplete) {
  {
    auto file = AtomicFile::create("x");
    ASSERT_TRUE(file);
    ASSERT_TRUE(file.value().write("half"));
    EXPECT_FALSE(fs::exists("x"));
  }
  EXPECT_TRUE(fs::is_empty(folder_));
  ASSERT_TRUE(write_file_atomically("x", "whole"));
  EXPECT_EQ(read_text("x", 100), "whole");
}

}  // namespace
}  // namespace heapstorm
