#include <gtest/gtest.h>

#include <string>

#include "harness/findings/log_findings.h"
#include "harness/findings/testing/stored_logs.h"

namespace heapstorm {
namespace {

std::string kinds_of(const std::string& text) {
  std::string kinds;
  for (const Finding& finding : findings_of_last_words(text, false, 7)) kinds += finding.kind + " ";
  return kinds;
}

TEST(LastWords, OfAllocatorsAreFindings) {
  EXPECT_EQ(kinds_of("zend_mm_heap corrupted\n"), "invalid_free ");
  EXPECT_EQ(kinds_of("free(): double free detected in tcache 2\n"), "double_free ");
  EXPECT_EQ(kinds_of("double free or corruption (!prev)\n"), "double_free ");
  EXPECT_EQ(kinds_of("free(): invalid pointer\n"), "invalid_free ");
  EXPECT_EQ(kinds_of("malloc(): corrupted top size\n"), "overflow ");
  EXPECT_EQ(kinds_of("munmap_chunk(): invalid pointer"), "invalid_free ");
}

TEST(LastWords, EachStoredLogGivesTheFindingsOnItsTop) {
  ASSERT_GE(stored_logs(".stderr").size(), 2u);
  for (const std::string& file : stored_logs(".stderr")) {
    const std::string log = stored_text(file);
    const std::string said = log.substr(log.rfind("# finding"));  // the words themselves begin behind that line
    EXPECT_EQ(finding_lines(findings_of_last_words(said.substr(said.find('\n') + 1), false, 0)), expected_findings(log))
        << file;
  }
}

TEST(LastWords, ThatGlibcHasForRarerFaultsAreKnownToo) {
  // Its source, malloc/malloc.c of 2.36, has these; no small program makes it say them.
  EXPECT_EQ(kinds_of("free(): too many chunks detected in tcache\n"), "overflow ");
  EXPECT_EQ(kinds_of("free(): unaligned chunk detected in tcache 2\n"), "use_after_free ");
  EXPECT_EQ(kinds_of("free(): corrupted unsorted chunks\n"), "overflow ");
  EXPECT_EQ(kinds_of("malloc_consolidate(): unaligned fastbin chunk detected\n"), "use_after_free ");
  EXPECT_EQ(kinds_of("malloc_consolidate(): invalid chunk size\n"), "overflow ");
  EXPECT_EQ(kinds_of("tcache_thread_shutdown(): unaligned tcache chunk detected\n"), "use_after_free ");
  EXPECT_EQ(kinds_of("mremap_chunk(): invalid pointer\n"), "invalid_free ");
  EXPECT_EQ(kinds_of("invalid fastbin entry (free)\n"), "overflow ");
  EXPECT_EQ(kinds_of("corrupted double-linked list (not small)\n"), "overflow ");
  EXPECT_EQ(kinds_of("Fatal glibc error: malloc assertion failure in sysmalloc: (old_top == initial_top (av))\n"),
            "overflow ");
  EXPECT_EQ(kinds_of("server: malloc.c:2379: sysmalloc: Assertion `(old_top == initial_top (av))' failed.\n"),
            "overflow ");
}

TEST(LastWords, OfZendsAllocatorAreFindingsAlsoInTheWordsOfALog) {
  EXPECT_EQ(kinds_of("WARNING: [pool www] child 7 said into stderr: \"zend_mm_heap corrupted\"\n"), "invalid_free ");
  EXPECT_EQ(kinds_of("=== Total 3 memory leaks detected ===\n"), "leak_at_thread_exit ");
  EXPECT_EQ(kinds_of("munmap() failed: [22] Invalid argument\n"), "invalid_free ");
}

TEST(LastWords, MixedWithOtherWordsOrCutOffAreDamaged) {
  const auto damaged = [](const std::string& text, bool cut_off) {
    return findings_of_last_words(text, cut_off, 0).at(0).damaged;
  };
  EXPECT_FALSE(damaged("free(): invalid pointer\n", false));
  EXPECT_FALSE(damaged("free(): invalid pointer", false));
  EXPECT_TRUE(damaged("free(): invalid poi", true));
  EXPECT_TRUE(damaged("connection 7 frofree(): invalid pointer\n", false));
  EXPECT_EQ(findings_of_last_words("connection 7 frofree(): invalid pointer\n", false, 0).at(0).summary,
            "the target wrote: free(): invalid pointer");
}

TEST(LastWords, OfAbortsAreFindings) {
  EXPECT_EQ(kinds_of("terminate called after throwing an instance of 'std::bad_alloc'\n  what():  std::bad_alloc\n"),
            "abort ");
  EXPECT_EQ(kinds_of("server: main.c:7: serve: Assertion `size > 0' failed.\n"), "abort ");
}

TEST(LastWords, NameTheLineAndTheTime) {
  const auto findings = findings_of_last_words("hello\nfree(): invalid pointer\nbye\n", false, 7);
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].summary, "the target wrote: free(): invalid pointer");
  EXPECT_EQ(findings[0].source, "exit");
  EXPECT_EQ(findings[0].at_ms, 7u);
  EXPECT_FALSE(findings[0].fingerprint.empty());
}

TEST(LastWords, OfASanitizerAreItsWholeReport) {
  EXPECT_EQ(kinds_of("==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x1 at pc 0x2\n"
                     "SUMMARY: AddressSanitizer: heap-use-after-free a.cpp:1 in f\n"),
            "asan:heap-use-after-free ");
}

TEST(LastWords, OfAHealthyServerAreNoFinding) {
  EXPECT_EQ(kinds_of(""), "");
  EXPECT_EQ(
      kinds_of("listening on port 80\nfreeing all mallocs, no corruption, no double free\n[notice] worker exited\n"),
      "");
}

TEST(LastWords, AreBoundedWhateverTheTargetWrites) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "free(): invalid pointer\n";
  EXPECT_EQ(findings_of_last_words(text, true, 0).size(), 1000u);
}

}  // namespace
}  // namespace heapstorm
