#include "harness/base/printable.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

TEST(Printable, EscapesControlCharactersAndKeepsTheRest) {
  EXPECT_EQ(printable("plain text, \xc3\xa9"), "plain text, \xc3\xa9");
  EXPECT_EQ(printable("\033[31m\n\t\x7f"), "\\x1b[31m\\x0a\\x09\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\x9b");
  EXPECT_EQ(printable("\xc2\x80\xc2\x9f"), "\\x80\\x9f");
  EXPECT_EQ(printable("\xc2\xa0"), "\xc2\xa0");
  EXPECT_EQ(printable(std::string_view("\0\x1f ~\xc2", 5)), "\\x00\\x1f ~\xc2");
  EXPECT_EQ(printable("\xc2\x7f\xc2"
                      "a"),
            "\xc2\\x7f\xc2"
            "a");
}

TEST(Printable, KeepsLineEndsWhereLinesAreOurs) {
  EXPECT_EQ(printable_lines(""), "");
  EXPECT_EQ(printable_lines("one\r\n\ttwo\n\n\033"), "one\\x0d\n\\x09two\n\n\\x1b");
  EXPECT_EQ(printable_lines("end\n"), "end\n");
}

}  // namespace
}  // namespace heapstorm
