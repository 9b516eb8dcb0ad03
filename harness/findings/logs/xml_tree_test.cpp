#include "harness/findings/logs/xml_tree.h"

#include <gtest/gtest.h>

namespace heapstorm {
namespace {

TEST(XmlTree, HasElementsTextsAndEntities) {
  const XmlTree tree = parse_xml("<a>1<b>two &lt;3&gt;</b>4<b>5</b></a> behind");
  EXPECT_TRUE(tree.whole);
  EXPECT_EQ(tree.root.name, "a");
  EXPECT_EQ(tree.root.text, "14");
  EXPECT_EQ(tree.root.children.size(), 2u);
  EXPECT_EQ(tree.root.child_text("b"), "two <3>");
  EXPECT_EQ(tree.root.child("c"), nullptr);
  EXPECT_EQ(tree.root.child_text("c"), "");
}

TEST(XmlTree, KeepsWhatWasReadBeforeTheTextStopped) {
  for (const char* text :
       {"<a><b>two</b><c>thr", "<a><b>two</b><c", "<a><b>two</b></c></a>", "<a><b>two</b>&none;</a>"}) {
    const XmlTree tree = parse_xml(text);
    EXPECT_FALSE(tree.whole) << text;
    EXPECT_EQ(tree.root.name, "a") << text;
    EXPECT_EQ(tree.root.child_text("b"), "two") << text;
  }
}

TEST(XmlTree, OfNoElementIsNameless) {
  for (const char* text : {"", "text", "&", "<"}) {
    const XmlTree tree = parse_xml(text);
    EXPECT_FALSE(tree.whole) << text;
    EXPECT_EQ(tree.root.name, "") << text;
  }
}

TEST(XmlTree, IsBoundedInDepthAndSize) {
  std::string deep, wide = "<a>";
  for (int i = 0; i < 100000; ++i) {
    deep += "<a>";
    wide += "<b/>";
  }
  EXPECT_FALSE(parse_xml(deep).whole);
  const XmlTree tree = parse_xml(wide + "</a>");
  EXPECT_FALSE(tree.whole);
  EXPECT_EQ(tree.root.children.size(), max_xml_elements - 1);
}

}  // namespace
}  // namespace heapstorm
