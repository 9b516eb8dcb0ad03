// A TargetProcess: a target from its start to its stop. Where somebody took its port between our choice and its bind,
// it is started again at another.
//
// Owned by the attempt's thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>

#include "harness/base/result.h"
#include "harness/process/process.h"
#include "harness/runner/faults/target_faults.h"
#include "harness/runner/target/target.h"

namespace heapstorm {

class TargetProcess {
 public:
  // Both must outlive it. `stop`: the user wants no more.
  TargetProcess(Target& target, TargetFaults& faults, std::stop_token stop)
      : target_(target), faults_(faults), stop_(std::move(stop)) {}

  // An error of the environment.
  Status start();
  enum class Start { listens, died, too_late, interrupted };
  Start wait_until_it_listens(std::uint32_t deadline_s);
  // After a user's wish to stop it does not wait as long for the target to end by itself.
  Process::Stopped stop(std::uint32_t deadline_s);

  Process& process() const { return *process_; }
  // How it ended; nothing: it lives.
  std::optional<ProcessExit> exit() const { return process_->wait_ms(0); }
  // Since the last start.
  std::uint64_t elapsed_ms() const;

 private:
  bool start_again_elsewhere();

  Target& target_;
  TargetFaults& faults_;
  std::stop_token stop_;
  std::unique_ptr<Process> process_;
  std::chrono::steady_clock::time_point begin_{};
  int starts_ = 1;
};

}  // namespace heapstorm
