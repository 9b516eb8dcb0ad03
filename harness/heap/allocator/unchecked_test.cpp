// The backends that check nothing: whatever a program does with its blocks, the heap stays silent.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <thread>

#include "harness/heap/testing/heap_child.h"

namespace heapstorm::heap {
namespace {

class Unchecked : public testing::TestWithParam<heapstorm_backend> {};

TEST_P(Unchecked, AForeignFreeIsSilent) {
  HeapChild child(test_options(GetParam()), [] {
    void* block = nullptr;
    std::thread([&] { block = heapstorm_allocate(100, 0); }).join();
    std::memset(block, 1, 100);
    std::thread([&] { heapstorm_free(block); }).join();
  });
  EXPECT_TRUE(child.exited_cleanly());
  EXPECT_TRUE(child.findings().empty());
}

TEST_P(Unchecked, BlocksKeepTheirBytesAndAlignment) {
  HeapChild child(test_options(GetParam()), [] {
    auto* bytes = static_cast<unsigned char*>(heapstorm_allocate_zeroed(1000, 0));
    for (int i = 0; i < 1000; ++i) {
      if (bytes[i] != 0) _exit(1);
      bytes[i] = static_cast<unsigned char>(i);
    }
    bytes = static_cast<unsigned char*>(heapstorm_reallocate(bytes, 5000));
    for (int i = 0; i < 1000; ++i) {
      if (bytes[i] != static_cast<unsigned char>(i)) _exit(2);
    }
    if (heapstorm_usable_size(bytes) < 5000) _exit(3);
    heapstorm_free(bytes);
    void* aligned = heapstorm_allocate_aligned(4096, 10, 0);
    if (reinterpret_cast<std::uintptr_t>(aligned) % 4096 != 0) _exit(4);
    heapstorm_free(aligned);
    void* handed = heapstorm_allocate_in(heapstorm_heap_current(), 0, 0);
    if (handed == nullptr || heapstorm_transfer(handed, heapstorm_heap_current()) != 0) _exit(5);
    heapstorm_free(handed);
    heapstorm_free(heapstorm_reallocate(nullptr, 10));
  });
  EXPECT_EQ(child.exit_code(), 0);
  EXPECT_TRUE(child.findings().empty());
}

INSTANTIATE_TEST_SUITE_P(Backends, Unchecked,
                         testing::Values(HEAPSTORM_BACKEND_UNCHECKED_MIMALLOC, HEAPSTORM_BACKEND_UNCHECKED_SYSTEM),
                         [](const testing::TestParamInfo<heapstorm_backend>& backend) {
                           return backend.param == HEAPSTORM_BACKEND_UNCHECKED_SYSTEM ? "system" : "mimalloc";
                         });

}  // namespace
}  // namespace heapstorm::heap
