// Where a run's files are.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "harness/base/result.h"
#include "harness/files/unique_fd.h"

namespace heapstorm {

struct RunDirectory {
  std::string path;
  // Of the run that writes into it, as long as a copy of this lives; null for who only reads.
  std::shared_ptr<const UniqueFd> claim = nullptr;

  std::string file(const std::string& name) const { return path + "/" + name; }
};

// heapstorm-runs/<name>-<seed>-<flavour>, with '/' in the name written as '_', and "-2", "-3", ... appended while that
// exists.
Result<RunDirectory> create_default_run_directory(const std::string& scenario, std::uint64_t seed,
                                                  const std::string& flavour);

// `path` itself, made if need be. What an earlier run left in it under our names, and under those of `reports`, is
// removed, so that no stale log is taken for this run's. An error of bad input while another run writes into it.
Result<RunDirectory> create_run_directory(const std::string& path, const std::vector<std::string>& reports = {});

}  // namespace heapstorm
