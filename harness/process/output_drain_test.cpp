#include "harness/process/output_drain.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>

namespace heapstorm {
namespace {

constexpr std::uint64_t limit_bytes = 16u << 20;

int write_error_of_drain(const char* file, int flags) {
  int pipe_ends[2];
  EXPECT_EQ(::pipe2(pipe_ends, O_CLOEXEC | O_NONBLOCK), 0);
  OutputDrain drain(
      {OutputDrain::Stream{UniqueFd(pipe_ends[0]), BoundedFile(UniqueFd(::open(file, flags)), limit_bytes)},
       OutputDrain::Stream{UniqueFd(), BoundedFile(UniqueFd(), limit_bytes)}});
  const UniqueFd writer(pipe_ends[1]);
  EXPECT_EQ(::write(writer.get(), "lost", 4), 4);
  drain.finish();
  EXPECT_EQ(drain.truncated(), drain.write_error() != 0);
  return drain.write_error();
}

TEST(OutputDrain, SaysWhyOutputCouldNotBeWritten) {
  EXPECT_EQ(write_error_of_drain("/dev/null", O_RDWR | O_CLOEXEC), 0);
  EXPECT_EQ(write_error_of_drain("/dev/full", O_RDWR | O_CLOEXEC), ENOSPC);
  EXPECT_EQ(write_error_of_drain("/dev/null", O_RDONLY | O_CLOEXEC), EBADF);
}

TEST(OutputDrain, DoesNotTakeEveryErrorForAFullDisk) {
  const std::string note = "of the target's output the middle was left out: ";
  EXPECT_EQ(cut_output_note(0), note + "more than 16 MiB");
  EXPECT_EQ(cut_output_note(ENOSPC), note + "the disk is full");
  EXPECT_EQ(cut_output_note(EIO), note + "it could not be written: Input/output error");
}

}  // namespace
}  // namespace heapstorm
