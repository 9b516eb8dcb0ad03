// The stored logs are of clang 19.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "harness/base/prng.h"
#include "harness/findings/log_findings.h"
#include "harness/findings/logs/sanitizer_stack.h"
#include "harness/findings/testing/stored_logs.h"

namespace heapstorm {
namespace {

std::vector<std::string> log_files() {
  return stored_logs(".log");
}

TEST(SanitizerLog, EachStoredLogGivesTheFindingsOnItsTop) {
  ASSERT_GE(log_files().size(), 7u);
  for (const std::string& file : log_files()) {
    EXPECT_EQ(finding_lines(read_sanitizer_log(file)), expected_findings(stored_text(file))) << file;
  }
}

TEST(SanitizerLog, AReportCutOffAnywhereIsDamagedAndNotLost) {
  for (const std::string& file : log_files()) {
    const std::string text = stored_text(file);
    const std::size_t start = text.find("Sanitizer: ");
    const std::size_t summary = text.find("SUMMARY: ");
    if (summary == std::string::npos || summary < start)
      continue;  // cut off already, or UBSan, whose reports are single lines
    for (std::size_t size = start + 60; size < summary; size += 7) {
      const auto findings = parse_sanitizer_log(text.substr(0, size));
      ASSERT_FALSE(findings.empty()) << file << " " << size;
      EXPECT_TRUE(findings.back().damaged) << file << " " << size;
    }
  }
}

TEST(SanitizerLog, ASummaryNamesNoModuleOfTheSanitizers) {
  const auto summary = [](const char* log) {
    return read_sanitizer_log(std::string(HEAPSTORM_FINDINGS_TESTDATA "/") + log).at(0).summary;
  };
  EXPECT_EQ(summary("bad_free.log"), "bad-free in free");
  EXPECT_EQ(summary("null_on_thread.log"), "SEGV null_on_thread.cpp:4:28 in write_null() (the address is null)");
}

TEST(SanitizerLog, ACheckOfTheSanitizersOwnThatFailedIsAFinding) {
  const std::string text = stored_text(HEAPSTORM_FINDINGS_TESTDATA "/free_of_variable.tsan.log");
  const auto finding = parse_sanitizer_log(text).at(0);
  EXPECT_EQ(finding.summary.find("CHECK failed: sanitizer_allocator_secondary.h:297"), 0u) << finding.summary;
  EXPECT_FALSE(finding.damaged);
  EXPECT_TRUE(parse_sanitizer_log(text.substr(0, text.size() - 20), true).at(0).damaged);
}

TEST(SanitizerLog, TextWithoutAReportHasNoFindings) {
  EXPECT_TRUE(parse_sanitizer_log("").empty());
  EXPECT_TRUE(parse_sanitizer_log("listening on 8080\nSUMMARY: nothing\n#0 f a.cpp:3\n").empty());
  EXPECT_TRUE(read_sanitizer_log("/nonexistent/log").empty());
}

TEST(SanitizerLog, ReportsOneAfterAnotherAreAllFound) {
  std::string text;
  for (const std::string& file : log_files()) text += stored_text(file);
  std::size_t expected = 0;
  for (const std::string& file : log_files()) expected += read_sanitizer_log(file).size();
  EXPECT_EQ(parse_sanitizer_log(text).size(), expected);
}

TEST(SanitizerLog, RandomMutationsAreSurvived) {
  Prng random(11);
  for (const std::string& file : log_files()) {
    const std::string text = stored_text(file);
    for (int round = 0; round < 500; ++round) {
      std::string mutated = text.substr(0, random.between(1, text.size()));
      for (int i = 0; i < 20; ++i) mutated[random.below(mutated.size())] = static_cast<char>(random.next());
      for (const Finding& finding : parse_sanitizer_log(mutated)) EXPECT_EQ(finding.fingerprint.size(), 16u);
    }
  }
}

TEST(SanitizerLog, FingerprintsDoNotDependOnProcessOrAddress) {
  const std::string text =
      "==12==ERROR: AddressSanitizer: SEGV on unknown address 0x10ab00 (pc 0x1)\nSUMMARY: AddressSanitizer: SEGV\n";
  const std::string other =
      "==99==ERROR: AddressSanitizer: SEGV on unknown address 0xffff00 (pc 0x2)\nSUMMARY: AddressSanitizer: SEGV\n";
  EXPECT_EQ(parse_sanitizer_log(text).at(0).fingerprint, parse_sanitizer_log(other).at(0).fingerprint);
}

std::string kind_of_line(const std::string& line) {
  return parse_sanitizer_log(line + "\nSUMMARY: AddressSanitizer: SEGV a.cpp:1\n").at(0).kind;
}

TEST(SanitizerLog, AnAccessNearNullIsANullDereference) {
  const std::string asan = "==1==ERROR: AddressSanitizer: SEGV on unknown address ";
  const std::string tsan = "==1==ERROR: ThreadSanitizer: SEGV on unknown address ";
  EXPECT_EQ(kind_of_line(asan + "0x000000000000 (pc 0x1)"), "null_deref");
  EXPECT_EQ(kind_of_line(asan + "0x00000000ffff (pc 0x1)"), "null_deref");
  EXPECT_EQ(kind_of_line(asan + "0x000000010000 (pc 0x1)"), "asan:SEGV");
  EXPECT_EQ(kind_of_line(asan + "(pc 0x1)"), "asan:SEGV");
  EXPECT_EQ(kind_of_line(tsan + "0x000000000008 (pc 0x1)"), "null_deref");
  EXPECT_EQ(kind_of_line(tsan + "0x7b4000000000 (pc 0x1)"), "tsan:SEGV");
}

TEST(SanitizerLog, AUseOfANullPointerIsANullDereference) {
  EXPECT_EQ(kind_of_line("a.cpp:3:5: runtime error: member call on null pointer of type 'Buffer'"), "null_deref");
  EXPECT_EQ(kind_of_line("a.cpp:3:5: runtime error: reference binding to null pointer of type 'Buffer'"), "null_deref");
  EXPECT_EQ(kind_of_line("a.cpp:3:5: runtime error: applying zero offset to null pointer"),
            "ubsan:applying-zero-offset-to-null-pointer");
}

TEST(SanitizerLog, SaysWhatKindOfAddressAProgramDiedOf) {
  const auto summary_of = [](const std::string& name) {
    return read_sanitizer_log(HEAPSTORM_FINDINGS_TESTDATA "/" + name).at(0).summary;
  };
  EXPECT_TRUE(summary_of("wild_write.asan.log").ends_with(" (the address is wild)"));
  EXPECT_TRUE(summary_of("wild_write.tsan.log").ends_with(" (the address is wild)"));
  EXPECT_TRUE(summary_of("wild_write_non_canonical.asan.log").ends_with(" (the address is non-canonical)"));
  EXPECT_TRUE(summary_of("wild_write_non_canonical.tsan.log").ends_with(" (the address is non-canonical)"));
}

TEST(SanitizerLog, AReportWithFramesMissingIsDamaged) {
  const std::string report =
      "==1==ERROR: AddressSanitizer: heap-use-after-free on address 0x1\nREAD of size 1 at 0x1 thread T0\n"
      "    #0 0x1 in f a.cpp:1\n%s    #%d 0x1 in g a.cpp:2\nSUMMARY: AddressSanitizer: heap-use-after-free\n";
  const auto damaged = [&](const char* between, int number) {
    std::string text = report;
    text.replace(text.find("%s"), 2, between);
    text.replace(text.find("%d"), 2, std::to_string(number));
    return parse_sanitizer_log(text).at(0).damaged;
  };
  EXPECT_FALSE(damaged("", 1));
  EXPECT_TRUE(damaged("", 2));
  EXPECT_TRUE(damaged("bye\n", 1));
}

TEST(SanitizerFrame, IsReadInEachForm) {
  const auto asan = parse_sanitizer_frame("    #0 0x55a9 in read_block(char const*) dir/a.cpp:5:28");
  EXPECT_EQ(asan, (Frame{"read_block(char const*)", "dir/a.cpp", 5, "", 0x55a9}));
  const auto tsan = parse_sanitizer_frame("    #1 add() ./a.cpp:5 (data_race+0x10) (BuildId: 37f4)");
  EXPECT_EQ(tsan, (Frame{"add()", "a.cpp", 5, "data_race", 0x10}));
  const auto nameless = parse_sanitizer_frame("    #6 <null> <null> (libstdc++.so.6+0xd44a2) (BuildId: 289e)");
  EXPECT_EQ(nameless, (Frame{"", "", 0, "libstdc++.so.6", 0xd44a2}));
  const auto module_only = parse_sanitizer_frame("    #1 0x7eff  (/lib/libx.so+0xd4)");
  EXPECT_EQ(module_only, (Frame{"", "", 0, "/lib/libx.so", 0xd4}));
  EXPECT_FALSE(parse_sanitizer_frame("  freed by thread T1 here:"));
  EXPECT_FALSE(parse_sanitizer_frame("# finding"));
}

TEST(SanitizerLog, AFreedPointerThatIsNoBlockSaysWhereItLies) {
  const auto block_of = [](const char* name) {
    return read_sanitizer_log(std::string(HEAPSTORM_FINDINGS_TESTDATA "/") + name).at(0).block.value_or(Block{});
  };
  EXPECT_EQ(block_of("free_of_variable.log"), (Block{0x555556071e88, {}, "", 0, "unknown", "arena (+ 8)"}));
  EXPECT_EQ(block_of("free_of_stack.log"), (Block{0x7ffff5a00020, {}, "", 0, "unknown", "the stack of main"}));
  EXPECT_EQ(block_of("bad_free.log"), (Block{0x504000000050, 45, "", 0, "unknown", "a block of 45 bytes (+ 1)"}));
}

// As the runner asks ASan to write: with the module of each frame.
TEST(SanitizerFrame, HasItsModuleAlsoBesideItsFile) {
  const auto known = parse_sanitizer_frame("    #1 0x55a9 in f(int) /home/me/a.cpp:3:22 (server+0x10) (BuildId: 37f4)");
  EXPECT_EQ(known, (Frame{"f(int)", "/home/me/a.cpp", 3, "server", 0x10}));
  const auto no_file = parse_sanitizer_frame("    #0 0x55a9 in free <null> (server+0xcb336) (BuildId: 37f4)");
  EXPECT_EQ(no_file, (Frame{"free", "", 0, "server", 0xcb336}));
}

TEST(SanitizerLog, NamesTheVariableOfADataRace) {
  const std::string log = R"(WARNING: ThreadSanitizer: data race (pid=1)
  Write of size 1 at 0x7b01 by thread T2:
    #0 chat::write() chat.cpp:3 (chat+0x10)

  Location is global 'chat::(anonymous namespace)::history' of size 80 at 0x7b00 (chat+0x201d58)

SUMMARY: ThreadSanitizer: data race chat.cpp:3 in chat::write()
)";
  const auto findings = parse_sanitizer_log(log, false);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].held_by, "chat::(anonymous namespace)::history");
}

TEST(SanitizerLog, NamesTheOriginOfABlockThatADataRaceIsOn) {
  const std::string log = R"(WARNING: ThreadSanitizer: data race (pid=1)
  Write of size 4 at 0x7b30 by thread T2:
    #0 chat::acquire() chat.cpp:3 (chat+0x10)

  Previous write of size 4 at 0x7b30 by thread T1:
    #0 chat::release() chat.cpp:5 (chat+0x20)

  Location is heap block of size 72 at 0x7b00 allocated by main thread:
    #0 malloc <null> (chat+0x90)
    #1 chat::create_string(int) chat.cpp:9 (chat+0x30)

SUMMARY: ThreadSanitizer: data race chat.cpp:3 in chat::acquire()
)";
  const auto findings = parse_sanitizer_log(log, false);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].held_by, "block from chat::create_string chat.cpp");
  ASSERT_TRUE(findings[0].owner);
  EXPECT_EQ(findings[0].owner->stack.front().function, "chat::release()");
}

}  // namespace
}  // namespace heapstorm
