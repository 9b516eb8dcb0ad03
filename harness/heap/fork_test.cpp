// A fork of a program that has a heap: it ends without a word about its parent's blocks and without touching them.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <thread>
#include <unordered_set>
#include <vector>

#include "harness/heap/recorder/process_heaps.h"
#include "harness/heap/testing/heap_child.h"

namespace heapstorm::heap {
namespace {

constexpr std::size_t block_bytes = 500;
constexpr unsigned deadline_s = 120;  // of a fork that hangs

class Fork : public testing::TestWithParam<heapstorm_backend> {
 protected:
  static heapstorm_heap_options options() {
    heapstorm_heap_options options = test_options(GetParam());
    options.quarantine_bytes = 4096;  // 16 times as much for all threads that have ended: 119 blocks
    options.watch_whole_one_in = ~0u;
    return options;
  }
};
INSTANTIATE_TEST_SUITE_P(Backends, Fork, testing::Values(HEAPSTORM_BACKEND_MIMALLOC, HEAPSTORM_BACKEND_SYSTEM),
                         [](const auto& backend) {
                           return backend.param == HEAPSTORM_BACKEND_MIMALLOC ? "mimalloc" : "system";
                         });

// Freed blocks of threads that have ended, all of them waiting.
std::unordered_set<void*> leave_blocks(int count) {
  std::unordered_set<void*> blocks;
  for (int i = 0; i < count; ++i) {
    std::thread([&blocks] {
      void* block = heapstorm_allocate(block_bytes, 0);
      heapstorm_free(block);
      blocks.insert(block);
    }).join();
  }
  return blocks;
}

// The calling thread frees blocks at as many of these places as it gets. From then on they wait as its own, which
// watches only their edges.
bool free_own_blocks_at(const std::unordered_set<void*>& places) {
  std::vector<void*> blocks(2000);
  for (void*& block : blocks) {
    block = heapstorm_allocate(block_bytes, 0);
    std::memset(block, 0x11, block_bytes);
  }
  const auto others = std::partition(blocks.begin(), blocks.end(), [&](void* block) { return places.contains(block); });
  for (void* block : blocks) heapstorm_free(block);
  return others != blocks.begin();
}

// A fork that runs `body` when it is let go.
class Forked {
 public:
  explicit Forked(const std::function<void()>& body) {
    if (pipe(pipe_) != 0) _exit(90);
    pid_ = fork();
    if (pid_ == 0) run(body);
    close(pipe_[0]);
  }
  int exit_code() {
    close(pipe_[1]);
    int status = 0;
    if (waitpid(pid_, &status, 0) != pid_) _exit(91);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  [[noreturn]] void run(const std::function<void()>& body) {
    alarm(deadline_s);
    close(pipe_[1]);
    char none = 0;
    if (read(pipe_[0], &none, 1) != 0) _exit(92);
    body();
    std::exit(0);
  }

  int pipe_[2];
  pid_t pid_ = 0;
};

TEST_P(Fork, ThatExitsLeavesTheBlocksAloneThatItsParentUsesAgain) {
  HeapChild child(options(), [] {
    const std::unordered_set<void*> places = leave_blocks(100);
    Forked forked([] {});
    leave_blocks(300);
    std::thread([&] {
      const bool used_again = free_own_blocks_at(places);
      if (GetParam() == HEAPSTORM_BACKEND_MIMALLOC && !used_again) _exit(3);
      if (forked.exit_code() != 0) _exit(4);
    }).join();
    heapstorm_thread_retire();
  });
  EXPECT_EQ(child.exit_code(), 0);
  EXPECT_TRUE(child.findings().empty());
}

// The fork is made while somebody has the quarantine's lock, which in the fork nobody ever gives back.
TEST_P(Fork, EndsAlsoIfItsParentWasLookingAtTheBlocks) {
  static std::atomic<int> exit_code{-1};
  HeapChild child(options(), [] {
    leave_blocks(10);
    ProcessQuarantine::Sweep one = {1, 1};
    heaps().ended.take_next(one, [](void*) {
      const auto fork_now = [] { exit_code = Forked([] {}).exit_code(); };
#ifdef HEAPSTORM_TSAN
      std::thread(fork_now).join();  // TSan minds an exit of this thread, while it sees nothing of it.
#else
      fork_now();  // In a fork by another thread LSan takes what only this one's stack refers to for leaks.
#endif
      return false;
    });
    _exit(exit_code == 0 ? 0 : 3);
  });
  EXPECT_EQ(child.exit_code(), 0);
}

TEST_P(Fork, ThatRetiresItsThreadLeavesThatOfItsParentAlive) {
  HeapChild child(options(), [] {
    heapstorm_free(heapstorm_allocate(block_bytes, 0));
    if (Forked([] { heapstorm_thread_retire(); }).exit_code() != 0) _exit(3);
  });
  EXPECT_EQ(child.exit_code(), 0);
  EXPECT_EQ(child.thread(1).state, HEAPSTORM_THREAD_ALIVE);
  EXPECT_EQ(child.control().next_thread, 2u);
  EXPECT_TRUE(child.findings().empty());
}

}  // namespace
}  // namespace heapstorm::heap
