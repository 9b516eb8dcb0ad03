#include "reports/junit/junit_xml.h"

#include <gtest/gtest.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <sstream>

#include "harness/base/utf8.h"
#include "reports/junit/xml_text.h"
#include "reports/testing/golden.h"
#include "reports/testing/hostile_text.h"
#include "reports/testing/sample_run.h"

namespace heapstorm {
namespace {

using Tree = boost::property_tree::ptree;

// As a consumer reads it; throws where it is not well-formed.
Tree parsed(const std::string& xml) {
  std::istringstream stream(xml);
  Tree tree;
  boost::property_tree::read_xml(stream, tree);
  return tree;
}

std::size_t count_of(const Tree& suite, const char* child) {
  std::size_t count = 0;
  for (const auto& [name, entry] : suite) count += name == "testcase" && entry.count(child) > 0;
  return count;
}

void expect_only_xml_characters(const std::string& xml) {
  EXPECT_EQ(valid_utf8(xml), xml);
  for (const char character : xml) {
    const bool allowed = static_cast<unsigned char>(character) >= 0x20 || character == '\n' || character == '\t';
    EXPECT_TRUE(allowed) << static_cast<int>(character);
  }
  EXPECT_EQ(xml.find("\xef\xbf\xbe"), std::string::npos);
}

TEST(JunitXml, IsAsTheGoldenFilesSay) {
  EXPECT_EQ(to_junit_xml(sample_caught()), golden("caught.junit.xml", to_junit_xml(sample_caught())));
  EXPECT_EQ(to_junit_xml(sample_hostile()), golden("hostile.junit.xml", to_junit_xml(sample_hostile())));
  EXPECT_EQ(to_junit_xml(sample_clean()), golden("clean.junit.xml", to_junit_xml(sample_clean())));
}

TEST(JunitXml, HasACaseForTheRunAndForEachExpectation) {
  RunResult result = sample_caught();
  result.passed = false;
  result.expectations.push_back({"nothing else is found", false});
  const Tree suite = parsed(to_junit_xml(result)).get_child("testsuites.testsuite");
  EXPECT_EQ(suite.count("testcase"), 3u);
  EXPECT_EQ(suite.get<int>("<xmlattr>.tests"), 3);
  EXPECT_EQ(suite.get<int>("<xmlattr>.failures"), 1);
  EXPECT_EQ(count_of(suite, "failure"), 1u);
  EXPECT_EQ(count_of(suite, "error"), 0u);
}

TEST(JunitXml, NamesACaseByItsBoundAndItsFailureByWhatWasMeasured) {
  RunResult result = sample_clean();
  result.expectations = {{"errors at most 0", false, "10 of 20000"}, {"statuses 2xx at least 95 %", true, "100 %"}};
  const std::string xml = to_junit_xml(result);
  EXPECT_NE(xml.find(" name=\"errors at most 0\" "), std::string::npos) << xml;
  EXPECT_NE(xml.find("<failure message=\"not met: errors at most 0: 10 of 20000\""), std::string::npos) << xml;
  EXPECT_NE(xml.find(" name=\"statuses 2xx at least 95 %\" "), std::string::npos) << xml;
  EXPECT_NE(xml.find("<property name=\"sessions.completed\" value=\"19980\"/>"), std::string::npos) << xml;
  EXPECT_NE(xml.find("<property name=\"status.401\" value=\"10\"/>"), std::string::npos) << xml;
}

TEST(JunitXml, JudgesNothingWhereTheTargetNeverListened) {
  RunResult result = sample_clean();
  result.end_reason = EndReason::never_listened;
  result.passed = false;
  result.expectations = {{"nothing is found", false}};
  const Tree suite = parsed(to_junit_xml(result)).get_child("testsuites.testsuite");
  EXPECT_EQ(suite.get<int>("<xmlattr>.errors"), 1);
  EXPECT_EQ(suite.get<int>("<xmlattr>.skipped"), 1);
  EXPECT_EQ(suite.get<int>("<xmlattr>.failures"), 0);
  EXPECT_EQ(count_of(suite, "error"), 1u);
  EXPECT_EQ(count_of(suite, "skipped"), 1u);
}

TEST(JunitXml, KeepsHostileTextInsideItsPlace) {
  const std::string xml = to_junit_xml(sample_filled_with(hostile_text()));
  expect_only_xml_characters(xml);
  const Tree suite = parsed(xml).get_child("testsuites.testsuite");
  EXPECT_EQ(suite.count("testcase"), 2u);
  EXPECT_EQ(suite.count("script"), 0u);
  const std::string name = suite.get<std::string>("<xmlattr>.name");
  EXPECT_TRUE(name.starts_with("</script><script>")) << name;
  EXPECT_TRUE(name.ends_with(" the end of it")) << name;
}

TEST(JunitXml, TakesALineOfAMegabyte) {
  const std::string xml = to_junit_xml(sample_filled_with(std::string(long_line_bytes, '<')));
  EXPECT_EQ(parsed(xml).get<std::string>("testsuites.testsuite.<xmlattr>.name").size(), long_line_bytes);
}

TEST(XmlText, KeepsLinesInTextButNotInValues) {
  EXPECT_EQ(xml_text("a\n\tb\r\n"), "a\n\tb\\x0d\n");
  EXPECT_EQ(xml_value("a\n\"b\""), "a\\x0a&quot;b&quot;");
  EXPECT_EQ(xml_text(""), "");
}

TEST(XmlText, ReplacesWhatUtf8HasAndXmlHasNot) {
  const std::string replacement = "\xef\xbf\xbd";
  for (const char* no_character : {"\xef\xbf\xbe", "\xef\xbf\xbf"}) {  // U+FFFE, U+FFFF
    EXPECT_EQ(xml_text(std::string("a") + no_character + "b"), "a" + replacement + "b");
    EXPECT_EQ(xml_value(std::string("a") + no_character + "b"), "a" + replacement + "b");
  }
  // A surrogate is no well-formed sequence: each of its bytes is replaced.
  EXPECT_EQ(xml_text("a\xed\xa0\x80"
                     "b"),
            "a" + replacement + replacement + replacement + "b");
  EXPECT_EQ(xml_text("\xef\xbf\xbc\xef\xbf\xbd\xef\xbe\xbf"), "\xef\xbf\xbc\xef\xbf\xbd\xef\xbe\xbf")
      << "neighbours stay";
}

TEST(JunitXml, NamesThePlaceOfEachFinding) {
  const std::string xml = to_junit_xml(sample_caught());
  EXPECT_NE(xml.find("37 times, expected, at targets/date_header/static_cache.cpp:28"), std::string::npos);
}

}  // namespace
}  // namespace heapstorm
