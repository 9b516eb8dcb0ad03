// What a remembered walk says must be what a walk now would say, whichever frame has changed since.
#include "harness/heap/stacks/stack_cache.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "harness/heap/box/black_box.h"

namespace heapstorm::heap {
namespace {

constexpr unsigned levels = HEAPSTORM_STACK_FRAMES + 2;

template <Verify verify>
const std::uint32_t* find(const StackCache& cache, std::uint64_t frame) {
  return cache.find<verify>(frame);
}

using Find = const std::uint32_t* (*)(const StackCache& cache, std::uint64_t frame);

std::vector<Find> finds() {
  std::vector<Find> all = {find<Verify::by_words>};
  if (can_digest_frames()) all.push_back(find<Verify::by_digest>);
  return all;
}

// Calls itself from one of two places at each level, as the bits of `turns` say; below the last, `bottom` gets its
// frame.
template <unsigned level>
[[gnu::noinline]] void descend(std::uint32_t turns, const std::function<void(std::uint64_t)>& bottom) {
  if constexpr (level == 0) {
    bottom(reinterpret_cast<std::uint64_t>(__builtin_frame_address(0)));
  } else if ((turns >> (level - 1) & 1) != 0) {
    asm volatile("# a place of its own");
    descend<level - 1>(turns, bottom);
    asm volatile("# and not the last call");
  } else {
    asm volatile("# another");
    descend<level - 1>(turns, bottom);
    asm volatile("# nor this");
  }
}

class StackCacheTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(box_.open(-1, std::uint64_t{64} << 20), 0); }

  // The depot's id of what a walk from there says now.
  std::uint32_t walked(std::uint64_t frame) {
    StackWalk walk;
    walk_stack(frame, bounds_, walk);
    std::array<std::uint64_t, HEAPSTORM_STACK_FRAMES> frames{};
    for (std::uint32_t i = 0; i < walk.count; ++i) frames[i] = walk.links[i].return_address;
    return depot_.intern(frames.data(), walk.count);
  }

  // Whether the stack is remembered or not.
  void expect_right_capture(std::uint64_t frame) {
    const std::uint32_t right = walked(frame);
    for (const Find find : finds()) {
      const std::uint32_t* known = find(*cache_, frame);
      if (known != nullptr) {
        EXPECT_EQ(*known, right);
      }
    }
    EXPECT_EQ(cache_->capture(frame, bounds_, depot_), right);
  }

  void expect_right(std::uint64_t frame) {
    expect_right_capture(frame);
    const std::uint32_t right = walked(frame);
    for (const Find find : finds()) {
      const std::uint32_t* known = find(*cache_, frame);
      ASSERT_NE(known, nullptr);
      EXPECT_EQ(*known, right);
    }
  }

  BlackBox box_;
  StackDepot depot_{box_};
  const std::unique_ptr<StackCache> cache_ = std::make_unique<StackCache>();
  StackBounds bounds_ = StackBounds::of_this_thread();
};

TEST_F(StackCacheTest, NoticesAChangeInAnyOneFrame) {
  for (unsigned changed = 0; changed < levels; ++changed) {
    for (const std::uint32_t turns : {0u, 1u << changed, 0u, 1u << changed}) {
      descend<levels>(turns, [&](std::uint64_t frame) { expect_right(frame); });
    }
  }
}

TEST_F(StackCacheTest, NoticesAFrameThatLiesElsewhere) {
  for (const std::size_t bytes : {16, 64, 16, 512}) {
    descend<2>(0, [&](std::uint64_t) {
      auto* volatile room = static_cast<char*>(__builtin_alloca(bytes));
      *room = 'y';
      descend<levels>(0, [&](std::uint64_t frame) { expect_right(frame); });
    });
  }
}

TEST_F(StackCacheTest, IsRightForMoreStacksThanItRemembers) {
  std::uint32_t turns = 1;
  for (int i = 0; i < 3000; ++i) {
    turns = turns * 1664525u + 1013904223u;
    descend<levels>(turns >> 8, [&](std::uint64_t frame) { expect_right(frame); });
  }
}

class StackDepotTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(box_.open(-1, std::uint64_t{64} << 20), 0); }

  // Of two frames, as different from each other as their numbers.
  std::uint32_t intern(std::uint64_t number) {
    const std::uint64_t frames[] = {0x401000 + number, 0x402000};
    return depot_.intern(frames, 2);
  }

  BlackBox box_;
  StackDepot depot_{box_};
};

