#include "harness/process/program_path.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <fstream>

#include "harness/process/testing/test_folder.h"

namespace heapstorm {
namespace {

class ProgramPath : public test::FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    for (const char* name : {"first", "second"}) std::filesystem::create_directory(folder_ + "/" + name);
    const char* path = ::getenv("PATH");
    before_ = path != nullptr ? path : "";
    ::setenv("PATH", ("first:" + folder_ + "/first:" + folder_ + "/second:/nowhere").c_str(), 1);
  }
  void TearDown() override {
    ::setenv("PATH", before_.c_str(), 1);
    FolderTest::TearDown();
  }
  std::string write(const std::string& name, mode_t mode) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path) << "#!/bin/sh\n";
    ::chmod(path.c_str(), mode);
    return path;
  }

 private:
  std::string before_;
};

TEST_F(ProgramPath, IsTheFirstThatMayBeRun) {
  EXPECT_EQ(find_in_path("tool"), "");
  const std::string second = write("second/tool", 0755);
  EXPECT_EQ(find_in_path("tool"), second);
  const std::string first = write("first/tool", 0755);
  EXPECT_EQ(find_in_path("tool"), first);
}

TEST_F(ProgramPath, LeavesOutFoldersAndFilesThatAreNoPrograms) {
  std::filesystem::create_directory(folder_ + "/first/tool");
  const std::string second = write("second/tool", 0755);
  EXPECT_EQ(find_in_path("tool"), second);
  EXPECT_FALSE(is_program(folder_ + "/first/tool"));
  EXPECT_FALSE(is_program(write("first/text", 0644)));
  EXPECT_FALSE(is_program(folder_ + "/absent"));
  EXPECT_EQ(find_in_path("text"), "");
}

}  // namespace
}  // namespace heapstorm
