#include "harness/findings/last_words.h"

#include <gtest/gtest.h>

#include <string>

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
  EXPECT_EQ(kinds_of("listening on port 80\nfreeing all mallocs, no corruption\n[notice] worker exited\n"), "");
}

TEST(LastWords, AreBoundedWhateverTheTargetWrites) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "free(): invalid pointer\n";
  EXPECT_EQ(findings_of_last_words(text, true, 0).size(), 1000u);
}

}  // namespace
}  // namespace heapstorm
