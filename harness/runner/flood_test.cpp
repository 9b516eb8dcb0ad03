// A process that talks without end, and what it says at the end.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include "harness/findings/log_findings.h"
#include "harness/process/output_drain.h"
#include "harness/process/process.h"
#include "harness/process/testing/test_folder.h"

namespace heapstorm {
namespace {

constexpr std::uint64_t limit_bytes = 16u << 20;
#if defined(HEAPSTORM_ASAN) || defined(HEAPSTORM_TSAN)
constexpr std::uint64_t max_growth_bytes = 400u << 20;  // the same, its shadow, and what lies in quarantine
#else
constexpr std::uint64_t max_growth_bytes = 48u << 20;  // the ends of the log, copies of them, and what is found
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
  EXPECT_LT(peak_memory_bytes() - before_bytes, max_growth_bytes);
}

}  // namespace
}  // namespace heapstorm
