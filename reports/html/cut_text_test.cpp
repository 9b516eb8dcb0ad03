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

TEST(CutText, KeepsTheFirstEntriesOfAList) {
  nlohmann::ordered_json list = {1, 2, 3};
  EXPECT_EQ(keep_first(list, 3), 0u);
  EXPECT_EQ(keep_first(list, 2), 1u);
  EXPECT_EQ(list, nlohmann::ordered_json::array({1, 2}));
}

TEST(CutText, ListsThatShareARoomKeepWhatBeginsInIt) {
  nlohmann::ordered_json first = {"aaa", "bbb"}, second = {"ccc", "ddd"};
  std::size_t bytes = 0;
  EXPECT_EQ(keep_what_fits(first, 11, bytes), 0u);  // with its quotes an entry has five
  EXPECT_EQ(keep_what_fits(second, 11, bytes), 1u);
  EXPECT_EQ(second, nlohmann::ordered_json::array({"ccc"}));
  EXPECT_EQ(bytes, 15u);
}

}  // namespace
}  // namespace heapstorm
