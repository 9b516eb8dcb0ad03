// The attempts of a matrix on disk, a line of JSON each, written as soon as the attempt is over: an interruption loses
// none, and the next run goes on from there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/files/unique_fd.h"

namespace heapstorm {

struct MatrixAttempt {
  std::string row;       // "date_header/static_cache"
  std::string scenario;  // the hash of what was run: an attempt at another scenario says nothing of this one
  std::string detector;  // "asan"
  std::uint64_t seed = 0;
  std::vector<std::string> kinds;  // of what was found, sorted, each once
  bool failed = false;             // the target did not come up: neither a hit nor a miss
  std::uint64_t duration_ms = 0;   // of the target's whole life
  std::uint64_t storm_ms = 0;
  bool operator==(const MatrixAttempt&) const = default;
};

class AttemptLog {
 public:
  // Opens or makes the file. An error of bad input if its attempts were made otherwise (`made_by` differs: the
  // version, the targets), or if a line that is not the last is no attempt; of the environment if another process has
  // it open or it cannot be written. A last line that was cut short is dropped.
  static Result<AttemptLog> open(const std::string& path, const std::string& made_by);

  const std::vector<MatrixAttempt>& attempts() const { return attempts_; }
  Status append(MatrixAttempt attempt);

 private:
  AttemptLog(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {}
  Status read(const std::string& made_by);
  Status write_line(const std::string& line);

  std::string path_;
  UniqueFd fd_;
  std::vector<MatrixAttempt> attempts_;
};

}  // namespace heapstorm
