#include "reports/html/cut_text.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

TEST(CutText, LeavesWhatJustFits) {
  EXPECT_EQ(cut_text("", 0), "");
  EXPECT_EQ(cut_text("abc", 3), "abc");
  EXPECT_EQ(cut_text("abc", 4), "abc");
  EXPECT_EQ(cut_text("abcd", 3), "abc... (1 bytes more in run.json)");
  EXPECT_EQ(cut_text("a", 0), "... (1 bytes more in run.json)");
}

TEST(CutText, CutsNoCharacterInTwo) {
  const std::string euros = "a\xe2\x82\xac\xe2\x82\xac";
  EXPECT_EQ(cut_text(euros, 7), euros);
  for (const std::size_t inside : {4u, 5u, 6u}) {
    EXPECT_EQ(cut_text(euros, inside), "a\xe2\x82\xac... (3 bytes more in run.json)") << inside;
  }
  for (const std::size_t inside : {1u, 2u, 3u}) {
    EXPECT_EQ(cut_text(euros, inside), "a... (6 bytes more in run.json)") << inside;
  }
}

TEST(CutText, CutsEveryTextInADocument) {
  const std::string fits(2000, 'x'), longer(2001, 'x');
  nlohmann::ordered_json document = {{"a", fits}, {"b", {1, longer, {{"c", longer}}}}, {"d", nullptr}};
  cut_texts(document);
  EXPECT_EQ(document["a"], fits);
  EXPECT_EQ(document["b"][0], 1);
  EXPECT_EQ(document["b"][1], fits + "... (1 bytes more in run.json)");
  EXPECT_EQ(document["b"][2]["c"], fits + "... (1 bytes more in run.json)");
  EXPECT_TRUE(document["d"].is_null());
}

}  // namespace
}  // namespace heapstorm
