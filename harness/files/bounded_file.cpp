#include "harness/files/bounded_file.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string_view>

#include "harness/base/check.h"
#include "harness/files/read_at.h"

namespace heapstorm {
namespace {

constexpr std::uint64_t mark_bytes = 96;
constexpr std::uint64_t min_limit_bytes = 512;

// A line of its own, whatever the beginning ends with; always of the same size.
std::string mark(const std::string& words) {
  std::string line = "\n=== heapstorm: " + words + " ===";
  line.resize(mark_bytes - 1, '=');
  return line + "\n";
}

// The part of it that could be read.
std::string text_at(int file, std::uint64_t at, std::uint64_t size) {
  std::string text(size, '\0');
  text.resize(read_at(file, text.data(), size, at));
  return text;
}

// How many bytes were written, and into `error` the errno value of what failed.
std::uint64_t put(int file, const char* data, std::uint64_t size, std::uint64_t at, int& error) {
  std::uint64_t done = 0;
  while (done < size) {
    const ssize_t written = ::pwrite(file, data + done, size - done, static_cast<off_t>(at + done));
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      error = written < 0 ? errno : EIO;
      break;
    }
    done += static_cast<std::uint64_t>(written);
  }
  return done;
}

}  // namespace

BoundedFile::BoundedFile(UniqueFd file, std::uint64_t limit_bytes)
    : file_(std::move(file)),
      limit_bytes_(limit_bytes),
      mark_at_(limit_bytes - std::min(max_end_bytes, limit_bytes / 4)) {
  HEAPSTORM_CHECK(limit_bytes >= min_limit_bytes);
}

void BoundedFile::write(const char* data, std::uint64_t size) {
  if (!is_ring()) {
    if (!append(data, size)) return;
    if (size != 0) start_ring();
  }
  if (size != 0) write_into_ring(data, size);
}

bool BoundedFile::append(const char*& data, std::uint64_t& size) {
  const std::uint64_t fitting = std::min(size, limit_bytes_ - appended_bytes_);
  const std::uint64_t written = keep(data, fitting, appended_bytes_);
  appended_bytes_ += written;
  data += written;
  size -= written;
  if (written == fitting) return true;
  stop_growing();
  return appended_bytes_ == limit_bytes_;
}

// What the file has taken it keeps, so that the end can still be written over it.
void BoundedFile::stop_growing() {
  if (appended_bytes_ < min_limit_bytes) return;
  limit_bytes_ = appended_bytes_;
  mark_at_ = limit_bytes_ - std::min(max_end_bytes, limit_bytes_ / 4);
}

// The mark takes the place of what would be overwritten first.
void BoundedFile::start_ring() {
  const std::string words = mark("bytes were left out here, and what follows is not in order");
  keep(words.data(), words.size(), mark_at_);
  ring_at_ = mark_at_ + mark_bytes;
  overwritten_bytes_ = mark_bytes;
}

void BoundedFile::write_into_ring(const char* data, std::uint64_t size) {
  const std::uint64_t ring_begin = mark_at_ + mark_bytes, ring_bytes = limit_bytes_ - ring_begin;
  overwritten_bytes_ += size;
  if (size > ring_bytes) {  // only its end would stay
    data += size - ring_bytes;
    ring_at_ = ring_begin + (ring_at_ - ring_begin + size - ring_bytes) % ring_bytes;
    size = ring_bytes;
  }
  while (size != 0) {
    const std::uint64_t part = std::min(size, limit_bytes_ - ring_at_);
    keep(data, part, ring_at_);
    ring_at_ = ring_at_ + part == limit_bytes_ ? ring_begin : ring_at_ + part;
    data += part;
    size -= part;
  }
}

std::string BoundedFile::end_in_order() const {
  const std::uint64_t ring_begin = mark_at_ + mark_bytes;
  return mark(std::to_string(overwritten_bytes_) + " bytes were left out here") +
         text_at(file_.get(), ring_at_, limit_bytes_ - ring_at_) +
         text_at(file_.get(), ring_begin, ring_at_ - ring_begin);
}

// First behind the old end and only then in its place: killed in between, we leave it twice rather than not at all. No
// room behind it is no loss.
void BoundedFile::finish() {
  if (!is_ring()) return;
  const std::string end = end_in_order();
  int error_behind = 0;
  put(file_.get(), end.data(), end.size(), limit_bytes_, error_behind);
  keep(end.data(), end.size(), mark_at_);
  while (::ftruncate(file_.get(), static_cast<off_t>(limit_bytes_)) != 0 && errno == EINTR) {
  }
}

std::uint64_t BoundedFile::keep(const char* data, std::uint64_t size, std::uint64_t at) {
  int error = 0;
  const std::uint64_t done = put(file_.get(), data, size, at, error);
  if (write_error_ == 0) write_error_ = error;
  return done;
}

}  // namespace heapstorm
