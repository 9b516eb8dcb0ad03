// An AtomicFile: a file that appears under its name only when it is complete. Written under a temporary name beside it;
// removed again unless `commit` was called.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/runner/unique_fd.h"

namespace heapstorm {

class AtomicFile {
 public:
  static Result<AtomicFile> create(const std::string& path);
  AtomicFile(AtomicFile&&) noexcept = default;
  ~AtomicFile();

  int fd() const { return fd_.get(); }
  Status write(std::string_view text);
  // Gives the file its name.
  Status commit();

 private:
  AtomicFile(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  std::string temporary_path() const { return path_ + ".part"; }

  std::string path_;
  UniqueFd fd_;
};

// Whether an error of this file's functions is that of a full disk.
bool is_full_disk(const Error& error);

Status write_file_atomically(const std::string& path, std::string_view text);

}  // namespace heapstorm
