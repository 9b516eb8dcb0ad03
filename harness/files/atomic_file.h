// An AtomicFile: a file that appears under its name only when it is complete. Written under a temporary name beside it;
// removed again unless `commit` was called.
#pragma once

#include <string>
#include <string_view>

#include "harness/base/result.h"
#include "harness/files/unique_fd.h"

namespace heapstorm {

class AtomicFile {
 public:
  static Result<AtomicFile> create(const std::string& path);
  // A whole file at once. 0, or the errno value of what failed.
  static int try_to_write(const std::string& path, std::string_view text);
  AtomicFile(AtomicFile&&) noexcept = default;
  ~AtomicFile();

  int fd() const { return fd_.get(); }
  Status write(std::string_view text);
  // Gives the file its name.
  Status commit();

 private:
  explicit AtomicFile(std::string path) : path_(std::move(path)) {}
  std::string temporary_path() const { return path_ + ".part"; }
  // 0 or an errno value, all three.
  int open();
  int put(std::string_view text) const;
  int take_name();

  std::string path_;
  UniqueFd fd_;
};

// `error`: an errno value.
Error cannot_write(const std::string& path, int error);

Status write_file_atomically(const std::string& path, std::string_view text);

}  // namespace heapstorm
