// A process that talks without end, and what it says at the end.
#include "harness/runner/output_drain.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include "harness/findings/last_words.h"
#include "harness/findings/log_file.h"
#include "harness/runner/folder_for_test.h"
#include "harness/runner/process.h"

namespace heapstorm {
namespace {

constexpr std::uint64_t limit_bytes = 16u << 20;
#if defined(HEAPSTORM_ASAN) || defined(HEAPSTORM_TSAN)
constexpr std::uint64_t most_growth_bytes = 400u << 20;  // the same, its shadow, and what lies in quarantine
#else
constexpr std::uint64_t most_growth_bytes = 48u << 20;  // the ends of the log, copies of them, and what is found
#endif
constexpr std::uint32_t deadline_ms = 60000;
constexpr const char* last_words = "; echo >&2; echo 'free(): invalid pointer' >&2; kill -ABRT $$";

class FloodTest : public test::FolderTest {
 protected:
  // Writes lines to stderr, then the last words of glibc, and dies.
  void flood(std::uint64_t bytes) const {
    const std::string script = "yes 'the server has nothing to say' | head -c " + std::to_string(bytes) + " >&2";
    auto process = Process::start({.command = {"/bin/sh", "-c", script + last_words},
                                   .stdout_file = folder_ + "/out",
                                   .stderr_file = folder_ + "/err",
                                   .output_limit_bytes = limit_bytes});
    ASSERT_TRUE(process);
    ASSERT_TRUE(process.value()->wait_ms(deadline_ms));
    process.value()->stop(0);
    EXPECT_TRUE(process.value()->output_truncated());
  }

  void expect_last_words() const {
    EXPECT_EQ(std::filesystem::file_size(folder_ + "/err"), limit_bytes);
    const LogEnds log = read_log_ends(folder_ + "/err");
    EXPECT_TRUE(log.beginning.text.starts_with("the server has nothing to say\n"));
    EXPECT_TRUE(findings_of_last_words(log.beginning.text, log.beginning.cut_off, 0).empty());
    const std::vector<Finding> findings = findings_of_last_words(log.end, false, 0);
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].kind, "invalid_free");
    EXPECT_FALSE(findings[0].damaged);
  }
};

// The most memory that this process has had since forget_peak_memory().
std::uint64_t peak_memory_bytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::uint64_t kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes * 1024;
  }
  return 0;
}

void forget_peak_memory() {
  std::ofstream("/proc/self/clear_refs") << "5";
}

int write_error_of_drain(const char* file, int flags) {
  int pipe_ends[2];
  EXPECT_EQ(::pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK), 0);
  OutputDrain drain(
      {OutputDrain::Stream{UniqueFd(pipe_ends[0]), BoundedFile(UniqueFd(::open(file, flags)), limit_bytes)},
       OutputDrain::Stream{UniqueFd(), BoundedFile(UniqueFd(), limit_bytes)}});
  const UniqueFd writer(pipe_ends[1]);
  EXPECT_EQ(::write(writer.get(), "lost", 4), 4);
  drain.finish();
  EXPECT_EQ(drain.truncated(), drain.write_error() != 0);
  return drain.write_error();
}

TEST(OutputDrain, SaysWhyOutputCouldNotBeWritten) {
  EXPECT_EQ(write_error_of_drain("/dev/null", O_RDWR | O_CLOEXEC), 0);
  EXPECT_EQ(write_error_of_drain("/dev/full", O_RDWR | O_CLOEXEC), ENOSPC);
  EXPECT_EQ(write_error_of_drain("/dev/null", O_RDONLY | O_CLOEXEC), EBADF);
}

TEST(OutputDrain, DoesNotTakeEveryErrorForAFullDisk) {
  const std::string note = "of the target's output the middle was left out: ";
  EXPECT_EQ(cut_output_note(0), note + "more than 16 MiB");
  EXPECT_EQ(cut_output_note(ENOSPC), note + "the disk is full");
  EXPECT_EQ(cut_output_note(EIO), note + "it could not be written: Input/output error");
}

TEST_F(FloodTest, LeavesTheLastWordsToBeFound) {
  flood(64u << 20);
  expect_last_words();
}

TEST_F(FloodTest, OfAGigabyteTakesNeitherMemoryNorDisk) {
  forget_peak_memory();
  const std::uint64_t before_bytes = peak_memory_bytes();
  flood(1u << 30);
  expect_last_words();
  EXPECT_GT(before_bytes, 0u);
  EXPECT_LT(peak_memory_bytes() - before_bytes, most_growth_bytes);
}

}  // namespace
}  // namespace heapstorm
