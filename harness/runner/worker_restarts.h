// The plan's restarts of workers, on their way to target_host: requests through a pipe, counted in the black box.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>

#include "harness/base/result.h"
#include "harness/process/process.h"
#include "harness/process/unique_fd.h"
#include "harness/runner/black_box_file.h"
#include "harness/scenario/scenario.h"

namespace heapstorm {

// Made before the target starts; after that used by the storm's thread only.
class WorkerRestarts {
 public:
  // Without a pipe if the scenario restarts no worker. `box` must outlive it.
  static Result<WorkerRestarts> create(const Scenario& scenario, BlackBoxFile& box);

  // Lets the target inherit its end of the pipe.
  void hand_to(ProcessOptions& target) const;

  // Asks for the restart of this worker, or else of the next in turn. Refuses (false) while the one before is still
  // under way: a target that takes longer than the plan's period is not given ever more to do.
  bool request(std::optional<std::uint32_t> worker);

  // Until what was asked for is complete, or 2 s are over, or `stop`.
  void wait(const std::stop_token& stop) const;

 private:
  WorkerRestarts(BlackBoxFile& box, std::uint32_t workers) : box_(&box), workers_(workers) {}
  bool under_way() const;

  BlackBoxFile* box_;
  std::uint32_t workers_;
  std::uint32_t turn_ = 0;
  std::uint64_t requested_ = 0;
  // Kept open, so that a write after the target's death is no SIGPIPE.
  UniqueFd reading_;
  UniqueFd writing_;
};

}  // namespace heapstorm
