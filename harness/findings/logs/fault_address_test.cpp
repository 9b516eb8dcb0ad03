#include "harness/findings/logs/fault_address.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

std::string name_of(std::optional<std::uint64_t> address) {
  return fault_address_name(classify_address(address));
}

TEST(FaultAddress, IsOfOneOfFourKinds) {
  EXPECT_EQ(name_of(0), "null");
  EXPECT_EQ(name_of(1), "near null");
  EXPECT_EQ(name_of(0xffff), "near null");
  EXPECT_EQ(name_of(0x10000), "wild");
  EXPECT_EQ(name_of(0x7fffffffffff), "wild");
  EXPECT_EQ(name_of(0x800000000000), "non-canonical");
  EXPECT_EQ(name_of(0xffff7fffffffffff), "non-canonical");
  EXPECT_EQ(name_of(0xffff800000000000), "wild");  // the kernel's half
  EXPECT_EQ(name_of(std::nullopt), "non-canonical");
}

}  // namespace
}  // namespace heapstorm
