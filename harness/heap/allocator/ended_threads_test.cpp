// Freed blocks whose thread has ended: what is noticed of a pointer that outlived it.
#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <barrier>
#include <cstdlib>
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

// A freed block of a thread that has ended.
void* leave_block(std::size_t bytes, const char* tag = "event_loop") {
  void* block = nullptr;
  on_thread("worker-1", [&] {
    block = heapstorm_allocate(bytes, heapstorm_name(tag));
    heapstorm_free(block);
  });
  return block;
}

void start_and_end_a_thread() {
  on_thread("next", [] {});
}

class EndedThreads : public testing::TestWithParam<heapstorm_backend> {
 protected:
  static HeapChild run(const std::function<void()>& body) { return {test_options(GetParam()), body}; }
};
INSTANTIATE_TEST_SUITE_P(Backends, EndedThreads, testing::Values(HEAPSTORM_BACKEND_MIMALLOC, HEAPSTORM_BACKEND_SYSTEM),
                         [](const auto& backend) {
                           return backend.param == HEAPSTORM_BACKEND_MIMALLOC ? "mimalloc" : "system";
                         });

void free_at_end(void* block) {
  heapstorm_free(block);
}

// A thread that ends by itself, with a block that a key of the program's own frees.
void end_with_block_under_key(void (*at_end)(void*), const std::function<void*()>& make_block) {
  pthread_key_t key = 0;
  pthread_key_create(&key, at_end);
  std::thread([&] { pthread_setspecific(key, make_block()); }).join();
  pthread_key_delete(key);
}

