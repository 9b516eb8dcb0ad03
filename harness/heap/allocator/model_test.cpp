// Random operations over 8 threads against a model that knows, of every block, its owner, size and contents. Threads
// hand blocks to each other through a mailbox, so that transfers and exits of owners are part of it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <cstring>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "harness/base/prng.h"
#include "harness/heap/testing/heap_child.h"

namespace heapstorm::heap {
namespace {

constexpr int threads = 8;
constexpr int operations_per_thread = 12'500;  // 100,000 in all
constexpr std::size_t max_live = 64;

struct ModelBlock {
  unsigned char* bytes;
  std::size_t size;
  unsigned char fill;
};

class Mailboxes {
 public:
  void send(std::size_t to, ModelBlock block) {
    std::lock_guard lock(mutex_);
    boxes_[to].push_back(block);
  }
  std::optional<ModelBlock> receive(std::size_t at) {
    std::lock_guard lock(mutex_);
    if (boxes_[at].empty()) return std::nullopt;
    ModelBlock block = boxes_[at].front();
    boxes_[at].pop_front();
    return block;
  }

 private:
  std::mutex mutex_;
  std::deque<ModelBlock> boxes_[threads];
};

class Worker {
 public:
  Worker(std::size_t index, std::uint64_t seed, Mailboxes& mailboxes, heapstorm_heap** heaps)
      : index_(index), draws_(Prng(seed).fork(index)), mailboxes_(mailboxes), heaps_(heaps) {}

  void run() {
    for (int i = 0; i < operations_per_thread; ++i) step();
    while (auto block = mailboxes_.receive(index_)) live_.push_back(*block);
    while (!live_.empty()) free_one();
  }

  void free_late_mail() {
    while (auto block = mailboxes_.receive(index_)) live_.push_back(*block);
    while (!live_.empty()) free_one();
  }

 private:
  void step() {
    if (auto block = mailboxes_.receive(index_)) live_.push_back(*block);
    std::uint64_t draw = draws_.below(100);
    if (live_.empty() || (draw < 45 && live_.size() < max_live)) {
      allocate_one();
    } else if (draw < 80) {
      free_one();
    } else if (draw < 95) {
      reallocate_one();
    } else {
      hand_over_one();
    }
  }

  std::size_t draw_size() { return draws_.below(20) == 0 ? draws_.below(200'000) : draws_.below(600); }

  void allocate_one() {
    std::size_t size = draw_size();
    void* bytes = nullptr;
    switch (draws_.below(3)) {
      case 0:
        bytes = heapstorm_allocate(size, 1);
        break;
      case 1:
        bytes = heapstorm_allocate_zeroed(size, 2);
        break;
      default:
        bytes = heapstorm_allocate_aligned(std::size_t{1} << draws_.below(13), size, 3);
    }
    if (bytes == nullptr) _exit(2);
    live_.push_back(filled({static_cast<unsigned char*>(bytes), size, 0}));
  }

  ModelBlock filled(ModelBlock block) {
    block.fill = static_cast<unsigned char>(draws_.next());
    std::memset(block.bytes, block.fill, block.size);
    return block;
  }

  void check(const ModelBlock& block) {
    if (heapstorm_usable_size(block.bytes) != block.size) _exit(3);
    for (std::size_t i = 0; i < block.size; ++i) {
      if (block.bytes[i] != block.fill) _exit(4);
    }
  }

  ModelBlock take_any() {
    std::size_t at = draws_.below(live_.size());
    ModelBlock block = live_[at];
    live_[at] = live_.back();
    live_.pop_back();
    check(block);
    return block;
  }

  void free_one() { heapstorm_free(take_any().bytes); }

  void reallocate_one() {
    ModelBlock block = take_any();
    std::size_t size = draw_size();
    auto* bytes = static_cast<unsigned char*>(heapstorm_reallocate(block.bytes, size));
    if (bytes == nullptr) _exit(5);
    for (std::size_t i = 0; i < std::min(size, block.size); ++i) {
      if (bytes[i] != block.fill) _exit(6);
    }
    live_.push_back(filled({bytes, size, 0}));
  }

  void hand_over_one() {
    std::size_t to = draws_.below(threads);
    ModelBlock block = take_any();
    if (heapstorm_transfer(block.bytes, heaps_[to]) != 0) _exit(7);
    mailboxes_.send(to, block);
  }

  std::size_t index_;
  Prng draws_;
  Mailboxes& mailboxes_;
  heapstorm_heap** heaps_;
  std::vector<ModelBlock> live_;
};

class Model : public testing::TestWithParam<heapstorm_backend> {};
INSTANTIATE_TEST_SUITE_P(Backends, Model, testing::Values(HEAPSTORM_BACKEND_MIMALLOC, HEAPSTORM_BACKEND_SYSTEM),
                         [](const auto& backend) {
                           return backend.param == HEAPSTORM_BACKEND_SYSTEM ? "system" : "mimalloc";
                         });

TEST_P(Model, RandomOperationsAgreeWithItAndFindNothing) {
  HeapChild child(test_options(GetParam()), [] {
    Mailboxes mailboxes;
    heapstorm_heap* heaps[threads] = {};
    std::mutex mutex;
    std::condition_variable changed;
    int registered = 0, done = 0;
    auto wait_for_all = [&](int& count) {
      std::unique_lock lock(mutex);
      if (++count % threads == 0) changed.notify_all();
      changed.wait(lock, [&] { return count >= threads; });
    };
    std::vector<std::thread> running;
    for (std::size_t i = 0; i < threads; ++i) {
      running.emplace_back([&, i] {
        heaps[i] = heapstorm_heap_current();
        wait_for_all(registered);
        Worker worker(i, 2026, mailboxes, heaps);
        worker.run();
        wait_for_all(done);  // Nobody sends any more.
        worker.free_late_mail();
      });
    }
    for (auto& thread : running) thread.join();
    heapstorm_thread_retire();
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
  EXPECT_EQ(child.control().dropped, 0u);
}

}  // namespace
}  // namespace heapstorm::heap
