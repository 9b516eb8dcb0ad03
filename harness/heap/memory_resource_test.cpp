// Containers on the owner heap: a container is legal on the thread that owns its blocks, and a finding on any other.
#include "harness/heap/memory_resource.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdint>
#include <list>
#include <memory>
#include <new>
#include <string>
#include <thread>
#include <vector>

#include "harness/heap/allocator.h"
#include "harness/heap/testing/heap_child.h"

namespace heapstorm::heap {
namespace {

class Containers : public testing::TestWithParam<heapstorm_backend> {};

std::string backend_name(const testing::TestParamInfo<heapstorm_backend>& backend) {
  return backend.param == HEAPSTORM_BACKEND_SYSTEM ? "system" : "mimalloc";
}
INSTANTIATE_TEST_SUITE_P(Backends, Containers, testing::Values(HEAPSTORM_BACKEND_MIMALLOC, HEAPSTORM_BACKEND_SYSTEM),
                         backend_name);

constexpr const char* long_text = "longer than what a string keeps within itself";

// In the child; the parent sees the exit code.
void must(bool condition) {
  if (!condition) _exit(1);
}

TEST_P(Containers, StringDestroyedOnAnotherThreadIsAForeignFreeWithItsTag) {
  HeapChild child(test_options(GetParam()), [] {
    OwnerHeapResource resource(heapstorm_name("greeting"));
    std::pmr::string made_here(long_text, &resource);
    on_thread("thief", [&] { std::pmr::string dies_here(std::move(made_here)); });
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_FOREIGN_FREE);
  EXPECT_EQ(child.name(finding.tag), "greeting");
  EXPECT_EQ(child.thread_name(finding.owner.thread), "main");
  EXPECT_EQ(child.thread_name(finding.offender.thread), "thief");
}

TEST_P(Containers, StringDestroyedOnItsOwnThreadIsSilent) {
  HeapChild child(test_options(GetParam()), [] {
    OwnerHeapResource resource(heapstorm_name("greeting"));
    {
      std::pmr::string made_here(long_text, &resource);
      // A reader takes nothing and frees nothing.
      on_thread("reader", [&] { must(made_here == long_text); });
      std::pmr::string dies_here(std::move(made_here));
    }
    on_thread("other", [&] { std::pmr::string own(long_text, &resource); });  // One resource serves every thread.
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST_P(Containers, VectorThatGrowsOnAnotherThreadIsAForeignFree) {
  HeapChild child(test_options(GetParam()), [] {
    std::vector<int, OwnerAllocator<int>> numbers{OwnerAllocator<int>(heapstorm_name("numbers"))};
    numbers.assign(100, 7);
    on_thread("thief", [&] {
      numbers.reserve(numbers.capacity() + 1);
      numbers = std::vector<int, OwnerAllocator<int>>();  // The new block is the thief's own: silent.
    });
  });
  ASSERT_TRUE(child.exited_cleanly());
  heapstorm_box_finding finding = child.only_finding();
  EXPECT_EQ(finding.kind, HEAPSTORM_FOREIGN_FREE);
  EXPECT_EQ(finding.count, 1u);
  EXPECT_EQ(finding.block_bytes, 100 * sizeof(int));
  EXPECT_EQ(child.name(finding.tag), "numbers");
}

TEST_P(Containers, OnOneThreadEveryKindOfContainerIsSilent) {
  HeapChild child(test_options(GetParam()), [] {
    OwnerHeapResource first(heapstorm_name("first")), second(heapstorm_name("second"));
    must(first == second && first != *std::pmr::new_delete_resource());
    std::pmr::vector<std::pmr::string> strings(&first);
    for (int i = 0; i < 100; ++i) strings.emplace_back(long_text);
    std::pmr::vector<std::pmr::string> taken_over(std::move(strings), &second);
    must(taken_over.size() == 100 && taken_over[99] == long_text);

    std::list<int, OwnerAllocator<int>> left{OwnerAllocator<int>(1)}, right{OwnerAllocator<int>(2)};
    left.assign(10, 1);
    right.assign(20, 2);
    left.swap(right);
    must(left.get_allocator().tag() == 2 && left.size() == 20);
    right = std::move(left);
    auto shared = std::allocate_shared<int>(OwnerAllocator<char>(3), 42);
    must(*shared == 42);
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

struct alignas(256) Wide {
  char bytes[256];
};

TEST_P(Containers, AlignmentBeyondTheHeapsOwnIsKept) {
  HeapChild child(test_options(GetParam()), [] {
    OwnerHeapResource resource;
    for (std::size_t alignment = 1; alignment <= 1u << 16; alignment *= 2) {
      void* block = resource.allocate(40, alignment);
      must(reinterpret_cast<std::uintptr_t>(block) % alignment == 0);
      resource.deallocate(block, 40, alignment);
    }
    std::vector<Wide, OwnerAllocator<Wide>> wide(3);
    must(reinterpret_cast<std::uintptr_t>(wide.data()) % 256 == 0);
  });
  ASSERT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

template <typename Body>
bool throws_bad_alloc(Body body) {
  try {
    body();
    return false;
  } catch (const std::bad_alloc&) {
    return true;
  }
}

TEST_P(Containers, AnInjectedFailureIsABadAllocAndOnlyOnce) {
  heapstorm_heap_options options = test_options(GetParam());
  options.fail_nth = 2;
  HeapChild child(options, [] {
    OwnerHeapResource resource(heapstorm_name("greeting"));
    std::pmr::string first(long_text, &resource);
    must(throws_bad_alloc([&] { std::pmr::string second(long_text, &resource); }));
    must(!throws_bad_alloc([&] { std::pmr::string third(long_text, &resource); }));
  });
  EXPECT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST_P(Containers, TheAllocatorThrowsTooAndRefusesWhatNoSizeCanHold) {
  heapstorm_heap_options options = test_options(GetParam());
  options.fail_nth = 1;
  HeapChild child(options, [] {
    OwnerAllocator<std::uint64_t> allocator;
    must(throws_bad_alloc([&] { allocator.deallocate(allocator.allocate(1), 1); }));
    must(!throws_bad_alloc([&] { allocator.deallocate(allocator.allocate(1), 1); }));
    must(throws_bad_alloc([&] { allocator.deallocate(allocator.allocate(~std::size_t{0} / 4), 1); }));
  });
  EXPECT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

}  // namespace
}  // namespace heapstorm::heap
