// Blocks that a thread frees and gets again: what must be noticed in between, whichever path they take.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <thread>
#include <unordered_set>
#include <vector>

#include "harness/heap/testing/heap_child.h"
#ifdef HEAPSTORM_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace heapstorm::heap {
namespace {

constexpr std::uint32_t hardly_ever = ~0u;
constexpr int more_than_any_quarantine = 2000;

heapstorm_heap_options watching(std::uint32_t whole_one_in) {
  heapstorm_heap_options options = test_options(HEAPSTORM_BACKEND_MIMALLOC);
  options.watch_whole_one_in = whole_one_in;
  return options;
}

heapstorm_heap_options owner_check_only() {
  heapstorm_heap_options options = test_options(HEAPSTORM_BACKEND_MIMALLOC);
  options.stacks = 0;
  options.canaries = 0;
  options.quarantine_bytes = 0;
  return options;
}

// Frees and allocates until every block of that size that was freed before has been looked at again.
void turn_over(std::size_t bytes) {
  void* others[16] = {};
  for (int i = 0; i < more_than_any_quarantine; ++i) {
    void*& block = others[i % 16];
    if (block != nullptr) heapstorm_free(block);
    block = heapstorm_allocate(bytes, 0);
  }
  for (void* block : others) heapstorm_free(block);
}

TEST(Reuse, AWriteAfterFreeIsFoundWhenTheBlockIsTakenAgain) {
  HeapChild child(watching(hardly_ever), [] {
    void* block = heapstorm_allocate(200, heapstorm_name("session"));
    heapstorm_free(block);
    stray_flip(block, 3);
    turn_over(200);
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_USE_AFTER_FREE);
  EXPECT_EQ(finding.damaged_at, 3u);
  EXPECT_EQ(child.name(finding.tag), "session");
  EXPECT_EQ(child.thread_name(finding.freed.thread), "main");
  EXPECT_GE(child.stack_frames(finding.owner.stack), 2u);
  EXPECT_GE(child.stack_frames(finding.freed.stack), 2u);
}

TEST(Reuse, EveryByteOfTheEdgesIsWatched) {
  HeapChild child(watching(hardly_ever), [] {
    for (std::size_t bytes : {1u, 7u, 8u, 15u, 16u, 17u, 24u, 31u, 32u, 33u, 63u, 64u, 65u, 500u, 960u}) {
      for (std::size_t at = 0; at < bytes; ++at) {
        if (at >= 32 && at + 32 < bytes) continue;
        void* block = heapstorm_allocate(bytes, 0);
        heapstorm_free(block);
        stray_flip(block, static_cast<std::int64_t>(at));
        heapstorm_thread_retire();
      }
    }
  });
  ASSERT_TRUE(child.exited_cleanly());
  constexpr std::uint64_t smaller = 1 + 7 + 8 + 15 + 16 + 17 + 24 + 31 + 32 + 33 + 63 + 64;
  EXPECT_EQ(child.control().violations, smaller + 3 * 64);
  for (const auto& finding : child.findings()) EXPECT_EQ(finding.kind, HEAPSTORM_USE_AFTER_FREE);
}

TEST(Reuse, ABlockThatIsWatchedWholeShowsAWriteInItsMiddle) {
  HeapChild child(watching(1), [] {
    for (std::size_t bytes : {65u, 500u, 960u, 5000u}) {
      void* block = heapstorm_allocate(bytes, 0);
      heapstorm_free(block);
      stray_flip(block, static_cast<std::int64_t>(bytes / 2));
    }
    heapstorm_thread_retire();
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_EQ(child.control().violations, 4u);
}

// 4,000 blocks, one in 32 watched whole: 125 expected, and fewer than 60 or more than 200 less likely than 1 in 10^8.
TEST(Reuse, WritesInTheMiddleAreFoundAsOftenAsBlocksAreWatchedWhole) {
  HeapChild child(watching(32), [] {
    for (int i = 0; i < 4000; ++i) {
      void* block = heapstorm_allocate(500, 0);
      heapstorm_free(block);
      stray_flip(block, 250);
    }
    heapstorm_thread_retire();
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_GT(child.control().violations, 60u);
  EXPECT_LT(child.control().violations, 200u);
}

// All are watched whole, and the quarantine has room for a few only.
heapstorm_heap_options watching_all_briefly() {
  heapstorm_heap_options options = watching(1);
  options.quarantine_bytes = 4096;
  return options;
}

TEST(Reuse, ABlockThatLeftTheQuarantineWaitsInTheCacheAndIsWatchedThere) {
  HeapChild child(watching_all_briefly(), [] {
    std::vector<void*> blocks(30);
    for (void*& block : blocks) block = heapstorm_allocate(200, 0);
    for (void* block : blocks) heapstorm_free(block);
    stray_flip(blocks[0], 3);  // With 200 bytes each, the first of 30 has left.
    turn_over(200);
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_USE_AFTER_FREE);
  EXPECT_EQ(finding.damaged_at, 3u);
  EXPECT_GE(child.stack_frames(finding.freed.stack), 2u);
}

#ifdef HEAPSTORM_ASAN
TEST(Reuse, WhereverAFreedBlockWaitsItIsPoisoned) {
  HeapChild child(watching_all_briefly(), [] {
    std::vector<void*> blocks(30);  // Some will be in the cache, the others in the quarantine.
    for (void*& block : blocks) block = heapstorm_allocate(200, 0);
    for (void* block : blocks) heapstorm_free(block);
    for (void* block : blocks) {
      if (__asan_region_is_poisoned(block, 200) != block) _exit(3);
      if (__asan_address_is_poisoned(static_cast<char*>(block) + 199) == 0) _exit(4);
    }
  });
  EXPECT_TRUE(child.exited_cleanly()) << child.exit_code();
}
#endif

TEST(Reuse, ABlockThatWasSpoiltInTheQuarantineIsReportedOnce) {
  HeapChild child(watching_all_briefly(), [] {
    void* block = heapstorm_allocate(200, 0);
    heapstorm_free(block);
    stray_flip(block, 3);
    turn_over(200);
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_EQ(child.only_finding().count, 1u);
}

// What waits in the quarantine and in the cache at the end of each registration would show as ever new addresses, but
// for the 7,000 or so that the quarantine of the process holds.
TEST(Reuse, AThreadThatRetiresGivesEverythingBack) {
  for (std::uint32_t whole_one_in : {1u, 32u}) {
    HeapChild child(watching(whole_one_in), [] {
      std::unordered_set<void*> addresses;
      for (int registration = 0; registration < 50; ++registration) {
        std::vector<void*> blocks(1000);
        for (void*& block : blocks) block = heapstorm_allocate(500, 0);
        for (void* block : blocks) heapstorm_free(block);
        addresses.insert(blocks.begin(), blocks.end());
        heapstorm_thread_retire();
      }
      if (addresses.size() > 12'000) _exit(3);
    });
    EXPECT_TRUE(child.exited_cleanly()) << child.exit_code();
    EXPECT_TRUE(child.findings().empty());
  }
}

TEST(Reuse, ASpoiltHeaderIsReportedAndTheBlockNotUsedAgain) {
  HeapChild child(watching(hardly_ever), [] {
    void* spoilt = heapstorm_allocate(200, 0);
    heapstorm_free(spoilt);
    for (std::int64_t at = -40; at < -28; ++at) stray_flip(spoilt, at);
    std::vector<void*> blocks(more_than_any_quarantine);
    for (void*& block : blocks) {
      block = heapstorm_allocate(200, 0);
      if (block == spoilt) _exit(3);
      heapstorm_free(block);
    }
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_USE_AFTER_FREE);
  EXPECT_NE(finding.flags & HEAPSTORM_FINDING_HEADER_DAMAGED, 0u);
}

TEST(Reuse, ProperUseIsSilentInEverySize) {
  for (const heapstorm_heap_options& options : {watching(1), watching(32), watching(hardly_ever), owner_check_only()}) {
    HeapChild child(options, [] {
      for (std::size_t bytes = 0; bytes < 1200; bytes += 3) {
        std::vector<void*> blocks(150);
        for (void*& block : blocks) {
          block = heapstorm_allocate(bytes, 0);
          std::memset(block, 0x11, bytes);
        }
        for (void* block : blocks) heapstorm_free(block);
      }
    });
    ASSERT_TRUE(child.exited_cleanly());
    EXPECT_TRUE(child.findings().empty());
  }
}

// Without guards, too, the first free is named by the thread: the owner, although nothing is written down for it.
TEST(Reuse, ADoubleFreeWithoutGuardsNamesTheFirst) {
  HeapChild child(owner_check_only(), [] {
    void* block = heapstorm_allocate(100, 0);
    heapstorm_free(block);
    std::thread([block] {
      heapstorm_thread_register("second");
      heapstorm_free(block);
    }).join();
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_DOUBLE_FREE);
  EXPECT_EQ(child.thread_name(finding.freed.thread), "main");
  EXPECT_EQ(child.thread_name(finding.offender.thread), "second");
}

// A block that another thread has legally freed must not become that thread's: it goes back to where it came from.
TEST(Reuse, ABlockThatWasHandedOverIsNotKeptByItsLastOwner) {
  for (const heapstorm_heap_options& options : {watching(hardly_ever), owner_check_only()}) {
    HeapChild child(options, [] {
      void* given = heapstorm_allocate(100, 0);
      heapstorm_heap* receiver = nullptr;
      std::thread([&] {
        heapstorm_thread_register("receiver");
        receiver = heapstorm_heap_current();
      }).join();
      if (heapstorm_transfer(given, receiver) == 0) _exit(3);  // It has retired meanwhile.
      if (heapstorm_transfer(given, heapstorm_heap_current()) != 0) _exit(4);
      heapstorm_free(given);
      for (int i = 0; i < more_than_any_quarantine; ++i) heapstorm_free(heapstorm_allocate(100, 0));
    });
    ASSERT_TRUE(child.exited_cleanly()) << child.exit_code();
    EXPECT_TRUE(child.findings().empty());
  }
}

// Whichever paths they take: the cache's, the one that refreshes the clock, and mimalloc's.
TEST(Reuse, EveryAllocationAndFreeIsCountedOnce) {
  for (const heapstorm_heap_options& options : {watching(32), owner_check_only()}) {
    HeapChild child(options, [] {
      for (int i = 0; i < 100; ++i) turn_over(200);
      for (int i = 0; i < 3; ++i) heapstorm_free(nullptr);
      heapstorm_thread_retire();
    });
    ASSERT_TRUE(child.exited_cleanly());
    EXPECT_TRUE(child.findings().empty());
    EXPECT_EQ(child.thread(1).allocations, 100u * more_than_any_quarantine);
    EXPECT_EQ(child.thread(1).frees, 100u * more_than_any_quarantine);
  }
}

TEST(Reuse, ReallocationsKeepBlocksInTheirClasses) {
  HeapChild child(watching(hardly_ever), [] {
    void* block = heapstorm_allocate(1, 0);
    for (std::size_t bytes = 1; bytes < 3000; bytes += 7) {
      block = heapstorm_reallocate(block, bytes);
      std::memset(block, 0x22, bytes);
    }
    for (std::size_t bytes = 3000; bytes > 0; bytes -= 7) {
      block = heapstorm_reallocate(block, bytes);
      std::memset(block, 0x33, bytes);
      if (bytes < 7) break;
    }
    heapstorm_free(block);
    for (std::size_t bytes = 0; bytes < 1000; bytes += 16) turn_over(bytes);
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

}  // namespace
}  // namespace heapstorm::heap
