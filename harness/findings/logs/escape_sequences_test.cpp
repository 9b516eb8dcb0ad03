#include <gtest/gtest.h>

#include "harness/findings/log_findings.h"
#include "harness/findings/testing/stored_logs.h"

namespace heapstorm {
namespace {

TEST(EscapeSequences, AreTakenOffAndNothingElse) {
  EXPECT_EQ(without_escape_sequences("plain\n\ttext \xc3\xa4"), "plain\n\ttext \xc3\xa4");
  EXPECT_EQ(without_escape_sequences("\x1b[1m\x1b[31mred\x1b[0m end"), "red end");
  EXPECT_EQ(without_escape_sequences("\x1b[38;5;196mred\x1b[m\x1b[2K\x1b[?25l"), "red");
  EXPECT_EQ(without_escape_sequences("a\x1b]8;;https://example.org\x1b\\link\x1b]8;;\ab"), "alinkb");
  EXPECT_EQ(without_escape_sequences("\x1b(Bascii\x1b"
                                     "7saved\x1bPstring\x1b\\x"),
            "asciisavedx");
}

TEST(EscapeSequences, ThatAreCutOffDoNotSwallowALine) {
  EXPECT_EQ(without_escape_sequences("a\x1b[3\nb"), "a\nb");
  EXPECT_EQ(without_escape_sequences("a\x1b]0;title\nb"), "a\nb");
  EXPECT_EQ(without_escape_sequences("a\x1b\nb\x1b(\nc"), "a\nb\nc");
  EXPECT_EQ(without_escape_sequences("a\x1b\x1b[31mb"), "ab");
  EXPECT_EQ(without_escape_sequences("a\x1b"), "a");
  EXPECT_EQ(without_escape_sequences("a\x1b["), "a");
}

// As a program's logger colours what it passes on, or ASan with color=always.
std::string coloured(const std::string& text) {
  std::string lines;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines += "\x1b[1m\x1b[31m" + text.substr(begin, end - begin) + "\x1b[0m" + (end < text.size() ? "\n" : "");
    begin = end + 1;
  }
  return lines;
}

TEST(EscapeSequences, InASanitizersLogChangeNothing) {
  for (const std::string& file : stored_logs(".log")) {
    const std::string text = stored_text(file);
    EXPECT_EQ(parse_sanitizer_log(coloured(text)), parse_sanitizer_log(text)) << file;
  }
}

TEST(EscapeSequences, InLastWordsChangeNothing) {
  const auto findings = findings_of_last_words("\x1b[31mfree(): double free detected in tcache 2\x1b[0m\n", false, 3);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].kind, "double_free");
  EXPECT_FALSE(findings[0].damaged);
  EXPECT_EQ(findings[0].summary, "the target wrote: free(): double free detected in tcache 2");
}

}  // namespace
}  // namespace heapstorm