TEST_P(EndedThreads, AKeysDestructorMayFreeWhatItsThreadOwns) {
  heapstorm_heap_options options = test_options(GetParam());
  options.report_leaks = 1;
  HeapChild child(options, [] {
    end_with_block_under_key(free_at_end, [] {
      heapstorm_thread_register("worker-1");
      return heapstorm_allocate(100, heapstorm_name("cache"));
    });
  });
  EXPECT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST_P(EndedThreads, AThreadMayComeToTheHeapInAKeysDestructorFirst) {
  HeapChild child = run([] {
    void* block = heapstorm_allocate(100, heapstorm_name("cache"));
    end_with_block_under_key(free_at_end, [&] { return block; });
  });
  EXPECT_TRUE(child.exited_cleanly()) << "under ASan: without a leak";
  EXPECT_EQ(child.only_finding().kind, HEAPSTORM_FOREIGN_FREE);
}

TEST_P(EndedThreads, AWriteAfterTheEndNamesTheOwnerAndNobodyElse) {
  HeapChild child = run([] {
    stray_flip(leave_block(200), 3);
    start_and_end_a_thread();
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_USE_AFTER_FREE);
  EXPECT_NE(finding.flags & HEAPSTORM_FINDING_OWNER_EXITED, 0u);
  EXPECT_EQ(finding.count, 1u);
  EXPECT_EQ(finding.damaged_at, 3u);
  EXPECT_EQ(finding.block_bytes, 200u);
  EXPECT_EQ(child.name(finding.tag), "event_loop");
  EXPECT_EQ(child.thread_name(finding.owner.thread), "worker-1");
  EXPECT_EQ(child.thread_name(finding.freed.thread), "worker-1");
  EXPECT_GE(child.stack_frames(finding.owner.stack), 2u);
  EXPECT_GE(child.stack_frames(finding.freed.stack), 2u);
  EXPECT_EQ(finding.offender.thread, 0u);  // Whoever noticed it need not have done it.
}

TEST_P(EndedThreads, NoWriteIsSilent) {
  HeapChild child = run([] {
    for (std::size_t bytes : {0u, 1u, 15u, 31u, 32u, 33u, 100u, 960u, 5000u, 100'000u}) leave_block(bytes);
    for (int i = 0; i < 50; ++i) start_and_end_a_thread();
    heapstorm_thread_retire();
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

// Whatever the thread itself watched of it.
TEST_P(EndedThreads, EveryByteIsWatched) {
  for (std::int64_t at : {0, 1, 31, 32, 150, 266, 299}) {
    heapstorm_heap_options options = test_options(GetParam());
    options.watch_whole_one_in = ~0u;
    HeapChild child(options, [at] {
      stray_flip(leave_block(300), at);
      start_and_end_a_thread();
    });
    ASSERT_TRUE(child.exited_cleanly());
    EXPECT_EQ(child.only_finding().damaged_at, static_cast<std::uint32_t>(at));
  }
}

TEST_P(EndedThreads, AWriteBeforeTheEndIsFoundAtTheEnd) {
  HeapChild child = run([] {
    on_thread("worker-1", [] {
      void* block = heapstorm_allocate(200, 0);
      heapstorm_free(block);
      stray_flip(block, 3);
    });
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_USE_AFTER_FREE);
  EXPECT_EQ(finding.flags & HEAPSTORM_FINDING_OWNER_EXITED, 0u);
}

TEST_P(EndedThreads, AThreadThatGoesOnAllocatingNoticesIt) {
  static bool noticed = false;
  heapstorm_heap_options options = test_options(GetParam());
  options.on_violation = [](const heapstorm_box_finding*, void*) { noticed = true; };
  HeapChild child(options, [] {
    stray_flip(leave_block(200), 3);
    for (int pause = 0; pause < 2000 && !noticed; ++pause) {
      for (int i = 0; i < 100; ++i) heapstorm_free(heapstorm_allocate(50, 0));
      usleep(1000);
    }
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_EQ(child.only_finding().kind, HEAPSTORM_USE_AFTER_FREE);
}

TEST_P(EndedThreads, AThreadThatStartsNoticesIt) {
  static bool noticed = false;
  heapstorm_heap_options options = test_options(GetParam());
  options.on_violation = [](const heapstorm_box_finding*, void*) { noticed = true; };
  HeapChild child(options, [] {
    stray_flip(leave_block(200), 3);
    on_thread("next", [] { _exit(noticed ? 0 : 3); });
  });
  EXPECT_EQ(child.exit_code(), 0);
}

// More blocks than anybody looks at when a thread starts or ends.
constexpr int many = 700;
std::vector<void*> leave_many_blocks() {
  std::vector<void*> blocks(many);
  on_thread("worker-1", [&] {
    for (void*& block : blocks) block = heapstorm_allocate(100, 0);
    for (void* block : blocks) heapstorm_free(block);
  });
  return blocks;
}

TEST_P(EndedThreads, AllAreLookedAtWhenTheMainThreadRetires) {
  for (int spoilt : {0, many / 2, many - 1}) {
    HeapChild child = run([spoilt] {
      stray_flip(leave_many_blocks()[static_cast<std::size_t>(spoilt)], 3);
      heapstorm_thread_retire();
    });
    ASSERT_TRUE(child.exited_cleanly());
    EXPECT_EQ(child.only_finding().count, 1u);
  }
}

// Then the embedder is not told: what his callback uses may be gone.
TEST_P(EndedThreads, AllAreLookedAtWhenTheProcessExits) {
  heapstorm_heap_options options = test_options(GetParam());
  options.on_violation = [](const heapstorm_box_finding*, void*) { _exit(3); };
  HeapChild child(options, [] {
    stray_flip(leave_many_blocks()[many / 2], 3);
    std::exit(0);
  });
  EXPECT_EQ(child.exit_code(), 0);
  EXPECT_EQ(child.only_finding().kind, HEAPSTORM_USE_AFTER_FREE);
}

TEST_P(EndedThreads, NobodyIsRegisteredAtTheExitWithoutNeed) {
  HeapChild child = run([] {
    leave_many_blocks();
    heapstorm_thread_retire();
    std::exit(0);
  });
  EXPECT_EQ(child.exit_code(), 0);
  EXPECT_EQ(child.control().next_thread, 3u);  // Number 0 is nobody, 1 is main, 2 the worker.
}

TEST_P(EndedThreads, ASecondFreeIsADoubleFreeOfAThreadThatHasExited) {
  HeapChild child = run([] { heapstorm_free(leave_block(200)); });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_DOUBLE_FREE);
  EXPECT_NE(finding.flags & HEAPSTORM_FINDING_OWNER_EXITED, 0u);
  EXPECT_EQ(child.thread_name(finding.owner.thread), "worker-1");
  EXPECT_EQ(child.thread_name(finding.freed.thread), "worker-1");
  EXPECT_EQ(child.thread_name(finding.offender.thread), "main");
}

TEST_P(EndedThreads, ASpoiltHeaderIsReportedOnce) {
  HeapChild child = run([] {
    void* block = leave_block(200);
    for (std::int64_t at = -40; at < -28; ++at) stray_flip(block, at);
    for (int i = 0; i < 5; ++i) start_and_end_a_thread();
    heapstorm_thread_retire();
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.count, 1u);
  EXPECT_NE(finding.flags & HEAPSTORM_FINDING_HEADER_DAMAGED, 0u);
}

// Nobody else gets what somebody still writes to, however much is freed meanwhile; every write is counted.
TEST_P(EndedThreads, ABlockThatIsWrittenToAgainAndAgainStays) {
  constexpr int rounds = 100;
  HeapChild child = run([] {
    void* held = leave_block(200);
    for (int round = 0; round < rounds; ++round) {
      heapstorm_thread_register("main");
      stray_flip(held, 3);
      on_thread("busy", [held] {
        std::vector<void*> blocks(600);
        for (void*& block : blocks) {
          block = heapstorm_allocate(200, 0);
          if (block == held) _exit(3);
          std::memset(block, 0x11, 200);
        }
        for (void* block : blocks) heapstorm_free(block);
      });
      heapstorm_thread_retire();
    }
  });
  ASSERT_TRUE(child.exited_cleanly()) << child.exit_code();
  EXPECT_EQ(child.only_finding().count, static_cast<std::uint64_t>(rounds));
}

TEST_P(EndedThreads, TheyComeBackInTheOrderOfTheirEndWhenThereIsNoRoom) {
  heapstorm_heap_options options = test_options(GetParam());
  options.quarantine_bytes = 4096;
  HeapChild child(options, [] {
    std::vector<void*> left;
    for (int i = 0; i < 1000; ++i) left.push_back(leave_block(500));
    // 500 bytes and a header each, of which 16 threads' 4,096 bytes hold 119.
    std::unordered_set<void*> waiting(left.end() - 100, left.end());
    std::unordered_set<void*> all(left.begin(), left.end());
    if (waiting.size() != 100) _exit(3);
    if (GetParam() == HEAPSTORM_BACKEND_MIMALLOC && all.size() > 500) _exit(4);  // A sanitizer keeps more.
  });
  EXPECT_TRUE(child.exited_cleanly()) << child.exit_code();
  EXPECT_TRUE(child.findings().empty());
}

// The more of them are written to at every moment, the less there is that could leave.
TEST_P(EndedThreads, AThreadEndsAlsoIfAllThatWaitIsWrittenToAllTheTime) {
  static std::vector<void*> waiting;
  static int reports = 0;
  heapstorm_heap_options options = test_options(GetParam());
  options.quarantine_bytes = 4096;
  options.on_violation = [](const heapstorm_box_finding*, void*) {
    if (++reports > 10'000) _exit(3);
    for (void* block : waiting) stray_write(block, 3, 'x');
  };
  HeapChild child(options, [] {
    for (int i = 0; i < 16; ++i) waiting.push_back(leave_block(4000));  // 16 threads' 4,096 bytes hold no more
    for (void* block : waiting) stray_write(block, 3, 'x');
    leave_block(4000);
    std::sort(waiting.begin(), waiting.end());
    if (std::adjacent_find(waiting.begin(), waiting.end()) != waiting.end()) _exit(4);
    if (reports == 0) _exit(5);
  });
  EXPECT_TRUE(child.exited_cleanly()) << child.exit_code();
  EXPECT_EQ(child.only_finding().kind, HEAPSTORM_USE_AFTER_FREE);
}

TEST_P(EndedThreads, WithoutAQuarantineNothingIsKept) {
  heapstorm_heap_options options = test_options(GetParam());
  options.quarantine_bytes = 0;
  HeapChild child(options, [] {
    for (int i = 0; i < 100; ++i) leave_block(200);
    heapstorm_thread_retire();
  });
  EXPECT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

// Threads that come, go and give each other's memory on, twenty at a time: what one gets is nobody else's.
TEST_P(EndedThreads, ThatComeAndGoTogetherKeepTheirBlocksApart) {
  heapstorm_heap_options options = test_options(GetParam());
  options.quarantine_bytes = 16 * 1024;
  HeapChild child(options, [] {
    for (int generation = 0; generation < 20; ++generation) {
      std::vector<std::thread> threads;
      for (int i = 0; i < 20; ++i) {
        threads.emplace_back([i] {
          std::vector<unsigned char*> blocks(200);
          for (std::size_t n = 0; n < blocks.size(); ++n) {
            std::size_t bytes = n * 37 % 1500;
            blocks[n] = static_cast<unsigned char*>(heapstorm_allocate(bytes, 0));
            std::memset(blocks[n], i, bytes);
          }
          for (std::size_t n = 0; n < blocks.size(); ++n) {
            std::size_t bytes = n * 37 % 1500;
            if (!std::all_of(blocks[n], blocks[n] + bytes, [i](unsigned char byte) { return byte == i; })) _exit(3);
            heapstorm_free(blocks[n]);
          }
        });
      }
      for (std::thread& thread : threads) thread.join();
    }
    heapstorm_thread_retire();
  });
  EXPECT_TRUE(child.exited_cleanly()) << child.exit_code();
  EXPECT_TRUE(child.findings().empty());
}

// Each has a segment of 32 MiB of the arena's addresses, of which there are 8 GiB. What a thread leaves in its segment
// must not keep that from the next one.
TEST_P(EndedThreads, LeaveTheirSegmentsToOthers) {
  HeapChild child = run([] {
    for (int generation = 0; generation < 4; ++generation) {
      std::barrier<> all_alive(150);
      std::vector<std::thread> threads;
      for (int i = 0; i < 150; ++i) {
        threads.emplace_back([&all_alive, i] {
          void* block = heapstorm_allocate(100 + static_cast<std::size_t>(i) * 10, 0);
          if (block == nullptr) _exit(3);
          heapstorm_free(block);
          all_alive.arrive_and_wait();
        });
      }
      for (std::thread& thread : threads) thread.join();
    }
  });
  EXPECT_TRUE(child.exited_cleanly()) << child.exit_code();
  EXPECT_TRUE(child.findings().empty());
}

#ifdef HEAPSTORM_ASAN
TEST_P(EndedThreads, BlocksStayPoisoned) {
  HeapChild child = run([] {
    std::vector<void*> blocks = leave_many_blocks();
    start_and_end_a_thread();
    for (void* block : blocks) {
      if (__asan_region_is_poisoned(block, 100) != block) _exit(3);
      if (__asan_address_is_poisoned(static_cast<char*>(block) + 99) == 0) _exit(4);
    }
  });
  EXPECT_TRUE(child.exited_cleanly()) << child.exit_code();
}

// Also if the writer has never had to do with the heap.
TEST_P(EndedThreads, AddressSanitizerStopsTheWriterAndOursNamesIt) {
  HeapChild child = run([] {
    auto* block = static_cast<volatile char*>(leave_block(200));
    std::thread([block] {
      pthread_setname_np(pthread_self(), "native");
      block[17] = 1;  // ASan stops here.
    }).join();
  });
  EXPECT_FALSE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_USE_AFTER_FREE);
  EXPECT_EQ(finding.damaged_at, 17u);
  EXPECT_NE(finding.flags & HEAPSTORM_FINDING_OWNER_EXITED, 0u);
  EXPECT_EQ(child.thread_name(finding.owner.thread), "worker-1");
  EXPECT_EQ(child.thread_name(finding.offender.thread), "native");
}
#endif

}  // namespace
}  // namespace heapstorm::heap