// So many that some of them meet in one place of the table.
TEST_F(StackDepotTest, EachStackHasANameOfItsOwnAndKeepsIt) {
  std::map<std::uint32_t, std::uint64_t> numbers;
  for (std::uint64_t number = 0; number < 30'000; ++number) {
    const std::uint32_t id = intern(number);
    ASSERT_NE(id, 0u);
    ASSERT_TRUE(numbers.emplace(id, number).second) << number << " and " << numbers[id];
    const std::uint64_t* words = box_.stack_words() + id;
    ASSERT_EQ(words[0] & 0xff, 2u);
    ASSERT_EQ(words[1], 0x401000 + number);
  }
  for (const auto& [id, number] : numbers) ASSERT_EQ(intern(number), id);
}

// Frames of the test's own making, linked from the first to the last.
class MadeStack {
 public:
  struct Frame {
    std::uint64_t next;
    std::uint64_t return_address;
  };

  explicit MadeStack(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
      frames_[i] = {i + 1 < count ? address(i + 1) : 0, 0x401000 + 16 * i};
    }
  }
  std::uint64_t address(std::size_t i) const { return reinterpret_cast<std::uint64_t>(&frames_[i]); }
  Frame& operator[](std::size_t i) { return frames_[i]; }

 private:
  alignas(16) std::array<Frame, levels> frames_{};
};

TEST_F(StackCacheTest, NoticesEveryWordOfEveryFrame) {
  for (std::size_t i = 0; i + 2 < levels; ++i) {
    MadeStack stack(levels);
    expect_right(stack.address(0));
    stack[i].return_address += 0x100;
    expect_right(stack.address(0));
    stack[i].next = stack.address(i + 2);
    expect_right(stack.address(0));
  }
}

// As recursion does that takes the same ways in another order.
TEST_F(StackCacheTest, NoticesTwoFramesThatChangePlaces) {
  for (std::size_t i = 0; i < HEAPSTORM_STACK_FRAMES; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      MadeStack stack(levels);
      expect_right(stack.address(0));
      std::swap(stack[i].return_address, stack[j].return_address);
      expect_right(stack.address(0));
    }
  }
}

// Of its first `count` frames, as a walk that ends there is padded.
FrameOffsets offsets_of(const MadeStack& stack, std::size_t count) {
  std::array<std::uint64_t, HEAPSTORM_STACK_FRAMES> addresses{};
  for (std::size_t i = 0; i < addresses.size(); ++i) addresses[i] = stack.address(std::min(i, count - 1));
  FrameOffsets offsets;
  EXPECT_TRUE(offsets.pack(addresses.data()));
  return offsets;
}

