#include "harness/process/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "harness/files/text_file.h"
#include "harness/process/testing/test_folder.h"

namespace heapstorm {
namespace {

using namespace std::chrono_literals;

constexpr std::uint32_t long_ms = 10000;

// A child of a test writes into the test's folder.
class ProcessTest : public test::FolderTest {
 protected:
  ProcessOptions shell(const std::string& script) const {
    return {.command = {"/bin/sh", "-c", script}, .stdout_file = folder_ + "/out", .stderr_file = folder_ + "/err"};
  }
  std::string output() const { return read_text(folder_ + "/out", 1 << 20); }

  // What a script has written first, once it has.
  std::string wait_for_output() const {
    for (int i = 0; i < 1000; ++i) {
      if (const std::string text = output(); !text.empty() && text.back() == '\n') return text;
      std::this_thread::sleep_for(10ms);
    }
    return "";
  }
};

// A process that was killed but that nobody has reaped (it is not our child) is gone for our purposes.
bool is_running(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string number, name, state;
  return file >> number >> name >> state && state != "Z" && state != "X";
}

bool ends_soon(int pid) {
  for (int i = 0; i < 500 && is_running(pid); ++i) std::this_thread::sleep_for(10ms);
  return !is_running(pid);
}

TEST_F(ProcessTest, ReportsCodeAndOutput) {
  auto process = Process::start(shell("echo hello; echo oops >&2; exit 5"));
  ASSERT_TRUE(process);
  const auto exit = process.value()->wait_ms(long_ms);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->code, 5);
  EXPECT_FALSE(exit->signal);
  process.value()->stop(0);
  EXPECT_EQ(output(), "hello\n");
  EXPECT_EQ(read_text(folder_ + "/err", 100), "oops\n");
}

TEST_F(ProcessTest, ReportsTheSignalThatEndedIt) {
  auto process = Process::start(shell("kill -SEGV $$"));
  ASSERT_TRUE(process);
  EXPECT_EQ(process.value()->wait_ms(long_ms)->signal, SIGSEGV);
}

TEST_F(ProcessTest, AnUnknownCommandIsAnErrorOfTheEnvironment) {
  ProcessOptions options = shell("");
  options.command = {"/no/such/command"};
  const auto process = Process::start(options);
  ASSERT_FALSE(process);
  EXPECT_EQ(process.error().kind, ErrorKind::environment);
  EXPECT_NE(process.error().message.find("/no/such/command: No such file or directory"), std::string::npos)
      << process.error().message;
}

TEST_F(ProcessTest, WaitGivesUpAtItsDeadline) {
  auto process = Process::start(shell("sleep 60"));
  ASSERT_TRUE(process);
  EXPECT_FALSE(process.value()->wait_ms(20));
}

// The supervisor waits a millisecond at a time during a whole storm: what it used itself, the target would not have.
TEST_F(ProcessTest, WaitingSleeps) {
  auto process = Process::start(shell("sleep 60"));
  ASSERT_TRUE(process);
  const auto begin = std::chrono::steady_clock::now();
  const std::clock_t used_before = std::clock();
  for (int i = 0; i < 300; ++i) ASSERT_FALSE(process.value()->wait_ms(1));
  const double used_s = static_cast<double>(std::clock() - used_before) / CLOCKS_PER_SEC;
  const std::chrono::duration<double> passed_s = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(used_s, 0.4 * passed_s.count());
}

TEST_F(ProcessTest, StopsByTermWhatListensToIt) {
  auto process = Process::start(shell("trap 'exit 3' TERM; echo ready; while :; do sleep 0.05; done"));
  ASSERT_TRUE(process);
  ASSERT_EQ(wait_for_output(), "ready\n");
  const Process::Stopped stopped = process.value()->stop(long_ms);
  EXPECT_FALSE(stopped.killed);
  EXPECT_EQ(stopped.exit.code, 3);
}

TEST_F(ProcessTest, KillsWhatIgnoresTerm) {
  auto process = Process::start(shell("trap '' TERM; echo ready; while :; do sleep 0.05; done"));
  ASSERT_TRUE(process);
  ASSERT_EQ(wait_for_output(), "ready\n");
  const Process::Stopped stopped = process.value()->stop(100);
  EXPECT_TRUE(stopped.killed);
  EXPECT_EQ(stopped.exit.signal, SIGKILL);
  EXPECT_FALSE(is_running(process.value()->pid()));
}

TEST_F(ProcessTest, TheDestructorKillsGrandchildrenToo) {
  int leader = 0, grandchild = 0;
  {
    auto process = Process::start(shell("(trap '' TERM; exec sleep 60) & echo $!; trap '' TERM; wait; sleep 60"));
    ASSERT_TRUE(process);
    leader = process.value()->pid();
    grandchild = std::stoi(wait_for_output());
    ASSERT_TRUE(is_running(grandchild));
  }
  EXPECT_FALSE(is_running(leader));
  EXPECT_TRUE(ends_soon(grandchild));
}

TEST_F(ProcessTest, StopKillsGrandchildrenOfALeaderThatHasEnded) {
  auto process = Process::start(shell("sleep 60 & echo $!"));
  ASSERT_TRUE(process);
  const int grandchild = std::stoi(wait_for_output());
  ASSERT_TRUE(process.value()->wait_ms(long_ms));
  process.value()->stop(0);
  EXPECT_TRUE(ends_soon(grandchild));
}

TEST_F(ProcessTest, StopFindsGrandchildrenInSessionsOfTheirOwn) {
  auto process = Process::start(shell("setsid sh -c 'trap \"\" TERM; echo $$; exec sleep 60' & wait"));
  ASSERT_TRUE(process);
  const int daemon = std::stoi(wait_for_output());
  ASSERT_TRUE(is_running(daemon));
  process.value()->stop(100);
  EXPECT_FALSE(is_running(daemon));
  EXPECT_EQ(process.value()->killed_besides(), 1);
}

TEST_F(ProcessTest, StopFindsADaemonWhoseParentsHaveAllEnded) {
  auto process = Process::start(shell("setsid sh -c 'setsid sleep 60 & echo $!' ; exit 0"));
  ASSERT_TRUE(process);
  const int daemon = std::stoi(wait_for_output());
  ASSERT_TRUE(process.value()->wait_ms(long_ms));
  ASSERT_TRUE(is_running(daemon));
  process.value()->stop(0);
  EXPECT_FALSE(is_running(daemon));
  EXPECT_EQ(process.value()->killed_besides(), 1);
}

TEST_F(ProcessTest, AKilledLeaderIsNotCountedAmongThoseBesideIt) {
  auto process = Process::start(shell("exec sleep 60"));
  ASSERT_TRUE(process);
  process.value()->signal(SIGKILL);
  ASSERT_EQ(process.value()->wait_ms(long_ms)->signal, SIGKILL);
  process.value()->stop(0);
  EXPECT_EQ(process.value()->killed_besides(), 0);
}

TEST_F(ProcessTest, ALeaderThatStopKillsIsNotCountedAmongThoseBesideIt) {
  auto process = Process::start(shell("trap '' TERM; echo ready; exec sleep 60"));
  ASSERT_TRUE(process);
  ASSERT_EQ(wait_for_output(), "ready\n");
  EXPECT_TRUE(process.value()->stop(20).killed);
  EXPECT_EQ(process.value()->killed_besides(), 0);
}

// An orphan becomes the guardian's child. Left a zombie, it would keep its number, and a server that makes many of them
// would run out of processes.
TEST_F(ProcessTest, AnOrphanThatEndedIsReapedWhileTheLeaderLives) {
  auto process = Process::start(shell("(sleep 0.2 & echo $!); exec sleep 60"));
  ASSERT_TRUE(process);
  const std::string orphan = "/proc/" + std::to_string(std::stoi(wait_for_output()));
  for (int i = 0; i < 1000 && std::filesystem::exists(orphan); ++i) std::this_thread::sleep_for(10ms);
  EXPECT_FALSE(std::filesystem::exists(orphan));
  EXPECT_FALSE(process.value()->wait_ms(0));
}

TEST_F(ProcessTest, AKilledRunnerTakesEverythingWithIt) {
  const pid_t runner = ::fork();
  if (runner == 0) {
    const auto process = Process::start(shell("setsid sleep 60 & echo $$ $!; wait"));
    while (process) ::pause();
    ::_exit(1);
  }
  std::istringstream pids(wait_for_output());
  int leader = 0, daemon = 0;
  EXPECT_TRUE(pids >> leader >> daemon);
  ::kill(runner, SIGKILL);
  ::waitpid(runner, nullptr, 0);
  EXPECT_TRUE(ends_soon(leader));
  EXPECT_TRUE(ends_soon(daemon));
}

TEST_F(ProcessTest, RunsInTheWorkingDirectory) {
  ProcessOptions options = shell("pwd");
  options.working_directory = "/usr";
  auto process = Process::start(options);
  ASSERT_TRUE(process);
  ASSERT_TRUE(process.value()->wait_ms(long_ms));
  process.value()->stop(0);
  EXPECT_EQ(output(), "/usr\n");
}

TEST_F(ProcessTest, OutputIsCutAtTheLimitAndTheChildGoesOn) {
  ProcessOptions options = shell("head -c 3000000 /dev/zero; exit 4");
  options.output_limit_bytes = 1000;
  auto process = Process::start(options);
  ASSERT_TRUE(process);
  const auto exit = process.value()->wait_ms(long_ms);
  ASSERT_TRUE(exit);
  EXPECT_EQ(exit->code, 4);
  process.value()->stop(0);
  EXPECT_TRUE(process.value()->output_truncated());
  EXPECT_EQ(std::filesystem::file_size(folder_ + "/out"), 1000u);
}

TEST_F(ProcessTest, InheritsTheNamedDescriptorAndVariables) {
  const UniqueFd named(::dup(STDERR_FILENO));
  ProcessOptions options = shell("ls /proc/self/fd | tr '\\n' ' '; echo \"$BOX\"");
  options.inherited_fds = {named.get()};
  options.environment = {{"BOX", "here"}};
  auto process = Process::start(options);
  ASSERT_TRUE(process);
  ASSERT_TRUE(process.value()->wait_ms(long_ms));
  process.value()->stop(0);
  const std::string fds = " " + output();
  EXPECT_NE(fds.find(" " + std::to_string(named.get()) + " "), std::string::npos) << fds;
  EXPECT_NE(fds.find("here"), std::string::npos);
}

TEST_F(ProcessTest, LeavesNoCoreFile) {
  auto process = Process::start(shell("ulimit -c"));
  ASSERT_TRUE(process);
  process.value()->wait_ms(long_ms);
  process.value()->stop(0);
  EXPECT_EQ(output(), "0\n");
}

}  // namespace
}  // namespace heapstorm
