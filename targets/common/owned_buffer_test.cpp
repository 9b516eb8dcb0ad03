#include "targets/common/owned_buffer.h"

#include <thread>

#include "targets/common/testing/owner_heap.h"

namespace heapstorm::target {
namespace {

using OwnedBufferTest = OwnerHeapTest;

TEST_F(OwnedBufferTest, IsOneBlockOfTheHeapWithItsBytes) {
  OwnedBuffer* const buffer = OwnedBuffer::create("hello", heapstorm_name("test"));
  EXPECT_EQ(buffer->view(), "hello");
  EXPECT_EQ(heapstorm_usable_size(buffer), sizeof(OwnedBuffer) + 5);
  buffer->destroy();
  EXPECT_EQ(heapstorm_usable_size(buffer), 0u);
}

TEST_F(OwnedBufferTest, DestroyedByItsThreadIsNoViolation) {
  const std::uint64_t before = violations();
  OwnedBuffer::create("", heapstorm_name("test"))->destroy();
  EXPECT_EQ(violations(), before);
}

TEST_F(OwnedBufferTest, DestroyedByAnotherThreadIsAViolation) {
  const std::uint64_t before = violations();
  OwnedBuffer* const buffer = OwnedBuffer::create("hello", heapstorm_name("test"));
  std::thread([buffer] { buffer->destroy(); }).join();
  EXPECT_EQ(violations(), before + 1);
}

TEST_F(OwnedBufferTest, CreatedInAnotherThreadsHeapIsAViolation) {
  const std::uint64_t before = violations();
  heapstorm_heap* const heap = heapstorm_heap_current();
  OwnedBuffer* buffer = nullptr;
  std::thread([&] { buffer = OwnedBuffer::create_in(heap, "hello", heapstorm_name("test")); }).join();
  EXPECT_EQ(violations(), before + 1);
  EXPECT_EQ(buffer->view(), "hello");
  buffer->destroy();
  EXPECT_EQ(violations(), before + 1);
}

}  // namespace
}  // namespace heapstorm::target
