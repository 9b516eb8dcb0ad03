// What a thread leaves behind, and what only looks like it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>
#include <future>
#include <thread>
#include <vector>

#include "harness/heap/testing/heap_child.h"

namespace heapstorm::heap {
namespace {

class Leaks : public testing::TestWithParam<heapstorm_backend> {};
INSTANTIATE_TEST_SUITE_P(Backends, Leaks, testing::Values(HEAPSTORM_BACKEND_MIMALLOC, HEAPSTORM_BACKEND_SYSTEM),
                         [](const auto& backend) {
                           return backend.param == HEAPSTORM_BACKEND_MIMALLOC ? "mimalloc" : "system";
                         });

volatile int seven = 7;

TEST_P(Leaks, LeaksAtThreadExitAreGroupedByStack) {
  heapstorm_heap_options options = test_options(GetParam());
  options.report_leaks = 1;
  HeapChild child(options, [] {
    on_thread("leaky", [] {
      for (int i = seven; i > 0; --i) heapstorm_allocate(100, heapstorm_name("leaked"));  // Not unrolled.
      void* other_place = heapstorm_allocate_aligned(4096, 10, heapstorm_name("aligned"));
      (void)other_place;
    });
  });
  ASSERT_TRUE(child.exited_cleanly());
  auto findings = child.findings();
  ASSERT_EQ(findings.size(), 2u);
  for (const auto& finding : findings) {
    EXPECT_EQ(finding.kind, HEAPSTORM_LEAK_AT_THREAD_EXIT);
    bool grouped = child.name(finding.tag) == "leaked";
    EXPECT_EQ(finding.block_count, grouped ? 7u : 1u);
    EXPECT_EQ(finding.block_bytes, grouped ? 700u : 10u);
    EXPECT_GE(child.stack_frames(finding.owner.stack), 2u);
  }
}

#if !defined(HEAPSTORM_ASAN)  // which stops the write itself
TEST(LeaksAmongSpoiltMemory, AreFoundWhereAnOverflowHasDestroyedTheAllocatorsFreeList) {
  heapstorm_heap_options options = test_options(HEAPSTORM_BACKEND_MIMALLOC);
  options.report_leaks = 1;
  HeapChild child(options, [] {
    on_thread("careless", [] {
      auto* block = static_cast<char*>(heapstorm_allocate(100, heapstorm_name("leaked")));
      volatile char* end = block + 100;
      for (int i = 0; i < 2000; ++i) end[i] = -1;
    });
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_EQ(child.only_finding().kind, HEAPSTORM_LEAK_AT_THREAD_EXIT);
}
#endif

TEST_P(Leaks, LeaksOfAThreadThatForgetsToRetireAreFoundAtItsExit) {
  heapstorm_heap_options options = test_options(GetParam());
  options.report_leaks = 1;
  HeapChild child(options, [] { std::thread([] { heapstorm_allocate(100, heapstorm_name("leaked")); }).join(); });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_LEAK_AT_THREAD_EXIT);
  EXPECT_EQ(child.name(finding.tag), "leaked");
}

TEST_P(Leaks, ThreadThatFreesEverythingLeaksNothing) {
  heapstorm_heap_options options = test_options(GetParam());
  options.report_leaks = 1;
  HeapChild child(options, [] {
    on_thread("tidy", [] {
      for (int i = 0; i < 100; ++i) heapstorm_free(heapstorm_allocate(100, 0));
    });
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

// It waits in the quarantine of the thread that has freed it, in the owner's own memory.
TEST_P(Leaks, ABlockThatAnotherThreadHasFreedIsNoLeakOfItsOwner) {
  heapstorm_heap_options options = test_options(GetParam());
  options.report_leaks = 1;
  HeapChild child(options, [] {
    on_thread("owner", [] {
      void* block = heapstorm_allocate(100, heapstorm_name("taken"));
      on_thread("thief", [block] { heapstorm_free(block); });
    });
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_FOREIGN_FREE);
  EXPECT_EQ(child.thread(finding.owner.thread).live_blocks_at_exit, 0u);
}

// A transferred block lies in the memory of the thread that gave it. If the receiver kept it for its own use, it would
// not be found among its blocks at its end.
TEST_P(Leaks, AllLeaksAreFoundOfAThreadThatHasFreedTransferredBlocks) {
  heapstorm_heap_options options = test_options(GetParam());
  options.report_leaks = 1;
  HeapChild child(options, [] {
    std::vector<void*> given(3000);
    for (void*& block : given) block = heapstorm_allocate(100, 0);
    std::promise<heapstorm_heap*> receiver;
    std::promise<void> handed_over;
    std::thread thread([&] {
      heapstorm_thread_register("receiver");
      receiver.set_value(heapstorm_heap_current());
      handed_over.get_future().wait();
      for (void* block : given) heapstorm_free(block);
      for (int i = 6000; i > 0; --i) heapstorm_allocate(100, heapstorm_name("leaked"));
      heapstorm_thread_retire();
    });
    heapstorm_heap* heap = receiver.get_future().get();
    for (void* block : given) {
      if (heapstorm_transfer(block, heap) != 0) _exit(3);
    }
    handed_over.set_value();
    thread.join();
  });
  ASSERT_TRUE(child.exited_cleanly()) << child.exit_code();
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_LEAK_AT_THREAD_EXIT);
  EXPECT_EQ(child.name(finding.tag), "leaked");
  EXPECT_EQ(finding.block_count, 6000u);
}

}  // namespace
}  // namespace heapstorm::heap
