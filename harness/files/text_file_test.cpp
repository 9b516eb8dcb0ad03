#include "harness/files/text_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
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

TEST(TextFile, IsReadUpToItsLimit) {
  const std::string path = testing::TempDir() + "heapstorm_text_" + std::to_string(::getpid());
  std::string text;
  while (text.size() < 300'000) text += std::to_string(text.size()) + "\n";
  for (const std::size_t size : {0u, 1u, 65'535u, 65'536u, 65'537u, 131'072u, 200'000u}) {
    std::ofstream(path) << text.substr(0, size);
    for (const std::size_t limit : {0u, 1u, 65'536u, 65'537u, 131'072u, 200'000u, 1u << 30}) {
      EXPECT_TRUE(read_text(path, limit) == text.substr(0, std::min(size, limit))) << size << " " << limit;
    }
  }
  std::remove(path.c_str());
  EXPECT_EQ(read_text(path, 100), "");
  EXPECT_EQ(read_text(testing::TempDir(), 100), "");
}

TEST(TextFile, TakesMemoryByItsSizeAndNotByItsLimit) {
  const std::string path = testing::TempDir() + "heapstorm_small_" + std::to_string(::getpid());
  std::ofstream(path) << "small";
  EXPECT_LT(read_text(path, 1u << 28).capacity(), 1u << 20);
  std::remove(path.c_str());
}

}  // namespace
}  // namespace heapstorm
