#include "harness/runner/saved_black_box.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "harness/abi/black_box_layout.h"
#include "harness/files/read_at.h"
#include "harness/files/unique_fd.h"

namespace heapstorm {
namespace {

constexpr std::uint64_t step_bytes = 64u << 10;
// Twice what the supervisor saves of the arena, and all sections before it.
constexpr std::uint64_t max_data_bytes = 1u << 30;

Error about(const std::string& path, const std::string& what) {
  return Error::bad_input(path + ": " + what);
}

std::uint64_t max_box_bytes() {
  return heapstorm_box_bytes(HEAPSTORM_BOX_DEFAULT_ARENA);
}

bool all_zeros(const std::vector<char>& bytes, std::size_t count) {
  return std::all_of(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count),
                     [](char byte) { return byte == 0; });
}

// The box that the file's header says it is part of, if that can be; else the file's own size.
std::uint64_t box_size(int fd, std::uint64_t file_bytes) {
  std::vector<char> buffer(sizeof(heapstorm_box_header));
  heapstorm_box_header header{};
  if (read_at(fd, buffer.data(), buffer.size(), 0) == buffer.size()) std::memcpy(&header, buffer.data(), sizeof header);
  const bool possible = header.box_bytes >= file_bytes && header.box_bytes <= max_box_bytes();
  return possible ? header.box_bytes : file_bytes;
}

void append(std::vector<DataExtent>& extents, DataExtent next) {
  if (!extents.empty() && extents.back().offset + extents.back().bytes == next.offset) {
    extents.back().bytes += next.bytes;
  } else {
    extents.push_back(next);
  }
}

}  // namespace

Result<std::unique_ptr<SavedBlackBox>> SavedBlackBox::open(const std::string& path) {
  const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return about(path, std::string("cannot open: ") + std::strerror(errno));
  struct stat status{};
  if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode)) return about(path, "is no file");
  const auto file_bytes = static_cast<std::uint64_t>(status.st_size);
  if (file_bytes < sizeof(heapstorm_box_header)) return about(path, "is no black box: it is shorter than its header");
  if (file_bytes > max_box_bytes()) return about(path, "is no black box: it is too large");
  std::unique_ptr<SavedBlackBox> box(new SavedBlackBox);
  if (const Status mapped = box->map(box_size(fd.get(), file_bytes)); !mapped) return mapped.error();
  if (const Status got = box->read(fd.get(), path); !got) return got.error();
  // Zero is a target that died before its heap was up; the runner has written into the control cells all the same.
  std::uint64_t magic = 0;
  std::memcpy(&magic, box->memory_, sizeof magic);
  if (magic != 0 && magic != HEAPSTORM_BOX_MAGIC) return about(path, "is no black box: its magic number is wrong");
  return box;
}

SavedBlackBox::~SavedBlackBox() {
  if (memory_ != nullptr) ::munmap(memory_, view_bytes_);
}

Status SavedBlackBox::map(std::uint64_t bytes) {
  void* memory = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    return Error::environment(std::string("cannot map memory for a black box: ") + std::strerror(errno));
  }
  memory_ = static_cast<std::byte*>(memory);
  view_bytes_ = bytes;
  return Success{};
}

// Steps of zeros are not copied, so that a file whose holes were filled (by cp, say) costs time but no memory.
Status SavedBlackBox::read(int fd, const std::string& path) {
  std::vector<char> buffer(step_bytes);
  std::uint64_t data_bytes = 0;
  for (const DataExtent& extent : data_extents(fd)) {
    const std::uint64_t end = std::min(extent.offset + extent.bytes, view_bytes_);
    for (std::uint64_t at = extent.offset; at < end; at += step_bytes) {
      const std::size_t got = read_at(fd, buffer.data(), std::min(step_bytes, end - at), at);
      if (got == 0) break;
      if (all_zeros(buffer, got)) continue;
      data_bytes += got;
      if (data_bytes > max_data_bytes)
        return about(path, "holds more than 1 GiB of data, so heapstorm did not write it");
      std::memcpy(memory_ + at, buffer.data(), got);
      append(extents_, {at, got});
    }
  }
  return Success{};
}

}  // namespace heapstorm
