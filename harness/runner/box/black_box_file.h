// A BlackBoxFile: the runner's end of a black box. It makes the file that the target inherits, sees all of it and
// writes only the control cells, so that no slip of ours can damage the evidence.
//
// Owned by one thread; the control cells may be used from any.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "harness/abi/black_box.h"
#include "harness/abi/black_box_layout.h"
#include "harness/base/result.h"
#include "harness/files/unique_fd.h"

namespace heapstorm {

class BlackBoxFile {
 public:
  // `arena_bytes`: address range for the target's heaps; memory is taken only as it is touched.
  static Result<std::unique_ptr<BlackBoxFile>> create(std::uint64_t arena_bytes = HEAPSTORM_BOX_DEFAULT_ARENA);
  ~BlackBoxFile();
  BlackBoxFile(const BlackBoxFile&) = delete;
  BlackBoxFile& operator=(const BlackBoxFile&) = delete;

  int fd() const { return fd_.get(); }
  // The whole box, read-only. A live target changes it at any instant.
  std::span<const std::byte> bytes() const { return {bytes_, size_}; }

  void set_clock_seconds(std::int64_t seconds);
  // A tick: the target can see that there was one.
  void advance_clock(std::int64_t seconds);
  // The same for a jump, in either direction; never to before the year 1970.
  void jump_clock(std::int64_t seconds);
  std::uint32_t stage() const;
  std::uint16_t port() const;
  std::uint64_t findings() const;
  void set_orders_given(std::uint32_t kind, std::uint64_t count);
  // Carried out by the target.
  std::uint64_t orders_done(std::uint32_t kind) const;
  // Accepts that the target was refused.
  std::uint64_t accepts_out_of_descriptors() const;
  // All cells as they are now.
  heapstorm_box_control control() const;

  struct Saved {
    std::uint64_t bytes = 0;
    bool cut = false;  // the arena held more data than `arena_limit_bytes`
  };
  // Writes the box as a sparse file that ends with its last data.
  Result<Saved> save(const std::string& path, std::uint64_t arena_limit_bytes) const;

 private:
  BlackBoxFile(UniqueFd fd, std::uint64_t size) : fd_(std::move(fd)), size_(size) {}

  UniqueFd fd_;
  std::uint64_t size_;
  const std::byte* bytes_ = nullptr;
  heapstorm_box_control* control_ = nullptr;
};

}  // namespace heapstorm
