#include "targets/common/sessions/first_bytes.h"

#include <gtest/gtest.h>

namespace heapstorm::target {
namespace {

TEST(FirstBytes, AMethodAndASpaceIsHttp) {
  EXPECT_EQ(protocol_of("GET / HTTP/1.1\r\n"), Protocol::http);
  EXPECT_EQ(protocol_of("PATCH "), Protocol::http);
}

TEST(FirstBytes, AStartOfAMethodIsUndecided) {
  EXPECT_EQ(protocol_of(""), Protocol::undecided);
  EXPECT_EQ(protocol_of("P"), Protocol::undecided);
  EXPECT_EQ(protocol_of("GET"), Protocol::undecided);
}

TEST(FirstBytes, AnythingElseIsRaw) {
  EXPECT_EQ(protocol_of("y\n"), Protocol::raw);
  EXPECT_EQ(protocol_of("GETS"), Protocol::raw);
  EXPECT_EQ(protocol_of("get /"), Protocol::raw);
}

}  // namespace
}  // namespace heapstorm::target
