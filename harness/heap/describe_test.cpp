// What an embedder's callback prints, for each kind.
#include "harness/heap/describe.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <functional>
#include <string>
#include <thread>

#include "harness/heap/testing/heap_child.h"

namespace heapstorm::heap {
namespace {

// Written by the callback in the child, read by the parent; not by stdio: the callback must not allocate.
void write_line(const heapstorm_box_finding* finding, void* pipe_end) {
  char line[300];
  size_t length = heapstorm_describe(finding, line, sizeof line - 1);
  line[length] = '\n';
  if (write(*static_cast<int*>(pipe_end), line, length + 1) < 0) _exit(1);
}

std::string lines_of(const std::function<void()>& body, bool report_leaks = false) {
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  heapstorm_heap_options options = test_options(HEAPSTORM_BACKEND_MIMALLOC);
  options.on_violation = write_line;
  options.user = &ends[1];
  options.report_leaks = report_leaks;
  HeapChild child(options, body);
  EXPECT_TRUE(child.exited_cleanly());
  close(ends[1]);
  std::string text(4096, '\0');
  ssize_t count = read(ends[0], text.data(), text.size());
  close(ends[0]);
  text.resize(count > 0 ? static_cast<std::size_t>(count) : 0);
  return text;
}

void* tagged_block(std::size_t bytes) {
  return heapstorm_allocate(bytes, heapstorm_name("date_header"));
}

TEST(Describe, ForeignFreeNamesBlockTagAndBothThreads) {
  EXPECT_EQ(lines_of([] {
              void* block = tagged_block(45);
              on_thread("worker-1", [&] { heapstorm_free(block); });
            }),
            "foreign_free: block of 45 bytes tagged date_header, allocated by main, freed by worker-1\n");
}

TEST(Describe, ForeignReallocationAndAllocation) {
  EXPECT_EQ(lines_of([] {
              void* block = heapstorm_allocate(45, 0);
              heapstorm_heap* heap = heapstorm_heap_current();
              on_thread("worker-1", [&] {
                heapstorm_free(heapstorm_reallocate(block, 50));
                heapstorm_allocate_in(heap, 10, 0);
              });
            }),
            "foreign_realloc: block of 45 bytes, allocated by main, reallocated by worker-1\n"
            "foreign_allocate: worker-1 allocated in the heap of main\n");
}

TEST(Describe, DoubleFreeNamesTheFirstOne) {
  EXPECT_EQ(lines_of([] {
              void* block = tagged_block(45);
              heapstorm_free(block);
              on_thread("worker-1", [&] { heapstorm_free(block); });
            }),
            "double_free: block of 45 bytes tagged date_header, allocated by main, freed by main, freed again by "
            "worker-1\n");
}

TEST(Describe, InvalidFreeSaysWhereInABlockTheAddressLies) {
  EXPECT_EQ(lines_of([] { heapstorm_free(reinterpret_cast<void*>(0x1000)); }),
            "invalid_free: address 0x1000 freed by main, where no block starts\n");
  std::string interior = lines_of([] { heapstorm_free(static_cast<char*>(tagged_block(45)) + 16); });
  EXPECT_TRUE(
      interior.ends_with(" freed by main, 16 bytes into a block of 45 bytes tagged date_header, allocated by "
                         "main\n"))
      << interior;
}

TEST(Describe, OverflowAndUnderflowSayWhichByte) {
  EXPECT_EQ(lines_of([] {
              void* block = tagged_block(45);
              stray_flip(block, 47);
              heapstorm_free(block);
              block = tagged_block(45);
              stray_flip(block, -1);
              heapstorm_free(block);
            }),
            "overflow: block of 45 bytes tagged date_header, allocated by main, overwritten at byte 47, noticed by "
            "main\n"
            "underflow: block of 45 bytes tagged date_header, allocated by main, overwritten at byte -1, noticed by "
            "main\n");
}

TEST(Describe, UseAfterFreeNamesTheFree) {
  EXPECT_EQ(lines_of([] {
              on_thread("worker-1", [] {
                void* block = tagged_block(45);
                heapstorm_free(block);
                stray_write(block, 3, 'x');
              });
            }),
            "use_after_free: block of 45 bytes tagged date_header, allocated by worker-1, freed by worker-1, then "
            "overwritten at byte 3\n");
}

TEST(Describe, ExitedOwnerAndLeak) {
  EXPECT_EQ(lines_of(
                [] {
                  void* block = nullptr;
                  on_thread("brief", [&] { block = tagged_block(45); });
                  heapstorm_free(block);
                },
                true),
            "leak_at_thread_exit: block of 45 bytes tagged date_header, allocated by brief, never freed\n"
            "owner_exited_free: block of 45 bytes tagged date_header, allocated by brief (exited), freed by main\n");
}

TEST(Describe, LegalUseSaysNothing) {
  EXPECT_EQ(lines_of([] { heapstorm_free(tagged_block(45)); }), "");
}

TEST(Describe, LongLinesAreCutAndTerminated) {
  heapstorm_box_finding finding{};
  finding.kind = HEAPSTORM_KIND_COUNT;
  char text[12];
  std::memset(text, 'z', sizeof text);
  EXPECT_EQ(heapstorm_describe(&finding, text, 10), 9u);
  EXPECT_STREQ(text, "unknown: ");
  EXPECT_EQ(text[10], 'z');
  EXPECT_EQ(heapstorm_describe(&finding, text, 1), 0u);
  EXPECT_STREQ(text, "");
  std::memset(text, 'z', sizeof text);
  EXPECT_EQ(heapstorm_describe(&finding, text, 0), 0u);
  EXPECT_EQ(text[0], 'z');
}

TEST(Describe, EveryKindHasItsName) {
  EXPECT_STREQ(heapstorm_kind_name(HEAPSTORM_FOREIGN_FREE), "foreign_free");
  EXPECT_STREQ(heapstorm_kind_name(HEAPSTORM_LEAK_AT_THREAD_EXIT), "leak_at_thread_exit");
  EXPECT_STREQ(heapstorm_kind_name(0), "unknown");
  EXPECT_STREQ(heapstorm_kind_name(12345), "unknown");
}

}  // namespace
}  // namespace heapstorm::heap
