#include "harness/files/atomic_file.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace heapstorm {
namespace {
Status status_of(const std::string& path, int error) {
  if (error != 0) return cannot_write(path, error);
  return Success{};
}
}  // namespace

Error cannot_write(const std::string& path, int error) {
  return Error::environment("cannot write " + path + ": " + std::strerror(error));
}

int AtomicFile::open() {
  fd_ = UniqueFd(::open(temporary_path().c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0644));
  return fd_ ? 0 : errno;
}

int AtomicFile::put(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t put = ::write(fd_.get(), text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return put < 0 ? errno : EIO;
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return 0;
}

int AtomicFile::take_name() {
  if (std::rename(temporary_path().c_str(), path_.c_str()) != 0) return errno;
  fd_.reset();
  return 0;
}

Result<AtomicFile> AtomicFile::create(const std::string& path) {
  AtomicFile file(path);
  if (const int error = file.open()) return cannot_write(path, error);
  return file;
}

int AtomicFile::try_to_write(const std::string& path, std::string_view text) {
  AtomicFile file(path);
  if (const int error = file.open()) return error;
  if (const int error = file.put(text)) return error;
  return file.take_name();
}

AtomicFile::~AtomicFile() {
  if (fd_) ::unlink(temporary_path().c_str());
}

Status AtomicFile::write(std::string_view text) {
  return status_of(path_, put(text));
}

Status AtomicFile::commit() {
  return status_of(path_, take_name());
}

Status write_file_atomically(const std::string& path, std::string_view text) {
  return status_of(path, AtomicFile::try_to_write(path, text));
}

}  // namespace heapstorm
