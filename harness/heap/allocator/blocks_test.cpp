// Blocks of every shape, and what happens to them when the policy is another than `report`.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include "harness/heap/testing/heap_child.h"

namespace heapstorm::heap {
namespace {

class Blocks : public testing::TestWithParam<heapstorm_backend> {
 protected:
  heapstorm_heap_options options() const { return test_options(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(Backends, Blocks, testing::Values(HEAPSTORM_BACKEND_MIMALLOC, HEAPSTORM_BACKEND_SYSTEM),
                         [](const auto& backend) {
                           return backend.param == HEAPSTORM_BACKEND_SYSTEM ? "system" : "mimalloc";
                         });

// In a child: a failed expectation would be lost, so it ends the child with the line's number.
#define REQUIRE(condition) \
  if (!(condition)) _exit(__LINE__ % 200 + 1)

bool all_bytes(const void* block, std::size_t bytes, unsigned char value) {
  for (std::size_t i = 0; i < bytes; ++i) {
    if (static_cast<const unsigned char*>(block)[i] != value) return false;
  }
  return true;
}

TEST_P(Blocks, AreAlignedAsAskedAndOverlapNowhere) {
  HeapChild child(options(), [] {
    std::vector<std::pair<unsigned char*, std::size_t>> blocks;
    for (std::size_t alignment = 1; alignment <= 1u << 20; alignment *= 2) {
      for (std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{100}, std::size_t{5000}}) {
        auto* block = static_cast<unsigned char*>(heapstorm_allocate_aligned(alignment, bytes, 0));
        REQUIRE(block != nullptr);
        REQUIRE(reinterpret_cast<std::uint64_t>(block) % std::max<std::size_t>(alignment, 16) == 0);
        REQUIRE(heapstorm_usable_size(block) == bytes);
        std::memset(block, static_cast<int>(blocks.size()), bytes);
        blocks.emplace_back(block, bytes);
      }
    }
    for (std::size_t i = 0; i < blocks.size(); ++i) {
      REQUIRE(all_bytes(blocks[i].first, blocks[i].second, static_cast<unsigned char>(i)));
      heapstorm_free(blocks[i].first);
    }
    REQUIRE(heapstorm_allocate_aligned(3, 10, 0) == nullptr);
    REQUIRE(heapstorm_allocate_aligned(2u << 20, 10, 0) == nullptr);
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST_P(Blocks, ZeroSizedOnesAreDistinct) {
  HeapChild child(options(), [] {
    std::set<void*> blocks;
    for (int i = 0; i < 100; ++i) blocks.insert(heapstorm_allocate(0, 0));
    REQUIRE(blocks.size() == 100 && !blocks.contains(nullptr));
    for (void* block : blocks) heapstorm_free(block);
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST_P(Blocks, ZeroFilledOnesAreZeroAfterUseToo) {
  HeapChild child(options(), [] {
    for (int i = 0; i < 3000; ++i) {
      void* block = heapstorm_allocate_zeroed(300, 0);
      REQUIRE(all_bytes(block, 300, 0));
      std::memset(block, 0xff, 300);
      heapstorm_free(block);
    }
  });
  ASSERT_TRUE(child.exited_cleanly());
}

TEST_P(Blocks, HugeOnesAreAllocatedUsedAndGivenBack) {
  HeapChild child(options(), [] {
    for (int i = 0; i < 20; ++i) {  // 20 x 600 MB would not fit the arena of 8 GiB at once.
      auto* block = static_cast<unsigned char*>(heapstorm_allocate(600u << 20, 0));
      REQUIRE(block != nullptr);
      block[0] = block[(600u << 20) - 1] = 1;
      heapstorm_free(block);
    }
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST_P(Blocks, ThatCannotBeAreNull) {
  HeapChild child(options(), [] {
    REQUIRE(heapstorm_allocate(std::size_t{1} << 60, 0) == nullptr);
    REQUIRE(heapstorm_allocate(SIZE_MAX, 0) == nullptr);
    void* block = heapstorm_allocate(10, 0);
    REQUIRE(heapstorm_reallocate(block, SIZE_MAX) == nullptr);
    REQUIRE(heapstorm_usable_size(block) == 10);
    heapstorm_free(block);
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST_P(Blocks, KeepTheirContentsWhenReallocatedInPlaceAndMoving) {
  HeapChild child(options(), [] {
    auto* block = static_cast<unsigned char*>(heapstorm_reallocate(nullptr, 1));
    block[0] = 0x77;
    for (std::size_t bytes : {2u, 16u, 17u, 18u, 100u, 5000u, 4999u, 3000u, 70000u, 90u, 1u}) {
      block = static_cast<unsigned char*>(heapstorm_reallocate(block, bytes));
      REQUIRE(block != nullptr && block[0] == 0x77 && heapstorm_usable_size(block) == bytes);
      std::memset(block, 0x77, bytes);
    }
    heapstorm_free(block);
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

// ---- policies

void free_on_another_thread(void* block) {
  std::thread([block] { heapstorm_free(block); }).join();
}

TEST_P(Blocks, PolicyAbortDiesWithTheFindingWritten) {
  heapstorm_heap_options wanted = options();
  wanted.policy = HEAPSTORM_POLICY_ABORT;
  HeapChild child(wanted, [] { free_on_another_thread(heapstorm_allocate(10, 0)); });
  EXPECT_EQ(child.signal(), SIGABRT);
  EXPECT_EQ(child.only_finding().kind, HEAPSTORM_FOREIGN_FREE);
}

TEST_P(Blocks, PolicyIgnoreLeaksTheBlockAndKnowsASecondFree) {
  heapstorm_heap_options wanted = options();
  wanted.policy = HEAPSTORM_POLICY_IGNORE;
  HeapChild child(wanted, [] {
    auto* block = static_cast<char*>(heapstorm_allocate(10, 0));
    strcpy(block, "still");
    free_on_another_thread(block);
    REQUIRE(strcmp(block, "still") == 0);
    heapstorm_free(block);
  });
  ASSERT_TRUE(child.exited_cleanly());
  auto findings = child.findings();
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].kind, HEAPSTORM_FOREIGN_FREE);
  EXPECT_EQ(findings[1].kind, HEAPSTORM_DOUBLE_FREE);
}

TEST_P(Blocks, PolicyCorruptHandsTheForeignBlockOutAgain) {
  heapstorm_heap_options wanted = options();
  wanted.policy = HEAPSTORM_POLICY_CORRUPT;
  HeapChild child(wanted, [] {
    void* block = heapstorm_allocate(64, 0);
    std::thread([block] {
      heapstorm_free(block);
      REQUIRE(heapstorm_allocate(64, 0) == block);  // The wrong heap has it now.
    }).join();
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_EQ(child.only_finding().kind, HEAPSTORM_FOREIGN_FREE);
}

TEST_P(Blocks, CallbackHearsOfAViolationAndMayUseTheHeap) {
  static int reported = 0;
  heapstorm_heap_options wanted = options();
  wanted.on_violation = [](const heapstorm_box_finding* finding, void* user) {
    if (finding->kind == HEAPSTORM_FOREIGN_FREE && user == &reported) ++reported;
    heapstorm_free(heapstorm_allocate(10, 0));
  };
  wanted.user = &reported;
  HeapChild child(wanted, [] {
    free_on_another_thread(heapstorm_allocate(10, 0));
    REQUIRE(reported == 1);
  });
  ASSERT_TRUE(child.exited_cleanly());
}

// ---- injected failures and perturbation

TEST_P(Blocks, NthAllocationFailsOnce) {
  heapstorm_heap_options wanted = options();
  wanted.fail_nth = 3;
  HeapChild child(wanted, [] {
    for (int n = 1; n <= 10; ++n) REQUIRE((heapstorm_allocate(10, 0) == nullptr) == (n == 3));
  });
  ASSERT_TRUE(child.exited_cleanly());
}

TEST_P(Blocks, NthAllocationOfATagIsCountedAmongThoseOfTheTag) {
  heapstorm_heap_options wanted = options();
  wanted.fail_nth = 2;
  wanted.fail_only_tag_name = "session";
  HeapChild child(wanted, [] {
    const uint16_t tag = heapstorm_name("session");
    for (int n = 1; n <= 5; ++n) {
      REQUIRE(heapstorm_allocate(10, 0) != nullptr);
      REQUIRE((heapstorm_allocate(10, tag) == nullptr) == (n == 2));
    }
  });
  ASSERT_TRUE(child.exited_cleanly());
}

TEST_P(Blocks, FailuresHitOnlyTheirTagAndRepeatWithTheirSeed) {
  heapstorm_heap_options wanted = options();
  wanted.fail_probability = 65536 / 4;
  wanted.perturb_seed = 42;
  wanted.fail_only_tag = 7;
  auto count_failures = [] {
    int failures = 0;
    for (int n = 0; n < 200; ++n) {
      REQUIRE(heapstorm_allocate(10, 1) != nullptr);
      failures += heapstorm_allocate(10, 7) == nullptr;
    }
    REQUIRE(failures > 20 && failures < 90);
    _exit(failures);
  };
  HeapChild first(wanted, count_failures);
  HeapChild second(wanted, count_failures);
  EXPECT_FALSE(first.exited_cleanly());
  EXPECT_EQ(first.exit_code(), second.exit_code());
  wanted.perturb_seed = 43;
  wanted.fail_probability = 0;
  HeapChild without(wanted, [] {
    for (int n = 0; n < 200; ++n) REQUIRE(heapstorm_allocate(10, 7) != nullptr);
  });
  EXPECT_TRUE(without.exited_cleanly());
}

TEST_P(Blocks, PerturbationChangesNoResult) {
  heapstorm_heap_options wanted = options();
  wanted.perturb_seed = 1;
  wanted.delay_probability = 2000;
  wanted.delay_us = 50;
  wanted.yield_probability = 20000;
  HeapChild child(wanted, [] {
    auto work = [] {
      for (int i = 0; i < 300; ++i) {
        heapstorm_free(heapstorm_allocate(static_cast<std::size_t>(i), 0));
        heapstorm_yield_point();
      }
    };
    std::thread first(work), second(work);
    first.join();
    second.join();
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

}  // namespace
}  // namespace heapstorm::heap
