#include "harness/process/output_drain.h"

#include <poll.h>

#include <cerrno>
#include <cstring>

#include "harness/files/reserved_space.h"

namespace heapstorm {
namespace {
constexpr int stop_check_ms = 20;
constexpr std::uint64_t final_read_limit_bytes = 4u << 20;  // more than a pipe holds; a stray writer must not keep us
}  // namespace

OutputDrain::OutputDrain(std::array<Stream, 2> streams)
    : streams_(std::move(streams)), thread_([this](std::stop_token stop) { run(stop); }) {}

OutputDrain::~OutputDrain() {
  finish();
}

void OutputDrain::finish() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void OutputDrain::run(std::stop_token stop) {
  copy(stop);
  for (Stream& stream : streams_) {
    stream.file.finish();
    if (stream.file.left_some_out()) truncated_ = true;
    if (stream.file.write_error() != 0) write_error_ = stream.file.write_error();
  }
}

void OutputDrain::copy(const std::stop_token& stop) {
  bool last_round = false;
  while (true) {
    std::array<pollfd, 2> polled{};
    for (std::size_t i = 0; i < streams_.size(); ++i) polled[i] = {streams_[i].pipe.get(), POLLIN, 0};
    if (!streams_[0].pipe && !streams_[1].pipe) return;
    ::poll(polled.data(), polled.size(), last_round ? 0 : stop_check_ms);
    for (Stream& stream : streams_) {
      if (stream.pipe && !drain(stream)) stream.pipe.reset();
    }
    if (last_round) return;
    last_round = stop.stop_requested();
  }
}

bool OutputDrain::drain(Stream& stream) {
  std::array<char, 65536> buffer;
  std::uint64_t taken = 0;
  while (taken < final_read_limit_bytes) {
    const ssize_t got = ::read(stream.pipe.get(), buffer.data(), buffer.size());
    if (got == 0) return false;
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    stream.file.write(buffer.data(), static_cast<std::uint64_t>(got));
    taken += static_cast<std::uint64_t>(got);
  }
  return true;
}

std::string cut_output_note(int write_error) {
  const std::string note = "of the target's output the middle was left out: ";
  if (write_error == 0) return note + "more than 16 MiB";
  if (means_full_disk(write_error)) return note + "the disk is full";
  return note + "it could not be written: " + std::strerror(write_error);
}

}  // namespace heapstorm
