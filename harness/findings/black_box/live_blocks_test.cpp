#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <unistd.h>

#include "harness/files/data_extents.h"
#include "harness/findings/black_box_reader.h"
#include "harness/findings/testing/box_builder.h"

namespace heapstorm {
namespace {

using std::chrono::milliseconds;

std::vector<DataExtent> whole(BoxBuilder& builder) {
  return {{0, builder.bytes().size()}};
}

TEST(LiveBlocks, AreCountedByTagAndOwner) {
  BoxBuilder builder;
  const auto tag = static_cast<std::uint16_t>(builder.name("session"));
  const std::uint32_t first = builder.thread("worker-0", 1);
  const std::uint32_t second = builder.thread("worker-1", 2);
  builder.live_block(0, 100, tag, first);
  builder.live_block(4096, 50, tag, first);
  builder.live_block(8192, 10, tag, second);
  const LiveBlocks blocks = BlackBoxReader(builder.bytes()).live_blocks(whole(builder), milliseconds(10000));
  EXPECT_TRUE(blocks.complete);
  ASSERT_EQ(blocks.groups.size(), 2u);
  EXPECT_EQ(blocks.groups[0].tag, "session");
  EXPECT_EQ(blocks.groups[0].owner_name, "worker-0");
  EXPECT_EQ(blocks.groups[0].count, 2u);
  EXPECT_EQ(blocks.groups[0].bytes, 150u);
  EXPECT_EQ(blocks.groups[1].owner, second);
}

TEST(LiveBlocks, AreFoundRightBehindEachOther) {
  BoxBuilder builder;
  builder.live_block(0, 16, 1, 1);
  builder.live_block(64, 0, 1, 1);
  builder.live_block(112, 1, 1, 1);
  builder.live_block(BoxBuilder::arena_bytes - sizeof(heapstorm_block_header), 0, 1, 1);
  const LiveBlocks blocks = BlackBoxReader(builder.bytes()).live_blocks(whole(builder), milliseconds(10000));
  ASSERT_EQ(blocks.groups.size(), 1u);
  EXPECT_EQ(blocks.groups[0].count, 4u);
}

TEST(LiveBlocks, LeavesOutFreedBlocksAndThoseWhoseCheckIsWrong) {
  BoxBuilder builder;
  builder.live_block(0, 100, 1, 1);
  builder.live_block(4096, 100, 1, 1);
  auto* first = builder.entry<heapstorm_block_header>(HEAPSTORM_SECTION_ARENA, 0);
  first->state = static_cast<std::uint32_t>(HEAPSTORM_BLOCK_QUARANTINED) << 24;
  auto* second = reinterpret_cast<heapstorm_block_header*>(builder.entry<std::byte>(HEAPSTORM_SECTION_ARENA, 4096));
  second->owner = 2;
  EXPECT_TRUE(BlackBoxReader(builder.bytes()).live_blocks(whole(builder), milliseconds(10000)).groups.empty());
}

TEST(LiveBlocks, AreNotBelievedWhenTheyEndBehindTheArena) {
  BoxBuilder builder;
  builder.live_block(0, BoxBuilder::arena_bytes, 1, 1);
  builder.live_block(4096, 7, 1, 1);
  const LiveBlocks blocks = BlackBoxReader(builder.bytes()).live_blocks(whole(builder), milliseconds(10000));
  ASSERT_EQ(blocks.groups.size(), 1u);
  EXPECT_EQ(blocks.groups[0].bytes, 7u);
}

TEST(LiveBlocks, AreOnlyLookedForInTheExtentsGiven) {
  BoxBuilder builder;
  builder.live_block(0, 100, 1, 1);
  builder.live_block(8192, 100, 1, 1);
  const std::uint64_t arena = builder.offset_of(HEAPSTORM_SECTION_ARENA);
  const std::vector<DataExtent> extents = {{arena + 8192, 4096}, {~0ull - 5, 100}};
  const LiveBlocks blocks = BlackBoxReader(builder.bytes()).live_blocks(extents, milliseconds(10000));
  ASSERT_EQ(blocks.groups.size(), 1u);
  EXPECT_EQ(blocks.groups[0].count, 1u);
}

TEST(LiveBlocks, SaysSoWhenTimeIsUp) {
  BoxBuilder builder;
  EXPECT_FALSE(BlackBoxReader(builder.bytes()).live_blocks(whole(builder), milliseconds(0)).complete);
}

TEST(DataExtents, SkipTheHolesOfASparseFile) {
  const int fd = ::memfd_create("extents", MFD_CLOEXEC);
  ASSERT_GE(fd, 0);
  ASSERT_EQ(::ftruncate(fd, 64 << 20), 0);
  EXPECT_TRUE(data_extents(fd).empty());
  ASSERT_EQ(::pwrite(fd, "x", 1, 1 << 20), 1);
  ASSERT_EQ(::pwrite(fd, "x", 1, 8 << 20), 1);
  const auto extents = data_extents(fd);
  ASSERT_EQ(extents.size(), 2u);
  EXPECT_LE(extents[0].offset, 1u << 20);
  EXPECT_GT(extents[0].offset + extents[0].bytes, 1u << 20);
  EXPECT_LT(extents[0].offset + extents[0].bytes, 8u << 20);
  ::close(fd);
  EXPECT_TRUE(data_extents(-1).empty());
}

}  // namespace
}  // namespace heapstorm
