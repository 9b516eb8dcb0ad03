// An ExternalTarget: how a scenario's command is started, where it will listen and when it is ready. A target of this
// kind has no black box.
//
// Owned by one thread. choose_port() first, then the process, then is_ready() as often as one likes, then
// load_ca_file(), after which endpoint() is all that clients need.
#pragma once

#include <cstdint>
#include <string>

#include "harness/base/result.h"
#include "harness/process/process.h"
#include "harness/runner/run_directory.h"
#include "harness/scenario/scenario.h"
#include "harness/storm/storm.h"

namespace heapstorm {

class ExternalTarget {
 public:
  // `target` has a command and must outlive this. `allow_remote`: the user has named its address.
  ExternalTarget(const TargetSpec& target, RunDirectory directory, bool allow_remote);

  // Another one at each call; the scenario's own if it names one, which nobody else may listen on.
  Status choose_port();
  // All but what sanitizers are told. Makes the scratch folder if the command speaks of it.
  Result<ProcessOptions> process_options() const;
  const Endpoint& endpoint() const { return endpoint_; }

  // Looks once.
  bool is_ready();
  // When it is ready, because it may have made that file itself: reads the certificates that its clients trust, if they
  // are to trust any. Else an error of the environment.
  Status load_ca_file();

  // Whether one that has ended says that its port was taken, and another could be chosen.
  bool lost_its_port() const;

 private:
  std::string filled_in(std::string text) const;
  bool has_said_ready();

  const CommandTarget& command_;
  std::uint32_t workers_;
  RunDirectory directory_;
  Endpoint endpoint_;
  std::uint64_t stdout_read_bytes_ = 0;
};

}  // namespace heapstorm
