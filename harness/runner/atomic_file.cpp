#include "harness/runner/atomic_file.h"

#include <fcntl.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

namespace heapstorm {
namespace {
Error cannot_write(const std::string& path) {
  return Error::environment("cannot write " + path + ": " + std::strerror(errno));
}
}  // namespace

Result<AtomicFile> AtomicFile::create(const std::string& path) {
  UniqueFd fd(::open((path + ".part").c_str(), O_CREAT | O_TRUNC | O_RDWR | O_CLOEXEC, 0644));
  if (!fd) return cannot_write(path);
  return AtomicFile(path, std::move(fd));
}

AtomicFile::~AtomicFile() {
  if (fd_) ::unlink(temporary_path().c_str());
}

Status AtomicFile::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(fd_.get(), text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return cannot_write(path_);
    text.remove_prefix(static_cast<std::size_t>(put));
  }
  return Success{};
}

Status AtomicFile::commit() {
  if (std::rename(temporary_path().c_str(), path_.c_str()) != 0) return cannot_write(path_);
  fd_.reset();
  return Success{};
}

bool is_full_disk(const Error& error) {
  for (const int number : {ENOSPC, EDQUOT, EFBIG}) {
    if (error.message.ends_with(std::strerror(number))) return true;
  }
  return false;
}

Status write_file_atomically(const std::string& path, std::string_view text) {
  auto file = AtomicFile::create(path);
  if (!file) return file.error();
  if (const Status written = file.value().write(text); !written) return written;
  return file.value().commit();
}

}  // namespace heapstorm
