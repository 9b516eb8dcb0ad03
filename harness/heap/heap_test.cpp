#include "harness/heap/heap.h"

#include <gtest/gtest.h>

#include <thread>

#include "harness/heap/process.h"

TEST(OwnerHeap, Smoke) {
  auto options = heapstorm_heap_defaults();
  ASSERT_EQ(heapstorm_heap_start(&options), 0);
  heapstorm_thread_register("main");
  void* p = heapstorm_allocate(100, heapstorm_name("x"));
  std::thread([&] { heapstorm_free(p); }).join();
  EXPECT_EQ(heapstorm::heap::process().box.control().findings, 1u);
  auto& f = heapstorm::heap::process().box.findings()[0];
  EXPECT_EQ(f.kind, HEAPSTORM_FOREIGN_FREE);
  for (int i = 0; i < 100000; ++i) heapstorm_free(heapstorm_allocate(i % 1000, 1));
  EXPECT_EQ(heapstorm::heap::process().box.control().findings, 1u);
}
