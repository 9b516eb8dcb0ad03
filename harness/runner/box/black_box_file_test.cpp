#include "harness/runner/box/black_box_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>

#include "harness/abi/black_box_layout.h"
#include "harness/files/text_file.h"

namespace heapstorm {
namespace {

std::uint64_t offset_of(int section) {
  heapstorm_box_section_entry sections[HEAPSTORM_SECTION_COUNT];
  heapstorm_box_layout(HEAPSTORM_BOX_DEFAULT_ARENA, sections);
  return sections[section].offset;
}

void write_at(int fd, std::uint64_t offset, const std::string& text) {
  ASSERT_EQ(::pwrite(fd, text.data(), text.size(), static_cast<off_t>(offset)), static_cast<ssize_t>(text.size()));
}

TEST(BlackBoxFile, SharesItsControlCellsWithWhoeverMapsTheFile) {
  auto box = BlackBoxFile::create();
  ASSERT_TRUE(box) << box.error().message;
  box.value()->set_clock_seconds(1000);
  box.value()->advance_clock(5);
  heapstorm_box_control control{};
  const auto offset = static_cast<off_t>(offset_of(HEAPSTORM_SECTION_CONTROL));
  ASSERT_EQ(::pread(box.value()->fd(), &control, sizeof control, offset), static_cast<ssize_t>(sizeof control));
  EXPECT_EQ(control.clock_seconds, 1005);
  control.findings = 3;
  control.port = 8080;
  control.stage = HEAPSTORM_STAGE_LISTENING;
  ASSERT_EQ(::pwrite(box.value()->fd(), &control, sizeof control, offset), static_cast<ssize_t>(sizeof control));
  EXPECT_EQ(box.value()->stage(), HEAPSTORM_STAGE_LISTENING);
  EXPECT_EQ(box.value()->port(), 8080);
  EXPECT_EQ(box.value()->findings(), 3u);
}

TEST(BlackBoxFile, CannotBeShrunkByTheTarget) {
  auto box = BlackBoxFile::create();
  ASSERT_TRUE(box);
  EXPECT_NE(::ftruncate(box.value()->fd(), 4096), 0);
}

TEST(BlackBoxFile, SavesDataAndNotTheEmptyAddressRange) {
  auto box = BlackBoxFile::create();
  ASSERT_TRUE(box);
  write_at(box.value()->fd(), 0, "header");
  write_at(box.value()->fd(), offset_of(HEAPSTORM_SECTION_ARENA), "heap");
  const std::string path = testing::TempDir() + "heapstorm_saved_box_" + std::to_string(::getpid());
  const auto saved = box.value()->save(path, 1 << 20);
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_FALSE(saved.value().cut);
  EXPECT_LT(saved.value().bytes, 1u << 20);
  EXPECT_EQ(std::filesystem::file_size(path), offset_of(HEAPSTORM_SECTION_ARENA) + 4096);
  EXPECT_EQ(read_text(path, 6), "header");
  std::filesystem::remove(path);
}

TEST(BlackBoxFile, SaysWhenTheHeapsWereTooLargeToSave) {
  auto box = BlackBoxFile::create();
  ASSERT_TRUE(box);
  write_at(box.value()->fd(), offset_of(HEAPSTORM_SECTION_ARENA), std::string(65536, 'x'));
  const std::string path = testing::TempDir() + "heapstorm_cut_box_" + std::to_string(::getpid());
  const auto saved = box.value()->save(path, 4096);
  ASSERT_TRUE(saved);
  EXPECT_TRUE(saved.value().cut);
  EXPECT_EQ(std::filesystem::file_size(path), offset_of(HEAPSTORM_SECTION_ARENA) + 4096);
  std::filesystem::remove(path);
}

// A descriptor that only writes stands in for memory that cannot be read.
TEST(BlackBoxFile, ThatCannotBeReadIsNotSaved) {
  auto box = BlackBoxFile::create();
  ASSERT_TRUE(box);
  write_at(box.value()->fd(), 0, "header");
  const UniqueFd writes_only(::open(("/proc/self/fd/" + std::to_string(box.value()->fd())).c_str(), O_WRONLY));
  ASSERT_GE(::dup2(writes_only.get(), box.value()->fd()), 0);
  const std::string path = testing::TempDir() + "heapstorm_unread_box_" + std::to_string(::getpid());
  EXPECT_FALSE(box.value()->save(path, 1 << 20));
  EXPECT_FALSE(std::filesystem::exists(path));
}

}  // namespace
}  // namespace heapstorm
