#include "harness/process/process_tree.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "harness/process/process.h"
#include "harness/process/testing/test_folder.h"

namespace heapstorm {
namespace {

class ProcessTreeTest : public test::FolderTest {};

TEST_F(ProcessTreeTest, CountsGrandchildrenAndWhatTheyHold) {
  auto process = Process::start({.command = {"/bin/sh", "-c", "setsid sleep 60 & exec 7</dev/null 8</dev/null; wait"},
                                 .stdout_file = folder_ + "/out",
                                 .stderr_file = folder_ + "/err"});
  ASSERT_TRUE(process);
  TreeUsage usage;
  for (int i = 0; i < 500 && (usage.processes < 2 || usage.descriptors < 8); ++i) {
    usage = usage_below(process.value()->guardian_pid());
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  EXPECT_EQ(usage.processes, 2u);
  EXPECT_GE(usage.descriptors, 8u);
  EXPECT_GT(usage.rss_bytes, 100u << 10);
}

TEST(ProcessTree, OfAProcessWithoutChildrenIsEmpty) {
  EXPECT_EQ(usage_below(0x7ffffffe).processes, 0u);
}

}  // namespace
}  // namespace heapstorm
