// The pattern at the edges of a freed block: every byte of it is looked at, in blocks of every size.
#include "harness/heap/guards/guard.h"

#include <gtest/gtest.h>

#include <array>
#include <cstring>
#include <vector>

namespace heapstorm::heap {
namespace {

// By vectors of both widths.
bool intact_anywhere(const Block& block, std::size_t bytes) {
  return edges_intact(block, bytes);
}
void fill_anywhere(const Block& block, std::size_t bytes) {
  fill_edges(block, bytes);
}
#if defined(__x86_64__)
[[gnu::target("avx2")]] bool intact_by_avx2(const Block& block, std::size_t bytes) {
  return edges_intact(block, bytes);
}
[[gnu::target("avx2")]] void fill_by_avx2(const Block& block, std::size_t bytes) {
  fill_edges(block, bytes);
}
#endif

struct Width {
  bool (*intact)(const Block& block, std::size_t bytes);
  void (*fill)(const Block& block, std::size_t bytes);
};

std::vector<Width> widths() {
  std::vector<Width> all = {{intact_anywhere, fill_anywhere}};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) all.push_back({intact_by_avx2, fill_by_avx2});
#endif
  return all;
}

// A block of that size with its header before and its tail behind, on no heap.
class LooseBlock {
 public:
  explicit LooseBlock(std::size_t bytes) : block_(memory_.data() + Block::header_bytes) {
    memory_.fill(std::byte{0x5a});
    store(block_.header().size_and_tag, std::uint64_t{bytes} << 16);
  }
  const Block& get() const { return block_; }
  std::byte& at(std::size_t offset) const { return block_.first()[offset]; }

 private:
  alignas(16) std::array<std::byte, 256> memory_{};
  Block block_;
};

bool is_watched(std::size_t offset, std::size_t bytes) {
  return offset < bytes && (offset < edge_bytes || offset + edge_bytes >= bytes);
}

TEST(Edges, AreIntactAfterTheyWereFilled) {
  for (const Width& width : widths()) {
    for (std::size_t bytes = 0; bytes <= 100; ++bytes) {
      const LooseBlock block(bytes);
      width.fill(block.get(), bytes);
      EXPECT_TRUE(width.intact(block.get(), bytes)) << bytes;
      EXPECT_EQ(first_change_of_edges(block.get()), -1) << bytes;
    }
  }
}

TEST(Edges, TellOfAChangeInEveryByteThatTheyWatchAndInNoOther) {
  for (const Width& width : widths()) {
    for (std::size_t bytes = 0; bytes <= 100; ++bytes) {
      for (std::size_t offset = 0; offset < bytes + sizeof(heapstorm_block_tail); ++offset) {
        const LooseBlock block(bytes);
        width.fill(block.get(), bytes);
        block.at(offset) ^= std::byte{0x10};
        EXPECT_EQ(width.intact(block.get(), bytes), !is_watched(offset, bytes)) << offset << " of " << bytes;
        EXPECT_EQ(first_change_of_edges(block.get()),
                  is_watched(offset, bytes) ? static_cast<std::int64_t>(offset) : -1)
            << offset << " of " << bytes;
      }
    }
  }
}

TEST(Edges, StayInTheBlockAndItsTail) {
  for (const Width& width : widths()) {
    for (std::size_t bytes = 0; bytes <= 100; ++bytes) {
      const LooseBlock block(bytes);
      width.fill(block.get(), bytes);
      for (std::size_t offset = bytes + sizeof(heapstorm_block_tail); offset < 150; ++offset)
        ASSERT_EQ(block.at(offset), std::byte{0x5a}) << offset << " behind " << bytes;
    }
  }
}

}  // namespace
}  // namespace heapstorm::heap
