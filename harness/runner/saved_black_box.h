// A SavedBlackBox: the file that BlackBoxFile::save wrote, in this process's own memory. Whatever the file holds, and
// whatever happens to it meanwhile, reading the copy is safe; what it says is judged by BlackBoxReader.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/files/data_extents.h"

namespace heapstorm {

class SavedBlackBox {
 public:
  // Errors name the file: it cannot be read, it is no black box, or it is larger than one.
  static Result<std::unique_ptr<SavedBlackBox>> open(const std::string& path);
  ~SavedBlackBox();
  SavedBlackBox(const SavedBlackBox&) = delete;
  SavedBlackBox& operator=(const SavedBlackBox&) = delete;

  // The whole box: the file ends with its last data, the rest is zeros.
  std::span<const std::byte> bytes() const { return {memory_, view_bytes_}; }
  // What is not zeros, in steps of 64 KiB.
  const std::vector<DataExtent>& extents() const { return extents_; }

 private:
  SavedBlackBox() = default;
  Status map(std::uint64_t bytes);
  Status read(int fd, const std::string& path);

  std::byte* memory_ = nullptr;
  std::uint64_t view_bytes_ = 0;
  std::vector<DataExtent> extents_;
};

}  // namespace heapstorm
