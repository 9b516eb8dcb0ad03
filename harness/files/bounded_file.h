// A BoundedFile: what a process writes, as a file that does not grow past its limit. Of more than that it keeps the
// beginning and, behind a line that says how many bytes are left out, the end: a process's last words are its reason.
//
// All that is kept is in the file at every instant, also if its writer is killed. Not thread-safe.
//
//   BoundedFile file(std::move(fd), 16u << 20);
//   file.write(data, size);
//   file.finish();
#pragma once

#include <cstdint>
#include <string>

#include "harness/files/unique_fd.h"

namespace heapstorm {

class BoundedFile {
 public:
  // Of the end at most so much is kept, of small files a quarter of the limit, with the line before it.
  static constexpr std::uint64_t max_end_bytes = 4u << 20;

  BoundedFile() = default;
  // `file`: empty, for reading and writing. `limit_bytes`: at least 512.
  BoundedFile(UniqueFd file, std::uint64_t limit_bytes);

  // Never fails. Where the file cannot grow, as on a full disk, it stays as large as it is, and that becomes its limit.
  void write(const char* data, std::uint64_t size);
  // Puts the end in its order; to be called once, when all is written. Before, a file past its limit says in that line
  // that its end is not in order.
  void finish();

  bool left_some_out() const { return write_error_ != 0 || is_ring(); }
  // The errno value of the first write that failed and so left something out, or 0.
  int write_error() const { return write_error_; }

 private:
  bool is_ring() const { return ring_at_ != 0; }
  // False if nothing more can be kept.
  bool append(const char*& data, std::uint64_t& size);
  void stop_growing();
  void start_ring();
  void write_into_ring(const char* data, std::uint64_t size);
  std::string end_in_order() const;
  // Like `put`, of what the file is to keep.
  std::uint64_t keep(const char* data, std::uint64_t size, std::uint64_t at);

  UniqueFd file_;
  std::uint64_t limit_bytes_ = 0;
  std::uint64_t mark_at_ = 0;  // where the beginning ends once the limit is reached
  std::uint64_t appended_bytes_ = 0;
  std::uint64_t ring_at_ = 0;  // the place of the oldest byte of the end; 0: the limit is not reached yet
  std::uint64_t overwritten_bytes_ = 0;
  int write_error_ = 0;
};

}  // namespace heapstorm