// All ways through fifteen frames of two callers each, and two frames with a bit changed in each.
TEST_F(StackCacheTest, StacksThatAreMuchAlikeHaveDigestsOfTheirOwn) {
  if (!can_digest_frames()) GTEST_SKIP() << "this processor has no AES";
  MadeStack stack(levels);
  const FrameOffsets offsets = offsets_of(stack, HEAPSTORM_STACK_FRAMES);
  std::vector<std::array<std::uint64_t, 2>> digests;
  const auto take = [&] {
    const FrameDigest digest = digest_of_frames(stack.address(0), offsets);
    digests.push_back({digest[0], digest[1]});
  };
  for (unsigned ways = 0; ways < 1u << 15; ++ways) {
    for (std::size_t i = 1; i < HEAPSTORM_STACK_FRAMES; ++i)
      stack[i].return_address = (ways >> (i - 1) & 1) != 0 ? 0x555555554123 : 0x5555555546b8;
    take();
  }
  constexpr unsigned bits = 32;
  const MadeStack plain(levels);
  for (std::size_t i = 1; i < HEAPSTORM_STACK_FRAMES; ++i) {
    for (std::size_t j = 1; j < i; ++j) {
      for (unsigned changed = 0; changed < bits * bits; ++changed) {
        stack = plain;
        stack[i].return_address ^= std::uint64_t{1} << changed % bits;
        stack[j].return_address ^= std::uint64_t{1} << changed / bits;
        take();
      }
    }
  }
  std::sort(digests.begin(), digests.end());
  EXPECT_EQ(std::adjacent_find(digests.begin(), digests.end()), digests.end());
  EXPECT_GT(digests.size(), 100'000U);
}

// Every byte of the outermost frame, which such a stack has several times.
TEST_F(StackCacheTest, AStackOfFewFramesHasAnotherDigestForEachChangeOfItsOutermost) {
  if (!can_digest_frames()) GTEST_SKIP() << "this processor has no AES";
  for (std::size_t count = 2; count <= HEAPSTORM_STACK_FRAMES; ++count) {
    MadeStack stack(levels);
    const FrameOffsets offsets = offsets_of(stack, count);
    std::set<std::array<std::uint64_t, 2>> digests;
    for (unsigned changed = 0; changed < 8 * 256; ++changed) {
      const std::uint64_t change = std::uint64_t{changed % 256} << changed / 256 * 8;
      stack[count - 1].return_address ^= change;
      const FrameDigest digest = digest_of_frames(stack.address(0), offsets);
      digests.insert({digest[0], digest[1]});
      stack[count - 1].return_address ^= change;
    }
    EXPECT_EQ(digests.size(), 8 * 255 + 1U) << count;
  }
}

TEST(FrameOffsets, HaveNoRoomForFramesThatAreFarApart) {
  std::array<std::uint64_t, HEAPSTORM_STACK_FRAMES> addresses{};
  for (std::size_t i = 0; i < addresses.size(); ++i) addresses[i] = 0x7f0000001000 + 32 * i;
  FrameOffsets offsets;
  EXPECT_TRUE(offsets.pack(addresses.data()));
  EXPECT_EQ(offsets.of_even(7), 14 * 32U);
  EXPECT_EQ(offsets.of_odd(7), 15 * 32U);
  addresses[15] = addresses[0] + 0xffffffff;
  EXPECT_TRUE(offsets.pack(addresses.data()));
  ++addresses[15];
  EXPECT_FALSE(offsets.pack(addresses.data()));
}

// Memory that reaches further than an offset of a remembered walk.
class WideMemory {
 public:
  WideMemory() {
    void* const memory =
        mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory != MAP_FAILED) low_ = reinterpret_cast<std::uint64_t>(memory);
  }
  ~WideMemory() {
    if (low_ != 0) munmap(reinterpret_cast<void*>(low_), bytes);
  }
  WideMemory(const WideMemory&) = delete;
  WideMemory& operator=(const WideMemory&) = delete;

  StackBounds bounds() const { return {low_, low_ + bytes}; }
  MadeStack::Frame& frame(std::uint64_t offset) const { return *reinterpret_cast<MadeStack::Frame*>(low_ + offset); }

 private:
  static constexpr std::uint64_t bytes = std::uint64_t{5} << 30;
  std::uint64_t low_ = 0;
};

// What was remembered of another stack that began there must not be taken for it.
TEST_F(StackCacheTest, WalksAgainWhereFramesAreTooFarApartToBeRemembered) {
  const WideMemory memory;
  bounds_ = memory.bounds();
  ASSERT_NE(bounds_.low, 0u);
  constexpr std::uint64_t far_away = (std::uint64_t{4} << 30) + 4096;
  memory.frame(64) = {0, 0x402000};
  memory.frame(far_away) = {0, 0x403000};
  memory.frame(0) = {bounds_.low + 64, 0x401000};
  expect_right(bounds_.low);
  memory.frame(0).next = bounds_.low + far_away;
  for (int change = 0; change < 4; ++change) {
    expect_right_capture(bounds_.low);
    memory.frame(far_away).return_address += 0x100;
  }
}

// More callers than there are places for walks.
TEST_F(StackCacheTest, TellsApartWhoCalledFromTheSameFrame) {
  MadeStack stack(levels);
  for (int caller = 0; caller < 1000; ++caller) {
    stack[0].return_address += 8;
    expect_right(stack.address(0));
  }
}

TEST_F(StackCacheTest, KnowsAStackThatEndsEarly) {
  for (std::size_t count = 1; count < HEAPSTORM_STACK_FRAMES; ++count) {
    MadeStack stack(count);
    expect_right(stack.address(0));
    stack[count - 1].return_address += 0x100;
    expect_right(stack.address(0));
    stack[count - 1].next = stack.address(count);
    stack[count].return_address = 0x405000;
    expect_right(stack.address(0));
    stack[0].next = 0;
    expect_right(stack.address(0));
  }
}

}  // namespace
}  // namespace heapstorm::heap
