#include "reports/text/printable.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

TEST(Printable, EscapesControlCharactersAndKeepsTheRest) {
  EXPECT_EQ(printable("plain text, \xc3\xa9"), "plain text, \xc3\xa9");
  EXPECT_EQ(printable("\033[31m\n\t\x7f"), "\\x1b[31m\\x0a\\x09\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\x9b");
  EXPECT_EQ(printable("\xc2\xa0"), "\xc2\xa0");
}

}  // namespace
}  // namespace heapstorm
