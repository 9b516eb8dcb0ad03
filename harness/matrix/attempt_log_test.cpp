#include "harness/matrix/attempt_log.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>

#include <filesystem>
#include <fstream>

namespace heapstorm {
namespace {

class AttemptLogTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = testing::TempDir() + "attempt_log." + std::to_string(::getpid());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/attempts.jsonl"; }
  void write(const std::string& text, std::ios::openmode mode = std::ios::app) const {
    std::ofstream(path(), mode) << text;
  }

  const MatrixAttempt attempt_{.row = "a/b",
                               .scenario = "00ff",
                               .detector = "asan",
                               .seed = 7,
                               .kinds = {"hang", "\xff<"},
                               .failed = false,
                               .duration_ms = 12,
                               .storm_ms = 3};

 private:
  std::string folder_;
};

TEST_F(AttemptLogTest, GivesBackWhatAnEarlierRunWrote) {
  {
    auto log = AttemptLog::open(path(), "v1");
    ASSERT_TRUE(log) << log.error().message;
    EXPECT_TRUE(log.value().attempts().empty());
    ASSERT_TRUE(log.value().append(attempt_));
  }
  const auto again = AttemptLog::open(path(), "v1");
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_EQ(again.value().attempts().size(), 1u);
  MatrixAttempt expected = attempt_;
  expected.kinds[1] = "\xef\xbf\xbd<";
  EXPECT_EQ(again.value().attempts()[0], expected);
}

// A limit for the size of a file takes the place of a full disk.
TEST_F(AttemptLogTest, TakesBackALineThatAFullDiskHasCutShort) {
  {
    auto log = AttemptLog::open(path(), "v1");
    ASSERT_TRUE(log.value().append(attempt_));
    const std::uintmax_t whole = std::filesystem::file_size(path());
    rlimit before{};
    ::getrlimit(RLIMIT_FSIZE, &before);
    const rlimit full{whole + 10, before.rlim_max};
    const sighandler_t handler = ::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &full);
    const Status appended = log.value().append(attempt_);
    ::setrlimit(RLIMIT_FSIZE, &before);
    ::signal(SIGXFSZ, handler);
    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().kind, ErrorKind::environment);
    EXPECT_EQ(std::filesystem::file_size(path()), whole);
    ASSERT_TRUE(log.value().append(attempt_));
  }
  EXPECT_EQ(AttemptLog::open(path(), "v1").value().attempts().size(), 2u);
}

TEST_F(AttemptLogTest, DropsALastLineThatWasCutShortAndGoesOnFromThere) {
  {
    ASSERT_TRUE(AttemptLog::open(path(), "v1").value().append(attempt_));
  }
  write("{\"row\":\"a/");
  {
    ASSERT_TRUE(AttemptLog::open(path(), "v1").value().append(attempt_));
  }
  const auto log = AttemptLog::open(path(), "v1");
  ASSERT_TRUE(log) << log.error().message;
  EXPECT_EQ(log.value().attempts().size(), 2u);
}

TEST_F(AttemptLogTest, RefusesAnotherBuildsAttempts) {
  {
    ASSERT_TRUE(AttemptLog::open(path(), "v1"));
  }
  const auto log = AttemptLog::open(path(), "v2");
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().kind, ErrorKind::bad_input);
  EXPECT_NE(log.error().message.find("choose another --out"), std::string::npos);
}

TEST_F(AttemptLogTest, NamesTheLineThatIsNoAttempt) {
  {
    ASSERT_TRUE(AttemptLog::open(path(), "v1"));
  }
  write("{\"row\": 7}\n");
  const auto log = AttemptLog::open(path(), "v1");
  ASSERT_FALSE(log);
  EXPECT_NE(log.error().message.find("attempts.jsonl:2: is no attempt"), std::string::npos) << log.error().message;
}

TEST_F(AttemptLogTest, RefusesAFileOfSomethingElse) {
  write("hello\n", std::ios::trunc);
  const auto log = AttemptLog::open(path(), "v1");
  ASSERT_FALSE(log);
  EXPECT_NE(log.error().message.find(":1: is no list of a matrix's attempts"), std::string::npos);
}

TEST_F(AttemptLogTest, IsOpenOnlyOnce) {
  const auto first = AttemptLog::open(path(), "v1");
  ASSERT_TRUE(first);
  const auto second = AttemptLog::open(path(), "v1");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().kind, ErrorKind::environment);
}

}  // namespace
}  // namespace heapstorm
