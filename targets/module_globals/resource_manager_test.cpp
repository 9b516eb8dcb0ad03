#include "targets/module_globals/resource_manager.h"

#include <gtest/gtest.h>

#include <future>

namespace heapstorm::targets::module_globals {
namespace {

struct Globals {
  int value;
};

void construct(void* copy) {
  static_cast<Globals*>(copy)->value = 42;
}

// The values of the copies destroyed, in order.
std::vector<int>& destroyed() {
  static std::vector<int> values;
  return values;
}

void destruct(void* copy) {
  destroyed().push_back(static_cast<Globals*>(copy)->value);
}

Globals* copy_of(const ThreadTable& table, int id) {
  return static_cast<Globals*>(table.copy(id));
}

TEST(ResourceManager, NumbersResourcesFromOne) {
  ResourceManager manager(1, 1);
  EXPECT_EQ(manager.allocate_id(sizeof(Globals), construct, nullptr), 1);
  EXPECT_EQ(manager.allocate_id(sizeof(Globals), construct, nullptr), 2);
}

TEST(ResourceManager, AThreadGetsAConstructedCopyOfAllThatIsRegistered) {
  ResourceManager manager(1, 1);
  const int first = manager.allocate_id(sizeof(Globals), construct, nullptr);
  const int second = manager.allocate_id(sizeof(Globals), nullptr, nullptr);
  ThreadTable& table = manager.start_thread();
  EXPECT_EQ(copy_of(table, first)->value, 42);
  EXPECT_EQ(copy_of(table, second)->value, 0);
  EXPECT_EQ(table.copy(second + 1), nullptr);
  manager.end_thread(table);
}

TEST(ResourceManager, EveryThreadHasItsOwnCopy) {
  ResourceManager manager(1, 1);
  const int id = manager.allocate_id(sizeof(Globals), construct, nullptr);
  ThreadTable& mine = manager.start_thread();
  std::thread([&] {
    ThreadTable& table = manager.start_thread();
    copy_of(table, id)->value = 7;
    manager.end_thread(table);
  }).join();
  EXPECT_EQ(copy_of(mine, id)->value, 42);
  manager.end_thread(mine);
}

TEST(ResourceManager, AResourceRegisteredLateIsGivenToLiveThreadsWhileTheyRead) {
  ResourceManager manager(1, 1);
  const int early = manager.allocate_id(sizeof(Globals), construct, nullptr);
  std::promise<void> started;
  std::atomic<int> late{0};
  std::thread reader([&] {
    ThreadTable& table = manager.start_thread();
    started.set_value();
    while (late == 0) EXPECT_EQ(copy_of(table, early)->value, 42);
    EXPECT_EQ(copy_of(table, late)->value, 42);
    manager.end_thread(table);
  });
  started.get_future().wait();
  int last = 0;
  for (int i = 0; i < 100; ++i) last = manager.allocate_id(sizeof(Globals), construct, nullptr);
  late = last;
  reader.join();
}

TEST(ResourceManager, AThreadsEndDestroysItsCopiesLatestFirst) {
  destroyed().clear();
  ResourceManager manager(1, 1);
  const int first = manager.allocate_id(sizeof(Globals), construct, destruct);
  const int second = manager.allocate_id(sizeof(Globals), construct, destruct);
  ThreadTable& table = manager.start_thread();
  copy_of(table, first)->value = 1;
  copy_of(table, second)->value = 2;
  manager.end_thread(table);
  EXPECT_EQ(destroyed(), (std::vector{2, 1}));
}

TEST(ResourceManager, AFreedResourceIsDestroyedOnceAndNotGivenToLaterThreads) {
  destroyed().clear();
  ResourceManager manager(1, 1);
  const int id = manager.allocate_id(sizeof(Globals), construct, destruct);
  ThreadTable& table = manager.start_thread();
  manager.free_id(id);
  EXPECT_EQ(destroyed(), std::vector{42});
  EXPECT_EQ(table.copy(id), nullptr);
  manager.end_thread(table);
  ThreadTable& later = manager.start_thread();
  EXPECT_EQ(later.copy(id), nullptr);
  manager.end_thread(later);
  EXPECT_EQ(destroyed().size(), 1u);
}

TEST(ResourceManager, ShutDownDestroysWhatThreadsHaveLeft) {
  destroyed().clear();
  {
    ResourceManager manager(1, 1);
    manager.allocate_id(sizeof(Globals), construct, destruct);
    manager.start_thread();
  }
  EXPECT_EQ(destroyed(), std::vector{42});
}

}  // namespace
}  // namespace heapstorm::targets::module_globals
