// The stored logs are of valgrind 3.19.
#include <gtest/gtest.h>

#include <string>

#include "harness/base/prng.h"
#include "harness/findings/log_findings.h"
#include "harness/findings/testing/stored_logs.h"

namespace heapstorm {
namespace {

std::vector<std::string> log_files() {
  return stored_logs(".xml");
}

TEST(ValgrindXml, EachStoredLogGivesTheFindingsOnItsTop) {
  ASSERT_GE(log_files().size(), 7u);
  for (const std::string& file : log_files()) {
    EXPECT_EQ(finding_lines(read_valgrind_xml(file)), expected_findings(stored_text(file))) << file;
  }
}

TEST(ValgrindXml, AnErrorCutOffAnywhereIsDamagedAndNotLost) {
  for (const std::string& file : log_files()) {
    const std::string text = stored_text(file);
    const std::size_t start = text.find("<error>");
    const std::size_t end = text.find("</error>");
    if (end == std::string::npos) continue;  // cut off already
    for (std::size_t size = start + 7; size < end + 8; size += 61) {
      const auto findings = parse_valgrind_xml(text.substr(0, size));
      ASSERT_EQ(findings.size(), 1u) << file << " " << size;
      EXPECT_TRUE(findings[0].damaged) << file << " " << size;
    }
  }
}

const std::string whole_error =
    "<error><unique>0x1</unique><kind>InvalidFree</kind><what>Invalid free()</what></error>";

TEST(ValgrindXml, ABrokenErrorDoesNotTakeTheNextWithIt) {
  const auto findings = parse_valgrind_xml("<error><kind>InvalidRead</kind><what>In" + whole_error +
                                           "<error><kind>InvalidWrite</oops></error>" + whole_error);
  ASSERT_EQ(findings.size(), 4u);
  EXPECT_EQ(findings[0].kind, "valgrind:InvalidRead");
  EXPECT_TRUE(findings[0].damaged);
  EXPECT_FALSE(findings[1].damaged);
  EXPECT_TRUE(findings[2].damaged);
  EXPECT_FALSE(findings[3].damaged);
}

TEST(ValgrindXml, AStackHasItsFramesAndNothingElseAndNotTooMany) {
  const auto frames_of = [](const std::string& stack) {
    return parse_valgrind_xml("<error><kind>InvalidFree</kind><what>w</what><stack>" + stack + "</stack></error>")
        .at(0)
        .offender.value()
        .stack;
  };
  const std::string frame = "<frame><ip>0x1</ip><fn>f</fn></frame>";
  EXPECT_EQ(frames_of("<note>n</note>" + frame + "<note>n</note>" + frame).size(), 2u);
  std::string long_stack;
  for (int i = 0; i < 65; ++i) long_stack += frame;
  EXPECT_EQ(frames_of(long_stack).size(), 64u);
}

TEST(ValgrindXml, CountsAreThoseAtTheEnd) {
  const std::string counts = "<errorcounts><pair><count>17</count><unique>0x1</unique></pair></errorcounts>";
  EXPECT_EQ(parse_valgrind_xml(whole_error + counts).at(0).count, 17u);
  EXPECT_EQ(parse_valgrind_xml(whole_error).at(0).count, 1u);
}

std::string kind_of_signal(const std::string& name, const std::string& code, const std::string& address) {
  return parse_valgrind_xml("<fatal_signal><signame>" + name + "</signame><sicode>" + code + "</sicode><siaddr>" +
                            address + "</siaddr><event>e</event></fatal_signal>")
      .at(0)
      .kind;
}

TEST(ValgrindXml, AFatalSignalIsACrashAndNearNullANullDereference) {
  EXPECT_EQ(kind_of_signal("SIGSEGV", "1", "0x0"), "null_deref");
  EXPECT_EQ(kind_of_signal("SIGSEGV", "1", "0xFFFF"), "null_deref");
  EXPECT_EQ(kind_of_signal("SIGSEGV", "1", "0x10000"), "crash");
  EXPECT_EQ(kind_of_signal("SIGSEGV", "128", "0x0"), "crash");
  EXPECT_EQ(kind_of_signal("SIGFPE", "1", "0x8"), "crash");
}

TEST(ValgrindXml, SaysWhatKindOfAddressAProgramDiedOf) {
  const auto summary_of = [](const std::string& name) {
    return read_valgrind_xml(HEAPSTORM_FINDINGS_TESTDATA "/" + name).at(1).summary;
  };
  EXPECT_EQ(summary_of("null_write.memcheck.xml"), "SIGSEGV: Access not within mapped region (null)");
  EXPECT_EQ(summary_of("wild_write.memcheck.xml"), "SIGSEGV: Access not within mapped region (wild)");
  EXPECT_EQ(summary_of("wild_write_non_canonical.memcheck.xml"), "SIGSEGV: General Protection Fault (non-canonical)");
}

TEST(ValgrindXml, BlocksStartWhereTheAddressSays) {
  const auto block = [](const std::string& place) {
    return parse_valgrind_xml("<error><what>Invalid read</what><auxwhat>Address 0x1000 is " + place +
                              "</auxwhat></error>")
        .at(0)
        .block;
  };
  EXPECT_EQ(block("3 bytes inside a block of size 45 free'd"), (Block{0xffd, 45, "", 0, "freed"}));
  EXPECT_EQ(block("0 bytes after a block of size 1,024 alloc'd"), (Block{0xc00, 1024, "", 0, "live"}));
  EXPECT_EQ(block("16 bytes before a block of size 8 alloc'd"), (Block{0x1010, 8, "", 0, "live"}));
  EXPECT_EQ(block("not stack'd, malloc'd or (recently) free'd"), std::nullopt);
}

TEST(ValgrindXml, AFreedPointerThatIsNoBlockSaysWhereItLies) {
  const auto block = [](const std::string& place) {
    return parse_valgrind_xml("<error><kind>InvalidFree</kind><what>Invalid free()</what><auxwhat>Address 0x1000 is " +
                              place + "</auxwhat></error>")
        .at(0)
        .block.value_or(Block{});
  };
  EXPECT_EQ(block("8 bytes inside data symbol \"_ZL5arena\""), (Block{0x1000, {}, "", 0, "unknown", "arena (+ 8)"}));
  EXPECT_EQ(block("0 bytes inside data symbol \"cache\""), (Block{0x1000, {}, "", 0, "unknown", "cache"}));
  EXPECT_EQ(block("on thread 1's stack"), (Block{0x1000, {}, "", 0, "unknown", "a thread's stack"}));
  EXPECT_EQ(block("1 bytes inside a block of size 45 alloc'd"),
            (Block{0xfff, 45, "", 0, "live", "a block of 45 bytes (+ 1)"}));
  EXPECT_EQ(block("not stack'd, malloc'd or (recently) free'd"), (Block{0x1000, {}, "", 0, "unknown"}));
}

TEST(ValgrindXml, TextWithoutAnErrorHasNoFindings) {
  EXPECT_TRUE(parse_valgrind_xml("").empty());
  EXPECT_TRUE(parse_valgrind_xml("<valgrindoutput><errorcounts></errorcounts></valgrindoutput>").empty());
  EXPECT_TRUE(read_valgrind_xml("/nonexistent/log").empty());
}

TEST(ValgrindXml, FindingsAreBoundedWhateverTheLogSays) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += whole_error;
  const auto findings =
      parse_valgrind_xml(text + "<errorcounts><pair><count>9</count><unique>0x1</unique></pair></errorcounts>");
  EXPECT_EQ(findings.size(), 1000u);
  EXPECT_EQ(findings.back().count, 9u);
}

TEST(ValgrindXml, RandomMutationsAreSurvived) {
  Prng random(13);
  for (const std::string& file : log_files()) {
    const std::string text = stored_text(file);
    for (int round = 0; round < 100; ++round) {
      std::string mutated = text.substr(0, random.between(1, text.size()));
      for (int i = 0; i < 20; ++i) mutated[random.below(mutated.size())] = static_cast<char>(random.next());
      for (const Finding& finding : parse_valgrind_xml(mutated)) EXPECT_EQ(finding.fingerprint.size(), 16u);
    }
  }
}

}  // namespace
}  // namespace heapstorm
