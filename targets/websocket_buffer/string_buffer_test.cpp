#include "targets/websocket_buffer/string_buffer.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>

#include "harness/heap/heap.h"
#include "targets/common/testing/owner_heap.h"

namespace heapstorm::targets::websocket_buffer {
namespace {

using target::violations;
using StringBufferTest = target::OwnerHeapTest;

TEST_F(StringBufferTest, IsEmptyAtFirstAndAfterClear) {
  StringBuffer buffer(8, heapstorm_name("test"));
  EXPECT_EQ(buffer.view(), "");
  buffer.append("abc");
  buffer.clear();
  EXPECT_EQ(buffer.view(), "");
}

TEST_F(StringBufferTest, KeepsItsBlockAsLongAsTheTextFits) {
  StringBuffer buffer(8, heapstorm_name("test"));
  buffer.append("1234");
  const char* const bytes = buffer.view().data();
  buffer.append("5678");
  EXPECT_EQ(buffer.view(), "12345678");
  EXPECT_EQ(buffer.view().data(), bytes);
  EXPECT_EQ(heapstorm_usable_size(bytes), 8u);
}

TEST_F(StringBufferTest, GrowsForALongerText) {
  StringBuffer buffer(4, heapstorm_name("test"));
  buffer.append("1234");
  buffer.append("5");
  EXPECT_EQ(buffer.view(), "12345");
  EXPECT_EQ(heapstorm_usable_size(buffer.view().data()), 8u);
  buffer.append(std::string(100, 'x'));
  EXPECT_EQ(buffer.view(), "12345" + std::string(100, 'x'));
}

TEST_F(StringBufferTest, OfOneThreadIsNoViolation) {
  const std::uint64_t before = violations();
  {
    StringBuffer buffer(4, heapstorm_name("test"));
    buffer.append("123456789");
  }
  EXPECT_EQ(violations(), before);
}

TEST_F(StringBufferTest, GrowingOnAnotherThreadIsAViolation) {
  const std::uint64_t before = violations();
  auto buffer = std::make_unique<StringBuffer>(4, heapstorm_name("test"));
  // Destroyed there too, since the grown block is that thread's.
  std::thread([taken = std::move(buffer)]() mutable {
    taken->append("123456789");
    taken.reset();
  }).join();
  EXPECT_EQ(violations(), before + 1);
}

}  // namespace
}  // namespace heapstorm::targets::websocket_buffer
