// Many threads: at once, over a process's life, and fighting for the same block.
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <barrier>
#include <cstdlib>
#include <thread>
#include <vector>

#include "harness/heap/recorder/thread_state.h"
#include "harness/heap/testing/heap_child.h"

namespace heapstorm::heap {
namespace {

#ifdef HEAPSTORM_TSAN
constexpr int short_lived_threads = 2000;  // TSan's own cost of a thread, not ours.
#else
constexpr int short_lived_threads = 20000;
#endif

#if defined(HEAPSTORM_ASAN) || defined(HEAPSTORM_TSAN)
constexpr bool memory_is_ours = false;  // The sanitizers' own bookkeeping of threads grows.
#else
constexpr bool memory_is_ours = true;
#endif

heapstorm_heap_options mimalloc_options() {
  return test_options(HEAPSTORM_BACKEND_MIMALLOC);
}

std::uint64_t resident_kb() {
  FILE* file = fopen("/proc/self/statm", "r");
  unsigned long pages = 0, resident = 0;
  bool read = fscanf(file, "%lu %lu", &pages, &resident) == 2;
  fclose(file);
  return read ? resident * 4 : 0;
}

TEST(Threads, TwoHundredAtOnceKeepTheirBlocksApart) {
  HeapChild child(mimalloc_options(), [] {
    std::barrier<> all_alive(200);
    std::vector<std::thread> threads;
    for (int i = 0; i < 200; ++i) {
      threads.emplace_back([&, i] {
        heapstorm_thread_register(("worker-" + std::to_string(i)).c_str());
        void* block = heapstorm_allocate(100, 0);
        all_alive.arrive_and_wait();
        heapstorm_free(block);
        heapstorm_thread_retire();
      });
    }
    for (auto& thread : threads) thread.join();
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
  EXPECT_EQ(child.control().next_thread, 202u);  // Number 0 is nobody, 1 is main.
}

TEST(Threads, OneThatFollowsInASlotIsOfTheNextGeneration) {
  HeapChild child(mimalloc_options(), [] {
    for (int i = 0; i < 3; ++i) {
      std::thread([] {
        heapstorm_free(heapstorm_allocate(100, 0));
        heapstorm_thread_retire();
      }).join();
    }
  });
  ASSERT_TRUE(child.exited_cleanly());
  for (std::uint32_t generation = 0; generation < 3; ++generation) {
    const heapstorm_box_thread& thread = child.thread(2 + generation);  // Number 0 is nobody, 1 is main.
    EXPECT_EQ(thread.slot, child.thread(2).slot);
    EXPECT_EQ(thread.generation, generation);
  }
}

// mimalloc clears the head of a segment with memset, which TSan watches; that the segment's last owner is gone, it
// knows by atomics that TSan does not see. The two threads here are ordered by nothing that TSan sees either.
TEST(Threads, ASegmentThatComesBackIsNoRace) {
  HeapChild child(mimalloc_options(), [] {
    std::array<std::atomic<int>, 20> first_ids{};
    for (std::atomic<int>& first_id : first_ids) {
      std::thread second([&] {
        while (first_id.load(std::memory_order_relaxed) == 0) sched_yield();
        const std::string first = "/proc/self/task/" + std::to_string(first_id.load(std::memory_order_relaxed));
        while (access(first.c_str(), F_OK) == 0) sched_yield();
        heapstorm_free(heapstorm_allocate(100, 0));
        heapstorm_thread_retire();
      });
      std::thread([&] {
        heapstorm_free(heapstorm_allocate(100, 0));
        heapstorm_thread_retire();
        first_id.store(gettid(), std::memory_order_relaxed);
      }).detach();
      second.join();
    }
  });
  EXPECT_TRUE(child.exited_cleanly()) << child.exit_code();
  EXPECT_TRUE(child.findings().empty());
}

TEST(Threads, TwentyThousandShortLivedOnesStayBoundedAndKeepTheirNames) {
  HeapChild child(mimalloc_options(), [] {
    std::uint64_t after_warm_up_kb = 0;
    void* last = nullptr;
    for (int i = 0; i < short_lived_threads; ++i) {
      std::thread([&, i] {
        heapstorm_thread_register(("brief-" + std::to_string(i)).c_str());
        heapstorm_free(heapstorm_allocate(1000, 0));
        if (i % 1000 == 7) last = heapstorm_allocate(50, heapstorm_name("survivor"));
      }).join();
      if (i % 1000 == 7) heapstorm_free(last);
      if (i == short_lived_threads / 10) after_warm_up_kb = resident_kb();
    }
    if (memory_is_ours && resident_kb() > after_warm_up_kb + 64 * 1024) _exit(1);
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_OWNER_EXITED_FREE);
  EXPECT_EQ(finding.count, static_cast<std::uint64_t>(short_lived_threads / 1000));
  EXPECT_EQ(child.thread_name(finding.owner.thread), "brief-7");
  EXPECT_EQ(child.thread_name(static_cast<std::uint32_t>(short_lived_threads) + 1),
            "brief-" + std::to_string(short_lived_threads - 1));
}

TEST(Threads, OneThatForgetsIsRetiredAtItsExit) {
  HeapChild child(mimalloc_options(), [] { std::thread([] { heapstorm_free(heapstorm_allocate(10, 0)); }).join(); });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_EQ(child.thread(2).state, HEAPSTORM_THREAD_RETIRED);
}

// Threads that start at once, in places that no thread has had before: each finds itself, however far the others are.
TEST(Threads, EachIsFoundByItsStackWhileOthersStart) {
  for (int again = 0; again < 20; ++again) {
    HeapChild child(mimalloc_options(), [] {
      constexpr int together = 100;
      std::atomic<int> ready{0};
      std::barrier<> end(together);
      std::vector<std::thread> threads;
      for (int i = 0; i < together; ++i) {
        threads.emplace_back([&] {
          ++ready;
          while (ready < together) std::this_thread::yield();
          const std::uint32_t id = heapstorm_thread_register("one of many");
          if (thread_with_stack(reinterpret_cast<std::uint64_t>(__builtin_frame_address(0))) != id) _exit(3);
          end.arrive_and_wait();
        });
      }
      for (std::thread& thread : threads) thread.join();
      std::exit(0);  // with TSan's verdict
    });
    ASSERT_EQ(child.exit_code(), 0) << again;
  }
}

// What a thread-local container does: its destructor runs while the thread is ending.
struct FreesAtThreadExit {
  void* block = nullptr;
  ~FreesAtThreadExit() {
    heapstorm_free(block);
    heapstorm_free(heapstorm_allocate(10, 0));
  }
};

TEST(Threads, ThreadLocalDestructorsMayStillUseTheHeap) {
  HeapChild child(mimalloc_options(), [] {
    std::thread([] {
      thread_local FreesAtThreadExit made_before_the_heap;
      made_before_the_heap.block = heapstorm_allocate(10, 0);
    }).join();
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

// Whoever wins, the block is freed exactly once: owner and thieves start together, thousands of times, and the heap's
// own checks (quarantine, header) would notice a block that was given back twice.
TEST(Threads, OfAllThatFreeABlockAtOnceExactlyOneDoes) {
  HeapChild child(mimalloc_options(), [] {
    constexpr int rounds = 3000;
    std::atomic<void*> block{nullptr};
    std::barrier<> start(3), end(3);
    auto thief = [&] {
      for (int i = 0; i < rounds; ++i) {
        start.arrive_and_wait();
        heapstorm_free(block.load());
        end.arrive_and_wait();
      }
    };
    std::thread first(thief), second(thief);
    for (int i = 0; i < rounds; ++i) {
      block = heapstorm_allocate(64, 0);
      start.arrive_and_wait();
      heapstorm_free(block.load());
      end.arrive_and_wait();
    }
    first.join();
    second.join();
    if (heapstorm_heap_box() == nullptr) _exit(1);
  });
  ASSERT_TRUE(child.exited_cleanly());
  std::uint64_t doubles = 0;
  for (const auto& finding : child.findings()) {
    EXPECT_TRUE(finding.kind == HEAPSTORM_FOREIGN_FREE || finding.kind == HEAPSTORM_DOUBLE_FREE) << finding.kind;
    if (finding.kind == HEAPSTORM_DOUBLE_FREE) doubles += finding.count;
  }
  EXPECT_EQ(doubles, 2u * 3000u);
}

}  // namespace
}  // namespace heapstorm::heap
