#include "harness/files/bounded_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "harness/base/prng.h"
#include "harness/files/text_file.h"

namespace heapstorm {
namespace {

constexpr std::uint64_t limit_bytes = 4096, beginning_bytes = 3072, mark_bytes = 96;
constexpr std::uint64_t end_bytes = limit_bytes - beginning_bytes - mark_bytes;

class BoundedFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "heapstorm_bounded_XXXXXX";
    const int fd = ::mkstemp(name.data());
    ASSERT_GE(fd, 0);
    path_ = name;
    file_ = BoundedFile(UniqueFd(fd), limit_bytes);
  }
  void TearDown() override { std::filesystem::remove(path_); }

  void write(const std::string& text) { file_.write(text.data(), text.size()); }
  std::string content() const { return read_text(path_, 1 << 20); }

  std::string path_;
  BoundedFile file_;
};

// No two places look alike.
std::string numbers(std::size_t bytes) {
  std::string text;
  for (int i = 0; text.size() < bytes; ++i) text += std::to_string(i) + "\n";
  return text.substr(0, bytes);
}

std::string mark_of(std::uint64_t left_out) {
  std::string line = "\n=== heapstorm: " + std::to_string(left_out) + " bytes were left out here ===";
  line.resize(mark_bytes - 1, '=');
  return line + "\n";
}

std::string shortened(const std::string& all) {
  return all.substr(0, beginning_bytes) + mark_of(all.size() - beginning_bytes - end_bytes) +
         all.substr(all.size() - end_bytes);
}

TEST_F(BoundedFileTest, KeepsAllUpToItsLimit) {
  const std::string all = numbers(limit_bytes);
  write(all.substr(0, 1000));
  write(all.substr(1000));
  file_.finish();
  EXPECT_EQ(content(), all);
  EXPECT_FALSE(file_.left_some_out());
}

TEST_F(BoundedFileTest, KeepsBeginningAndEndOfOneByteMore) {
  const std::string all = numbers(limit_bytes + 1);
  write(all);
  file_.finish();
  EXPECT_EQ(content(), shortened(all));
  EXPECT_TRUE(file_.left_some_out());
}

TEST_F(BoundedFileTest, KeepsBeginningAndEndHoweverItIsWritten) {
  const std::string all = numbers(50'000);
  Prng prng(1);
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t size = std::min<std::size_t>(1 + prng.below(3 * end_bytes), all.size() - at);
    write(all.substr(at, size));
    at += size;
    ASSERT_LE(std::filesystem::file_size(path_), limit_bytes);
  }
  file_.finish();
  EXPECT_EQ(content(), shortened(all));
}

TEST_F(BoundedFileTest, HasTheLastWordsAlsoBeforeItIsFinished) {
  write(numbers(20'000));
  write("the last words\n");
  const std::string text = content();
  EXPECT_NE(text.find("the last words\n"), std::string::npos);
  EXPECT_NE(text.find("what follows is not in order"), std::string::npos);
}

// A limit for the size of a file takes the place of a full disk.
TEST_F(BoundedFileTest, KeepsBeginningAndEndOfWhatAFullDiskTakes) {
  constexpr std::uint64_t room_bytes = 1024;
  rlimit before{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
  const rlimit full{room_bytes, before.rlim_max};
  const sighandler_t handler = ::signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  const std::string all = numbers(3000);
  write(all.substr(0, 900));
  EXPECT_EQ(file_.write_error(), 0);
  write(all.substr(900));
  file_.finish();
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  EXPECT_EQ(file_.write_error(), EFBIG);
  EXPECT_TRUE(file_.left_some_out());
  const std::uint64_t beginning = room_bytes * 3 / 4, end = room_bytes - beginning - mark_bytes;
  EXPECT_EQ(content(), all.substr(0, beginning) + mark_of(all.size() - beginning - end) + all.substr(all.size() - end));
}

TEST(BoundedFile, OnAFullDiskLeavesOutWhatDoesNotFit) {
  BoundedFile file(UniqueFd(::open("/dev/full", O_RDWR | O_CLOEXEC)), limit_bytes);
  file.write("lost", 4);
  file.finish();
  EXPECT_TRUE(file.left_some_out());
  EXPECT_EQ(file.write_error(), ENOSPC);
}

// A file that is only read takes the place of a disk that fails.
TEST(BoundedFile, SaysWhatFailedIfItWasNotForRoom) {
  BoundedFile file(UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC)), limit_bytes);
  EXPECT_FALSE(file.left_some_out());
  file.write("lost", 4);
  file.finish();
  EXPECT_TRUE(file.left_some_out());
  EXPECT_EQ(file.write_error(), EBADF);
}

}  // namespace
}  // namespace heapstorm
