// Two threads meet the same violation; the one that was first is stopped between putting its record into the index and
// publishing it. Played by one thread that takes its publication back.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "harness/abi/black_box_layout.h"
#include "harness/findings/black_box_reader.h"
#include "harness/heap/heap.h"
#include "harness/runner/box/black_box_file.h"

namespace heapstorm {
namespace {

constexpr unsigned deadline_s = 60;

template <typename T>
T* section(heapstorm_box_header* box, heapstorm_box_section number) {
  return reinterpret_cast<T*>(reinterpret_cast<char*>(box) + box->sections[number].offset);
}

void take_publication_back(heapstorm_box_header* box) {
  section<heapstorm_box_finding>(box, HEAPSTORM_SECTION_FINDINGS)->state = HEAPSTORM_FINDING_EMPTY;
  section<heapstorm_box_control>(box, HEAPSTORM_SECTION_CONTROL)->findings = 0;
}

[[noreturn]] void violate_twice(int box_fd) {
  ::alarm(deadline_s);
  heapstorm_heap_options options = heapstorm_heap_defaults();
  options.box_fd = box_fd;
  if (heapstorm_heap_start(&options) != 0) ::_exit(1);
  heapstorm_thread_register("main");
  alignas(16) char no_block[128] = {};
  static volatile int round = 0;  // Volatile: two copies of the call would be two fingerprints.
  while (round < 2) {
    heapstorm_free(no_block + 64);
    if (round == 0) take_publication_back(heapstorm_heap_box());
    round = round + 1;
  }
  ::_exit(0);
}

TEST(SecondViolation, PublishesTheRecordOfAThreadThatWasStoppedBeforeItDid) {
  auto file = BlackBoxFile::create();
  ASSERT_TRUE(file) << file.error().message;
  const pid_t child = ::fork();
  if (child == 0) violate_twice(file.value()->fd());
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << status;
  const BlackBoxReader box(file.value()->bytes());
  const auto findings = box.findings();
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].record.count, 2u);
  EXPECT_EQ(box.control().findings, 1u);
}

}  // namespace
}  // namespace heapstorm
