#include "harness/files/reserved_space.h"

#include <signal.h>
#include <sys/resource.h>

#include <cerrno>
#include <fstream>

#include "harness/files/text_file.h"
#include "harness/process/testing/test_folder.h"

namespace heapstorm {
namespace {

// While it lives, no file of this process grows beyond the limit: as on a full disk, a write fails.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limited{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limited);
  }
  ~FileLimit() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    ::signal(SIGXFSZ, handler_);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;

 private:
  sighandler_t handler_ = ::signal(SIGXFSZ, SIG_IGN);
  rlimit before_{};
};

class ReservedSpaceTest : public test::FolderTest {};

TEST_F(ReservedSpaceTest, HasNoNameInItsFolder) {
  const auto space = ReservedSpace::create(folder_, 65536, 8192);
  ASSERT_TRUE(space);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

// Also what has a name that it could have had itself, and where that leads to.
TEST_F(ReservedSpaceTest, LeavesWhatIsThereAlone) {
  std::ofstream(folder_ + "/somebodys") << "kept";
  std::filesystem::create_symlink("somebodys", folder_ + "/.reserved");
  const auto space = ReservedSpace::create(folder_, 65536, 8192);
  ASSERT_TRUE(space);
  EXPECT_EQ(read_text(folder_ + "/somebodys", 100), "kept");
  EXPECT_TRUE(std::filesystem::is_symlink(folder_ + "/.reserved"));
}

TEST_F(ReservedSpaceTest, TwoInOneFolderHaveTheirRoomEach) {
  const auto one = ReservedSpace::create(folder_, 65536, 8192);
  const auto other = ReservedSpace::create(folder_, 65536, 8192);
  EXPECT_TRUE(one);
  EXPECT_TRUE(other);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST(MeansFullDisk, ButNotEveryError) {
  for (const int error : {ENOSPC, EDQUOT, EFBIG}) EXPECT_TRUE(means_full_disk(error)) << error;
  for (const int error : {0, EIO, EBADF, EACCES, EROFS, EISDIR}) EXPECT_FALSE(means_full_disk(error)) << error;
}

std::uint64_t bytes_reserved_of(const std::string& folder, rlim_t room_bytes) {
  const FileLimit limit(room_bytes);
  const auto space = ReservedSpace::create(folder, 65536, 8192);
  return space ? space.value().bytes() : 0;
}

TEST_F(ReservedSpaceTest, TakesLessWhereThereIsLess) {
  EXPECT_EQ(bytes_reserved_of(folder_, 1'000'000), 65536u);
  EXPECT_EQ(bytes_reserved_of(folder_, 20'000), 8192u);
}

TEST_F(ReservedSpaceTest, LeavesAsMuchToOthersAlsoWhereAllThatIsWantedJustFits) {
  EXPECT_EQ(bytes_reserved_of(folder_, 131072), 65536u);
  EXPECT_EQ(bytes_reserved_of(folder_, 131071), 32768u);
  EXPECT_EQ(bytes_reserved_of(folder_, 65536), 32768u);
}

TEST_F(ReservedSpaceTest, IsAnErrorOfTheEnvironmentWhereThereIsTooLittle) {
  const FileLimit limit(5'000);
  const auto space = ReservedSpace::create(folder_, 65536, 8192);
  ASSERT_FALSE(space);
  EXPECT_EQ(space.error().kind, ErrorKind::environment);
  EXPECT_EQ(space.error().message, "cannot write into " + folder_ + ": No space left on device");
}

TEST_F(ReservedSpaceTest, IsAnErrorOfTheEnvironmentWhereNothingCanBeWritten) {
  const auto space = ReservedSpace::create(folder_ + "/nowhere", 65536, 8192);
  ASSERT_FALSE(space);
  EXPECT_EQ(space.error().message, "cannot write into " + folder_ + "/nowhere: No such file or directory");
}

}  // namespace
}  // namespace heapstorm
