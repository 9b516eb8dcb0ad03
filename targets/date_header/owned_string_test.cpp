#include "targets/date_header/owned_string.h"

#include <gtest/gtest.h>

#include <thread>

#include "harness/heap/heap.h"
#include "targets/common/testing/owner_heap.h"

namespace heapstorm::targets::date_header {
namespace {

using target::violations;
using OwnedStringTest = target::OwnerHeapTest;

TEST_F(OwnedStringTest, HoldsItsTextInABlockOfTheHeap) {
  OwnedString* const string = OwnedString::create("Sun, 06 Nov", heapstorm_name("test"));
  EXPECT_EQ(string->view(), "Sun, 06 Nov");
  EXPECT_EQ(heapstorm_usable_size(string), sizeof(OwnedString) + 11);
  string->release();
}

TEST_F(OwnedStringTest, TheLastReferenceFreesIt) {
  OwnedString* const string = OwnedString::create("", heapstorm_name("test"));
  EXPECT_EQ(string->acquire(), string);
  string->release();
  EXPECT_NE(heapstorm_usable_size(string), 0u);
  string->release();
  EXPECT_EQ(heapstorm_usable_size(string), 0u);
}

TEST_F(OwnedStringTest, ReleasedByItsThreadIsNoViolation) {
  const std::uint64_t before = violations();
  OwnedString::create("text", heapstorm_name("test"))->release();
  EXPECT_EQ(violations(), before);
}

TEST_F(OwnedStringTest, ReleasedByAnotherThreadIsAViolation) {
  const std::uint64_t before = violations();
  OwnedString* const string = OwnedString::create("text", heapstorm_name("test"));
  std::thread([string] { string->release(); }).join();
  EXPECT_EQ(violations(), before + 1);
}

}  // namespace
}  // namespace heapstorm::targets::date_header
