#include "harness/runner/saved_black_box.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "harness/base/prng.h"
#include "harness/findings/testing/box_builder.h"
#include "harness/runner/post_mortem.h"

namespace heapstorm {
namespace {

class SavedBox : public testing::Test {
 protected:
  void SetUp() override { path_ = testing::TempDir() + "heapstorm_post_mortem_" + std::to_string(::getpid()); }
  void TearDown() override { std::filesystem::remove(path_); }

  // The first `bytes` of the box, sparse as the supervisor writes it.
  void save(BoxBuilder& builder, std::uint64_t bytes) const {
    std::ofstream file(path_, std::ios::binary | std::ios::trunc);
    constexpr std::uint64_t page = 4096;
    const std::string zeros(page, '\0');
    for (std::uint64_t at = 0; at < bytes; at += page) {
      const char* data = reinterpret_cast<const char*>(builder.bytes().data() + at);
      const std::uint64_t count = std::min(page, bytes - at);
      if (std::string_view(data, count) == std::string_view(zeros.data(), count)) continue;
      file.seekp(static_cast<std::streamoff>(at)).write(data, static_cast<std::streamsize>(count));
    }
    file.close();
  }
  std::string error() const {
    const auto saved = SavedBlackBox::open(path_);
    return saved ? "no error" : saved.error().message;
  }

  std::string path_;
};

void fill(BoxBuilder& builder) {
  builder.finding(builder.foreign_free());
  builder.control().findings = 1;
  builder.event(0, 10, HEAPSTORM_EVENT_ACTION, 1);
  builder.live_block(0, 100, static_cast<std::uint16_t>(builder.name("session")), 1);
}

TEST_F(SavedBox, IsExaminedWithItsLiveBlocks) {
  BoxBuilder builder;
  fill(builder);
  save(builder, builder.bytes().size());
  const auto saved = SavedBlackBox::open(path_);
  ASSERT_TRUE(saved) << saved.error().message;
  const PostMortem post_mortem = examine(*saved.value());
  EXPECT_EQ(post_mortem.notes, std::vector<std::string>());
  ASSERT_EQ(post_mortem.live_blocks.groups.size(), 1u);
  EXPECT_EQ(post_mortem.live_blocks.groups[0].tag, "session");
  EXPECT_EQ(post_mortem.live_blocks.groups[0].bytes, 100u);
  EXPECT_EQ(post_mortem.timeline.events.size(), 1u);
}

TEST_F(SavedBox, OfAHeapThatNeverStartedIsEmpty) {
  BoxBuilder builder;
  builder.header() = {};
  builder.control().clock_seconds = 7;
  save(builder, 8192);
  const auto saved = SavedBlackBox::open(path_);
  ASSERT_TRUE(saved) << saved.error().message;
  const PostMortem post_mortem = examine(*saved.value());
  ASSERT_EQ(post_mortem.notes.size(), 1u);
  EXPECT_EQ(post_mortem.notes[0], "the black box was never written");
}

TEST_F(SavedBox, IsRefusedWithItsNameWhereItIsNone) {
  EXPECT_EQ(error(), path_ + ": cannot open: No such file or directory");
  std::ofstream(path_) << "short";
  EXPECT_EQ(error(), path_ + ": is no black box: it is shorter than its header");
  std::ofstream(path_) << std::string(10000, 'x');
  EXPECT_EQ(error(), path_ + ": is no black box: its magic number is wrong");
  std::filesystem::resize_file(path_, 1ull << 40);
  EXPECT_EQ(error(), path_ + ": is no black box: it is too large");
  path_ = testing::TempDir();
  EXPECT_EQ(error(), path_ + ": is no file");
  path_ = "";
}

TEST_F(SavedBox, WithFewerFindingsThanWereCountedSaysSo) {
  BoxBuilder builder;
  fill(builder);
  save(builder, 8192);
  const auto saved = SavedBlackBox::open(path_);
  ASSERT_TRUE(saved) << saved.error().message;
  ASSERT_EQ(examine(*saved.value()).notes.size(), 1u);
}

TEST_F(SavedBox, IsReadWhateverWasChangedInIt) {
  Prng prng(1);
  for (int i = 0; i < 40; ++i) {
    BoxBuilder builder;
    fill(builder);
    for (std::uint64_t n = prng.between(1, 16); n > 0; --n) {
      const std::uint64_t cell = prng.below(2) == 0 ? prng.below(1024) : prng.below(builder.bytes().size() / 8);
      const std::uint64_t value = prng.next() >> prng.below(64);
      if (cell != 0) std::memcpy(builder.bytes().data() + cell * 8, &value, sizeof value);
    }
    save(builder, prng.between(builder.offset_of(HEAPSTORM_SECTION_NAMES), builder.bytes().size()));
    const auto saved = SavedBlackBox::open(path_);
    if (saved) (void)examine(*saved.value());
  }
}

}  // namespace
}  // namespace heapstorm
