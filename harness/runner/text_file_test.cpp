#include "harness/runner/text_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

namespace heapstorm {
namespace {

std::string tail_of(const std::string& text, std::size_t lines, std::size_t limit_bytes) {
  const std::string path = testing::TempDir() + "heapstorm_tail_" + std::to_string(::getpid());
  std::ofstream(path) << text;
  const std::string tail = read_tail(path, lines, limit_bytes);
  std::remove(path.c_str());
  return tail;
}

TEST(TextFile, TailIsTheLastLines) {
  EXPECT_EQ(tail_of("one\ntwo\nthree\n", 2, 100), "two\nthree");
  EXPECT_EQ(tail_of("one\ntwo\n", 5, 100), "one\ntwo");
  EXPECT_EQ(tail_of("", 5, 100), "");
  EXPECT_EQ(tail_of("\n\nlast", 1, 100), "last");
  EXPECT_EQ(tail_of("abcdefgh", 5, 3), "fgh");
  EXPECT_EQ(read_tail("/no/such/file", 5, 100), "");
}

}  // namespace
}  // namespace heapstorm
