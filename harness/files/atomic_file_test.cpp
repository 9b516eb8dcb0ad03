#include "harness/files/atomic_file.h"

#include <cerrno>
#include <filesystem>

#include "harness/files/text_file.h"
#include "harness/process/testing/test_folder.h"

namespace heapstorm {
namespace {

namespace fs = std::filesystem;

class AtomicFileTest : public test::FolderTest {
 protected:
  std::string path() const { return folder_ + "/file"; }
  std::size_t files_in_folder() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
};

TEST_F(AtomicFileTest, AppearsUnderItsNameOnceItIsCommitted) {
  auto file = AtomicFile::create(path());
  ASSERT_TRUE(file);
  ASSERT_TRUE(file.value().write("whole"));
  EXPECT_FALSE(fs::exists(path()));
  ASSERT_TRUE(file.value().commit());
  EXPECT_EQ(read_text(path(), 100), "whole");
  EXPECT_EQ(files_in_folder(), 1u);
}

TEST_F(AtomicFileTest, LeavesNothingIfItIsNotCommitted) {
  {
    auto file = AtomicFile::create(path());
    ASSERT_TRUE(file);
    ASSERT_TRUE(file.value().write("half"));
  }
  EXPECT_EQ(files_in_folder(), 0u);
}

// A folder of that name is in the way: the rename fails.
TEST_F(AtomicFileTest, LeavesNoPartialFileIfItsCommitFails) {
  fs::create_directory(path());
  {
    auto file = AtomicFile::create(path());
    ASSERT_TRUE(file);
    ASSERT_TRUE(file.value().write("whole"));
    const Status committed = file.value().commit();
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().kind, ErrorKind::environment);
    EXPECT_NE(committed.error().message.find("cannot write " + path()), std::string::npos) << committed.error().message;
  }
  EXPECT_EQ(files_in_folder(), 1u);
}

TEST_F(AtomicFileTest, SaysByNumberWhatFailed) {
  EXPECT_EQ(AtomicFile::try_to_write(path(), "whole"), 0);
  EXPECT_EQ(read_text(path(), 100), "whole");
  EXPECT_EQ(AtomicFile::try_to_write(folder_ + "/nowhere/file", "whole"), ENOENT);
  fs::create_symlink("/dev/full", path() + ".part");
  EXPECT_EQ(AtomicFile::try_to_write(path(), "another"), ENOSPC);
  EXPECT_EQ(read_text(path(), 100), "whole");
  EXPECT_EQ(files_in_folder(), 1u);
}

TEST_F(AtomicFileTest, SaysWhatFailedAlsoInWords) {
  const Status written = write_file_atomically(folder_ + "/nowhere/file", "whole");
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().kind, ErrorKind::environment);
  EXPECT_EQ(written.error().message, "cannot write " + folder_ + "/nowhere/file: No such file or directory");
}

}  // namespace
}  // namespace heapstorm
