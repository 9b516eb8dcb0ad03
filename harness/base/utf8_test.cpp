#include "harness/base/utf8.h"

#include <gtest/gtest.h>

#include <string>

namespace heapstorm {
namespace {

// As many U+FFFD as there are bytes.
std::string replaced(std::size_t bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes; ++i) text += "\xef\xbf\xbd";
  return text;
}

// The first and the last of each row of table 3-7 of Unicode 15.
TEST(Utf8, KeepsTheEndsOfEveryRangeOfWellFormedSequences) {
  for (const std::string text :
       {"\x01", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xe0\xbf\xbf", "\xe1\x80\x80", "\xec\xbf\xbf",
        "\xed\x80\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf0\xbf\xbf\xbf",
        "\xf1\x80\x80\x80", "\xf3\xbf\xbf\xbf", "\xf4\x80\x80\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_EQ(valid_utf8(text), text) << testing::PrintToString(text);
  }
}

TEST(Utf8, ReplacesWhatLiesJustOutsideOfThoseRanges) {
  for (const std::string text : {"\x80",
                                 "\xbf",
                                 "\xc0\x80",
                                 "\xc1\xbf",
                                 "\xc2\x7f",
                                 "\xc2\xc0",
                                 "\xdf\xc0",
                                 "\xe0\x9f\xbf",
                                 "\xe1\x7f\x80",
                                 "\xe1\xc0\x80",
                                 "\xed\x7f\x80",
                                 "\xee\xc0\x80",
                                 "\xf0\xc0\x80\x80",
                                 "\xf1\x7f\x80\x80",
                                 "\xf1\xc0\x80\x80",
                                 "\xf4\x7f\x80\x80",
                                 "\xe0\xc0\x80",
                                 "\xed\xa0\x80",
                                 "\xed\xbf\xbf",
                                 "\xf0\x8f\xbf\xbf",
                                 "\xf4\x90\x80\x80",
                                 "\xf5\x80\x80\x80",
                                 "\xff"}) {
    const std::string valid = valid_utf8(text);
    EXPECT_EQ(valid.substr(0, 3), replaced(1)) << testing::PrintToString(text);
    EXPECT_EQ(valid_utf8(valid), valid) << testing::PrintToString(text);
  }
}

TEST(Utf8, ChecksEveryByteOfASequence) {
  EXPECT_EQ(valid_utf8("\xe1\x80\x7f"), replaced(2) + "\x7f");
  EXPECT_EQ(valid_utf8("\xe1\x80\xc0"), replaced(3));
  EXPECT_EQ(valid_utf8("\xf1\x80\x7f\x80"), replaced(2) + "\x7f" + replaced(1));
  EXPECT_EQ(valid_utf8("\xf1\x80\x80\x7f"), replaced(3) + "\x7f");
}

TEST(Utf8, ReplacesASequenceThatIsCutOffAtTheEnd) {
  EXPECT_EQ(valid_utf8("a\xc3"), "a" + replaced(1));
  EXPECT_EQ(valid_utf8("a\xe2\x82"), "a" + replaced(2));
  EXPECT_EQ(valid_utf8("a\xf0\x9f\x92"), "a" + replaced(3));
}

TEST(Utf8, GoesOnAfterWhatItReplaced) {
  EXPECT_EQ(valid_utf8("\xff"
                       "caf\xc3\xa9\xfe!"),
            replaced(1) + "caf\xc3\xa9" + replaced(1) + "!");
  EXPECT_EQ(valid_utf8(""), "");
}

TEST(Utf8, OfALongTextTheFirstBytesAreKept) {
  EXPECT_EQ(valid_utf8("abc", 3), "abc");
  EXPECT_EQ(valid_utf8("abc", 2), "ab");
  EXPECT_EQ(valid_utf8("a\xc3\xa4", 2), "a" + replaced(1));
}

}  // namespace
}  // namespace heapstorm
